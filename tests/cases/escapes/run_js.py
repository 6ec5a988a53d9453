# open: no, there is no `eval` among what a page offers
from pyodide.code import run_js

escaped(run_js("6 * 7"))
