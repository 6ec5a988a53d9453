# open: no, Node fetches for nobody here
from pyodide.http import open_url

escaped(open_url(f"file://{SECRET}").read())
