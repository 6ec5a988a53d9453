import sys

chunk = ("x" * 70 + "\n") * 1000
input("ready")
for _ in range(280):
    sys.stdout.write(chunk)
print("written", 280 * len(chunk), "bytes")
