# open: no, a page offers no timers
from pyodide.ffi.wrappers import set_timeout

set_timeout(escaped, 0)
