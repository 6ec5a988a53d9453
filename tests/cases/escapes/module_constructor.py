# open: yes
from pyodide_js import _module

escaped(_module.constructor.constructor("return 6 * 7")())
