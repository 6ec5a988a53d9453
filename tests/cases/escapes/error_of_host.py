import _emrun_host
from pyodide.ffi import JsException

try:
    _emrun_host.typed({}, set())
    _emrun_host.draw(object())
except JsException as error:
    escaped(error.js_error.constructor.constructor("return 6 * 7")())
raise LookupError
