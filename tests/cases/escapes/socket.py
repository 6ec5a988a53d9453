# open: no
import socket

with socket.create_connection(("127.0.0.1", PORT)) as connection:
    escaped(connection)
