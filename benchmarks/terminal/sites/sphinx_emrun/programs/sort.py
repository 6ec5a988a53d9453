if "numbers" not in globals():
    numbers = list(range(10**7))
print("ready")
sorted(numbers, key=lambda number: number & 255)
