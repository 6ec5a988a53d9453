"""What works, though its module is limited."""

import asyncio
import ctypes
import multiprocessing
import select
import signal
import socket
import ssl
import subprocess
import termios
import threading
import unknown_third_party.curses
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from asyncio import start_server
from multiprocessing.connection import Listener
from os import fork
from socket import socket as Socket

lock = threading.Lock()
thread = threading.Thread(target=print)
signal.signal(signal.SIGINT, print)
subprocess.list2cmdline(["a b"])
address = ("localhost", 80)
asyncio.run(asyncio.sleep(0))
text = "import curses"
curses = None
