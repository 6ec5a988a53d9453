"""Code that runs when something is called, if it ever is."""

import os
import subprocess


def function(argument=os.fork()):  # fails: os.fork()
    import curses
    subprocess.run(["ls"])


async def coroutine():
    import tkinter


class Class:
    import grp  # fails: grp

    def method(self):
        import pwd
        os.fork()


lazy = lambda: os.fork()
generator = (os.fork() for _ in "ab")
several = [os.fork() for _ in "ab"]  # fails: os.fork()
