"""Names that look like the standard library's, and are not."""

import threading
import own as subprocess
from own import Thread, os
from . import signal

subprocess.run(["ls"])
Thread(target=print).start()
os.fork()
signal.alarm(1)


class Task(threading.Thread):
    def start(self):
        self.run()


Task().start()
thread = threading.Thread(target=print)
thread = Thread()
thread.start()


def wrapped(run, threading):
    return run(threading.Thread())


from subprocess import run
