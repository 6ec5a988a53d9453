# open: yes
import gc

from pyodide.ffi import JsProxy

for each in gc.get_objects():
    for found in (each, *gc.get_referents(each)):
        if isinstance(found, JsProxy):
            try:
                escaped(found.constructor.constructor("return 6 * 7")())
                break
            except AttributeError:
                continue
raise LookupError
