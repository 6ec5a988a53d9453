import sys

print("ready")
sys.stdin.read()
