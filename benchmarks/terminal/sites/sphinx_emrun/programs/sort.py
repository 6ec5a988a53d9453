if "numbers" not in globals():
    numbers = list(range(10**7))
print("ready")
# Without a key it would be one C call, which nothing interrupts.
sorted(numbers, key=lambda number: number & 255)
