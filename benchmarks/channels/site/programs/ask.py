print("ready")
for number in range(9):
    input(f"question {number}? ")
