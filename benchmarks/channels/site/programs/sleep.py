import time

print("ready")
time.sleep(60)
