# open: no, a page does not offer it
from pyodide.http import pyfetch

escaped(await (await pyfetch(f"http://127.0.0.1:{PORT}/")).text())
