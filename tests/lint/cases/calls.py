"""Calls that fail, by whatever name."""

import concurrent.futures
import multiprocessing as mp
import os
import socket
import subprocess as sp
import threading
from concurrent.futures import ThreadPoolExecutor
from signal import alarm as ring  # fails: signal.alarm
from socket import create_connection
from threading import Thread, Timer

sp.run(["ls"])  # fails: subprocess.run()
output = sp.check_output("ls").decode().strip()  # fails: subprocess.check_output()
os.system("ls")  # fails: os.system()
create_connection(("localhost", 80))  # fails: socket.create_connection()
Thread(target=print).start()  # fails: threading.Thread.start()
thread = threading.Thread(target=print)
thread.daemon = True
thread.start()  # fails: threading.Thread.start()
timer: Timer = Timer(1, print)
timer.start()  # fails: threading.Timer.start()
process = mp.Process(target=print)
process.start()  # fails: multiprocessing.Process.start()
with concurrent.futures.ThreadPoolExecutor() as pool:
    future = pool.submit(print)  # fails: concurrent.futures.ThreadPoolExecutor.submit()
with ThreadPoolExecutor(2) as workers:
    list(workers.map(print, "ab"))  # fails: concurrent.futures.ThreadPoolExecutor.map()
connection = socket.socket()
connection.connect(("localhost", 80))  # fails: socket.socket.connect()
os.getxattr(path, name)  # fails: os.getxattr()
wanted = [os.getgroups, os.getcwd]  # fails: os.getgroups()
os.startfile = os.lchown = None


class Worker(Thread):
    def run(self):
        print("working")


Worker().start()  # fails: threading.Thread.start()
