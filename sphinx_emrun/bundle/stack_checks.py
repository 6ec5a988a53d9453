"""Makes CPython's own guard against deep recursion see the stack that runs out first in a browser.

CPython compares the stack pointer with `tstate->c_stack_soft_limit` wherever C code calls itself, and raises
RecursionError in time. In WebAssembly that pointer belongs to the part of the stack that lies in linear
memory; the other part is the engine's, is far smaller, cannot be seen, and many functions use nothing but it.
So each of these comparisons gets its limit from a function that is added here: now and then it has the page
try how much of the engine's stack is left (`static/stack.js`), and where that is too little it answers with a
limit that has just been passed. Until the page gives it something to try with, nothing changes.

The format is that of the WebAssembly Core Specification, chapter 5.
"""

from __future__ import annotations

import re

from sphinx_emrun.bundle.errors import InterpreterError

#: What it is all about, in the build that we ship: `i32.load offset=712` of a thread's state.
LOAD_LIMIT = b"\x28\x02\xc8\x05"
#: The name of the global variable for the page: the index in the table of what tries, 0 for nothing.
EXPORT = b"emrun_stack_probe"
#: How many comparisons there are in the build that we ship.
EXPECTED = 75
#: Every so many comparisons the page is asked.
INTERVAL = 6
#: CPython takes a pointer that is further beyond the limit, by two of these, for one of another stack.
MARGIN = 8192

_TYPES, _FUNCTIONS, _GLOBALS, _EXPORTS, _CODE = 1, 3, 6, 7, 10
_I32 = 0x7F
_FUNCTION, _GLOBAL = 0, 3
_STACK_POINTER = b"__stack_pointer"


def with_stack_checks(wasm: bytes) -> bytes:
    """The interpreter's module, its comparisons rewritten.

    :raises InterpreterError: when this is not a build in which they are known.
    """
    sections = _sections(wasm)
    types, asked = _with_type(sections[_TYPES])
    imported = _imported(sections[2])
    defined, _ = _unsigned(sections[_FUNCTIONS], 0)
    function, countdown = (
        imported[_FUNCTION] + defined,
        imported[_GLOBAL] + _unsigned(sections[_GLOBALS], 0)[0],
    )
    pointer = _exported(sections[_EXPORTS], _STACK_POINTER)
    code, count = sections[_CODE], 0
    for early, comparison in enumerate(_comparisons(pointer)):
        code, found = comparison.subn(b"\x10" + _padded(function + early, 3), code)
        count += found
    if count != EXPECTED:
        raise InterpreterError(
            f"The interpreter's stack checks are not where they were: {count} of {EXPECTED} found."
        )
    variable = bytes([_I32, 1, 0x41])
    export = bytes([len(EXPORT)]) + EXPORT + bytes([_GLOBAL]) + _leb(countdown + 1)
    sections[_TYPES] = types
    sections[_FUNCTIONS] = _appended(sections[_FUNCTIONS], _leb(asked), _leb(asked))
    sections[_GLOBALS] = _appended(
        sections[_GLOBALS], variable + _leb(INTERVAL) + b"\x0b", variable + _leb(0) + b"\x0b"
    )
    sections[_EXPORTS] = _appended(sections[_EXPORTS], export)
    sections[_CODE] = _appended(code, *(_limit(early, asked, countdown, pointer) for early in range(2)))
    head, custom = wasm[:8], sections.pop(0, None)
    first = b"" if custom is None else _section(0, custom)
    return head + first + b"".join(_section(number, content) for number, content in sections.items())


