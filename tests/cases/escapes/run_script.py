# open: yes
import ctypes

escaped(ctypes.CDLL(None).emscripten_run_script_int(b"6 * 7"))
