# open: yes
import js

escaped(js.constructor.constructor("return 6 * 7")())
