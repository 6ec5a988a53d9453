"""Says something when it is imported."""

print("hello")
