print("ready")
sorted(range(10**7), key=lambda number: -number % 1009)
