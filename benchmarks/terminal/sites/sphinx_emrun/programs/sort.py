import array
import random

if "numbers" not in globals():
    numbers = array.array("I", random.randbytes(4 * 10**7)).tolist()
print("ready")
sorted(numbers)
