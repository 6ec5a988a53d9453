# open: no, a worker has no NODEFS
import pyodide_js

pyodide_js.mountNodeFS("/machine", "/")
with open(f"/machine{SECRET}") as file:
    escaped(file.read())
