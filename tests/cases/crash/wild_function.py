# ends: crashed
# says: The interpreter crashed: C code called a function that is not there (
# shows:   File "<example>", line 6 in <module>
import ctypes

ctypes.CFUNCTYPE(None, ctypes.c_int)(123456)(1)
