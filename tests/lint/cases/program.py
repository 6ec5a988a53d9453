"""A block: it is run, and its functions are called.

rules: program functions
"""

import os
import subprocess
import threading
from subprocess import run as execute

if __name__ == "__main__":
    import curses  # fails: curses


def work():
    import tkinter

    execute(["ls"])  # fails: subprocess.run()
    if os.environ:
        os.fork()
    return 1
    os.fork()


async def serve():
    thread = threading.Thread(target=work)
    thread.start()  # fails: threading.Thread.start()


await serve()
