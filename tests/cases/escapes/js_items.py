# open: yes
import js

escaped(getattr(js, "__proto__").constructor.constructor("return 6 * 7")())
