# open: yes
import ctypes

ctypes.CDLL(None).emscripten_async_run_script(b"globalThis.found = 1", 0)
escaped()
