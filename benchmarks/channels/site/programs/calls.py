"""How many bytes can be read: a question that the page answers at once."""

import array
import fcntl
import termios
import time

print("ready")
answer = array.array("i", [0])
since = time.perf_counter()
for _ in range(100):
    fcntl.ioctl(0, termios.FIONREAD, answer)
print(f"took {(time.perf_counter() - since) * 10:.4f} ms")
