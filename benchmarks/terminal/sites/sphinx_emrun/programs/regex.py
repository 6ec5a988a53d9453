import re

print("ready")
re.match("(a+)+$", "a" * 40 + "b")
