# open: yes
import ctypes

run = ctypes.CDLL(None).emscripten_run_script_string
run.restype = ctypes.c_char_p
escaped(run(b"typeof Object"))
