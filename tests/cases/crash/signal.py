# ends: crashed
# says: The program ended the interpreter, with exit status 143 (signal 15).
# shows:   File "<example>", line 7 in <module>
import os
import signal

os.kill(os.getpid(), signal.SIGTERM)
