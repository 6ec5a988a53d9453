# open: yes
# What every JavaScript object inherits is found by its name: `constructor` is `Object`.
body = b"\xd0\x6f\x10\x00\x1a\x00"  # ref.null extern, call 0, drop, unreachable
try:
    load(library(b"\0", types=[b"\x60\x01\x6f\x01\x6f"], imports=[("constructor", 1)], body=body))
except OSError as error:
    if "unreachable" in str(error):
        escaped()
    raise
