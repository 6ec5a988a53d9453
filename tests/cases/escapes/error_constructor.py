# open: yes
import pyodide_js
from pyodide.ffi import JsException

try:
    pyodide_js.loadPackage.call.call(1)
except JsException as error:
    escaped(error.js_error.constructor.constructor("return 6 * 7")())
