# ends: crashed
# says: The program ended the interpreter, with exit status 4.
# shows:   File "<example>", line 9 in leave
import os


def leave():
    print("before", flush=True)
    os._exit(4)


leave()
