"""A program in a file."""

print("code of a file")
