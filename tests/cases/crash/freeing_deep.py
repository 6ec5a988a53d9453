# What is nested deeply is freed in C, from the outside to the inside.
# ends: done
# shows: freed
class Node:
    pass


def generator(inner):
    yield inner


value = None
for wrap in (lambda inner: [inner], lambda inner: {1: inner}, lambda inner: (inner,), generator):
    value = None
    for _ in range(15_000):
        value = wrap(value)
        if wrap is generator:
            next(value)
    del value
node = None
for _ in range(15_000):
    outer = Node()
    outer.inner = node
    node = outer
del node, outer
print("freed")
