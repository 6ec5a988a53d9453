# open: yes
from pyodide.ffi import create_proxy

escaped(create_proxy(print).constructor.constructor("return 6 * 7")())
