# open: yes
from pyodide.ffi import to_js

escaped(to_js([1, 2]).constructor.constructor("return 6 * 7")())
