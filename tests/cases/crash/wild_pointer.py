# ends: crashed
# says: The interpreter crashed: C code used memory that is not its own (
# shows:   File "<example>", line 6 in <module>
import ctypes

ctypes.string_at(0xFFFFFFF0, 64)