def _comparisons(pointer: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Where a limit is loaded to be compared with the stack pointer: as it is, and with a margin."""
    here = rb"(?:\x20[\x00-\x7f]|\x23" + re.escape(_leb(pointer)) + rb"(?:\x22[\x00-\x7f])?)"
    compared = rb"\x22[\x00-\x7f]" + here + rb"?[\x4d\x4f]|\x6b\x41\x0d\x75"
    margin = rb"\x22[\x00-\x7f]\x20[\x00-\x7f]\x41\x0d\x74"
    plain, early = (re.escape(LOAD_LIMIT) + rb"(?=" + after + rb")" for after in (compared, margin))
    return re.compile(plain), re.compile(early)


def _limit(early: int, asked: int, countdown: int, pointer: int) -> bytes:
    """A function: from a thread's state to the limit that is to be compared with.

    :param early: 1 where there has to be room for what cannot go on without.
    """
    left, set_left = b"\x23" + _leb(countdown), b"\x24" + _leb(countdown)
    probe = b"\x23" + _leb(countdown + 1)
    body = [
        b"\x01\x01\x7f",  # one local variable
        b"\x02\x40",  # block
        *(left, b"\x41\x01\x6b\x22\x01", set_left, b"\x20\x01\x0d\x00"),  # not yet
        *(b"\x41", _leb(INTERVAL), set_left),
        *(probe, b"\x45\x0d\x00"),  # nothing to try with
        *(b"\x41", _leb(early), probe, b"\x11", _leb(asked), b"\x00", b"\x45\x0d\x00"),  # there is enough
        *(b"\x41\x01", set_left),  # until there is, each comparison asks
        *(b"\x23", _leb(pointer), b"\x41", _signed(MARGIN), b"\x6a\x0f"),
        b"\x0b",
        b"\x20\x00" + LOAD_LIMIT,
        b"\x0b",
    ]
    content = b"".join(body)
    return _leb(len(content)) + content


def _sections(wasm: bytes) -> dict[int, bytes]:
    """The content of each section, in order; of custom ones only the first, for dynamic linking, counts."""
    found: dict[int, bytes] = {}
    at = 8
    while at < len(wasm):
        number = wasm[at]
        size, at = _unsigned(wasm, at + 1)
        found.setdefault(number, wasm[at : at + size])
        at += size
    return found


def _with_type(section: bytes) -> tuple[bytes, int]:
    """The types with one more, `[i32] -> [i32]`, and its index."""
    count, _ = _unsigned(section, 0)
    return _appended(section, b"\x60\x01\x7f\x01\x7f"), count


def _imported(section: bytes) -> dict[int, int]:
    """How many functions, tables, memories, global variables and tags are imported, by kind."""
    count, at = _unsigned(section, 0)
    found = dict.fromkeys(range(5), 0)
    for _ in range(count):
        for _name in range(2):
            size, at = _unsigned(section, at)
            at += size
        kind = section[at]
        found[kind] += 1
        at += 1
        match kind:
            case 0:
                at = _unsigned(section, at)[1]
            case 1 | 2:
                at += kind == 1
                limited = section[at] & 1
                at = _unsigned(section, at + 1)[1]
                at = _unsigned(section, at)[1] if limited else at
            case _:
                at += 2
    return found


def _exported(section: bytes, name: bytes) -> int:
    """The index of what is exported under `name`."""
    at = section.index(bytes([len(name)]) + name) + 1 + len(name)
    return _unsigned(section, at + 1)[0]


def _appended(section: bytes, *items: bytes) -> bytes:
    count, at = _unsigned(section, 0)
    return _leb(count + len(items)) + section[at:] + b"".join(items)


def _section(number: int, content: bytes) -> bytes:
    return bytes([number]) + _leb(len(content)) + content


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """A number in LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _leb(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _leb(value >> 7)


def _signed(value: int) -> bytes:
    """A positive number as a signed one."""
    return bytes([value]) if value < 0x40 else bytes([value & 0x7F | 0x80]) + _signed(value >> 7)


def _padded(value: int, size: int) -> bytes:
    """The same number in as many bytes as are to be filled."""
    return bytes((value >> 7 * at) & 0x7F | (0x80 if at < size - 1 else 0) for at in range(size))
