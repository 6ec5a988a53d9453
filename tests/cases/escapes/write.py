# open: no
with open(TARGET, "w") as file:
    file.write("escaped")
raise OSError  # that was a file of the interpreter's own
