"""A package that looks for what is beyond its interpreter: when it is imported, or when what it left behind runs.

WHEN, FILE and ADDRESS are replaced by the test.
"""

import builtins
import os
import socket

REQUEST = """
const request = new XMLHttpRequest();
request.open("GET", {url!r}, false);
request.send();
if (request.status !== 200) throw new Error(request.status);
"""
ATTEMPTS = {
    "process": "process.env",
    "require": "require('fs')",
    "thread": "new Worker('data:text/javascript,1')",
    "web socket": "new WebSocket({url!r}.replace('http', 'ws'))",
    "events": "new EventSource({url!r})",
    "fetch": "fetch({url!r}).catch(() => {{}}); throw new Error('an answer cannot be waited for')",
    "request": REQUEST,
}


def attempts():
    """What works of it, outside Python and in it."""
    import pyodide_js

    for name, code in ATTEMPTS.items():
        for url in (FILE, ADDRESS):
            try:
                function = pyodide_js._module.constructor.constructor
                function(code.format(url=url))()
                yield f"{name} {url}"
            except Exception:
                pass
    yield from (name for name in os.environ if name.startswith("EMRUN_"))
    yield from (path for path in (FILE.removeprefix("file://"), "/etc", "/usr") if os.path.exists(path))
    try:
        socket.create_connection(("127.0.0.1", int(ADDRESS.strip("/").rpartition(":")[2])))
        yield "socket"
    except OSError:
        pass


def report(*values):
    """Instead of printing them."""
    raise ImportError(f"found {list(attempts())}")


if WHEN == "imported":
    report()
builtins.print = report
