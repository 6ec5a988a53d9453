# open: yes
from pyodide_js import FS

escaped(FS.constructor.constructor("return 6 * 7")() if hasattr(FS, "constructor") else FS.cwd())
