# open: yes
import pyodide_js

escaped(pyodide_js._api.constructor.constructor("return 6 * 7")())
