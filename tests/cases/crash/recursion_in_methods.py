# Python's methods that C code calls, by which they call themselves.
# ends: done
# shows: 30 of 30
import functools
import sys

KINDS = """
__getattr__(self, name): return getattr(self, name + "x") | value.y
__getattribute__(self, name): return self.x | value.y
__setattr__(self, name, new): setattr(self, name, new) | setattr(value, "x", 1)
__repr__(self): return repr(self) | repr(value)
__str__(self): return f"{self}" | str(value)
__format__(self, spec): return format(self, spec) | f"{value}"
__eq__(self, other): return self == other | value == value
__lt__(self, other): return self < other | sorted([value, value])
__hash__(self): return hash(self) | hash(value)
__bool__(self): return bool(self) | bool(value)
__len__(self): return len(self) | len(value)
__iter__(self): return iter(list(self)) | list(value)
__next__(self): return next(self) | next(value)
__contains__(self, item): return item in self | 1 in value
__getitem__(self, key): return self[key] | value[0]
__add__(self, other): return self + other | value + value
__call__(self): return self() | value()
__init__(self, *_): type(self)(1) | type(value)(1)
"""
FUNCTIONS = {
    "sorted": lambda x=1: sorted([1, 2], key=FUNCTIONS["sorted"]),
    "map": lambda x=1: list(map(FUNCTIONS["map"], [x])),
    "max": lambda x=1: max([1, 2], key=FUNCTIONS["max"]),
    "reduce": lambda x=1, y=1: functools.reduce(FUNCTIONS["reduce"], [1, 2]),
    "eval": lambda code=compile("FUNCTIONS['eval']()", "", "eval"): eval(code),
    "exec": lambda code=compile("FUNCTIONS['exec']()", "", "exec"): exec(code),
}
count = 0


def expect(name, attempt):
    global count
    try:
        attempt()
    except RecursionError:
        count += 1
    else:
        print(name, "did not raise")


for line in KINDS.strip().splitlines():
    method, _, use = line.rpartition(" | ")
    scope = {}
    exec(f"class Kind:\n  def {method}", scope)
    kind = scope["Kind"]
    expect(method, lambda: eval(use, {"value": kind.__new__(kind)}))
for name, function in FUNCTIONS.items():
    expect(name, function)
# However deep a program says that it may go.
sys.setrecursionlimit(10**6)
for line in KINDS.strip().splitlines()[3:9]:
    method, _, use = line.rpartition(" | ")
    scope = {}
    exec(f"class Kind:\n  def {method}", scope)
    kind = scope["Kind"]
    expect(method, lambda: eval(use, {"value": kind.__new__(kind)}))
print(f"{count} of 30")
