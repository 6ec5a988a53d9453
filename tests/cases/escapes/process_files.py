# open: no
import os

for path in (f"/proc/self/root{SECRET}", "/proc/self/environ", "/proc/1/environ", "/etc/passwd"):
    if os.path.exists(path):
        escaped(path)
raise OSError
