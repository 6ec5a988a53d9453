# open: yes
from pyodide.ffi import create_once_callable

escaped(create_once_callable(print).constructor.constructor("return 6 * 7")())
