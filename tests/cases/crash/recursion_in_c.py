# C code that calls itself for what is nested: Python's own error each time, and a session that goes on.
# ends: done
# shows: 12 of 12
import ast
import copy
import json
import pickle
import re


def nested(empty, wrap, depth=50_000):
    value = empty
    for _ in range(depth):
        value = wrap(value)
    return value


deep = nested([], lambda inner: [inner])
other = nested([], lambda inner: [inner])
text = "[" * 100_000
DEEP = {
    "repr of a list": lambda: repr(deep),
    "repr of a dict": lambda: repr(nested({}, lambda inner: {1: inner})),
    "comparing lists": lambda: deep == other,
    "json.dumps": lambda: json.dumps(deep),
    "json.loads": lambda: json.loads(text),
    "pickle.dumps": lambda: pickle.dumps(deep),
    "copy.deepcopy": lambda: copy.deepcopy(deep),
    "compile of a sum": lambda: compile("+".join(["1"] * 100_000), "", "eval"),
    "compile of attributes": lambda: compile("x" + ".a" * 100_000, "", "eval"),
    "isinstance": lambda: isinstance("", nested((int,), lambda inner: (inner,))),
    "re.compile": lambda: re.compile("(" * 50_000 + ")" * 50_000),
    "repr of a type": lambda: repr(nested(int, lambda inner: list[inner])),
}
count = 0
for name, attempt in DEEP.items():
    try:
        attempt()
    except RecursionError as error:
        count += 1
    else:
        print(name, "did not raise")
try:
    ast.literal_eval("(" * 100_000)
except (MemoryError, SyntaxError):
    pass  # the parser has limits of its own
del deep, other
print(f"{count} of {len(DEEP)}")
