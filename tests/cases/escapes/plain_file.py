# open: no
with open(SECRET) as file:
    escaped(file.read())
