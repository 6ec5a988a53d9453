# Not shown.

print("shown")
1 / 0
