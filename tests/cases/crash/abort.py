# ends: crashed
# says: The interpreter crashed: it was aborted (
# shows:   File "<example>", line 8 in fail
import os


def fail():
    os.abort()


fail()
