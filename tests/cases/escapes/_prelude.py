"""What each way out begins with. SECRET, TARGET, PORT: a file to be read, one to be written, and a port that listens."""


def escaped(value=""):
    print("ESCAPED", value)


def number(value):
    """LEB128."""
    encoded = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        if not value:
            return bytes([*encoded, low])
        encoded.append(low | 0x80)


def listed(items):
    return number(len(items)) + b"".join(items)


def name(text):
    return listed([bytes([byte]) for byte in text.encode()])


def library(data, *, types=(), imports=(), exports=(), body=b""):
    """A side module (WebAssembly's tool conventions: DynamicLinking.md) with `data`, and a constructor that is `body`."""

    def section(kind, content):
        return bytes([kind]) + number(len(content)) + content

    dylink = name("dylink.0") + b"\x01" + listed([bytes([byte]) for byte in number(len(data)) + b"\x00\x00\x00"])
    signatures = [b"\x60\x00\x00", *types]
    brought = [
        name("env") + name("memory") + b"\x02\x00\x01",
        name("env") + name("__memory_base") + b"\x03\x7f\x00",
        *(name("env") + name(what) + b"\x00" + number(kind) for what, kind in imports),
    ]
    shown = [name("__wasm_call_ctors") + b"\x00" + number(len(imports))]
    shown += [name(what) + b"\x03" + number(1 + at) for at, (what, _) in enumerate(exports)]
    constants = [b"\x7f\x00\x41" + number(value) + b"\x0b" for _, value in exports]
    code = b"\x00" + body + b"\x0b"
    return b"".join(
        [
            b"\0asm\x01\0\0\0",
            section(0, dylink),
            section(1, listed(signatures)),
            section(2, listed(brought)),
            section(3, b"\x01\x00"),
            section(6, listed(constants)),
            section(7, listed(shown)),
            section(10, b"\x01" + number(len(code)) + code),
            section(11, b"\x01\x00\x23\x00\x0b" + number(len(data)) + data),
        ]
    )


def load(content):
    """Load a library; what it throws is in the error's text."""
    import ctypes

    with open("/tmp/way.so", "wb") as file:
        file.write(content)
    try:
        ctypes.CDLL("/tmp/way.so")
    except OSError as error:
        if "ESCAPED" in str(error):
            escaped()
        raise
