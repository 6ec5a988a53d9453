line = "x" * 70
input("ready")
for _ in range(280_000):
    print(line)
print("written", 280_000 * 71, "bytes")
