# open: no
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.sendto(b"escaped", ("127.0.0.1", PORT))
    sender.connect(("127.0.0.1", PORT))
    escaped(sender.send(b"escaped"))
