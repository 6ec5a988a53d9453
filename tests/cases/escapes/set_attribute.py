# open: yes
import pyodide_js

pyodide_js.runPython = 5
escaped(pyodide_js.runPython)
