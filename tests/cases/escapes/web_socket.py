# open: no, nothing comes back
import ctypes

if ctypes.CDLL(None).emscripten_websocket_is_supported():
    escaped()
raise OSError
