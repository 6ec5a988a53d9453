"""What the modules that every interpreter has imported hold. A line for each name.

Left out are what is counted or kept for speed, and what a clock or chance makes (`chance.py`).
"""

import sys

LEFT_OUT = {
    "_emrun.startup": {"_duplicates"},
    "_emrun.sources": {"_sources", "_programs"},
    "logging": {"_startTime"},
    "re": {"_cache", "_cache2"},
    "sys": {"path_importer_cache"},
    "zipimport": {"_zip_directory_cache"},
    "linecache": {"cache"},
}
PLAIN = (bool, bytes, float, int, str, type(None))


def told(value, depth=0):
    """Without what is different in each process: addresses."""
    if isinstance(value, PLAIN):
        return repr(value)
    if depth > 2:
        return "..."
    if isinstance(value, dict):
        parts = [f"{told(key, depth + 1)}: {told(each, depth + 1)}" for key, each in value.items()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = [told(each, depth + 1) for each in value]
    else:
        return type(value).__name__
    return f"{type(value).__name__}({', '.join(parts)})"


for module in sorted(sys.modules):
    if module == "__main__":
        continue
    for name, value in sorted(vars(sys.modules[module]).items()):
        if not name.startswith("__") and name not in LEFT_OUT.get(module, ()):
            print(f"{module}.{name} = {told(value)[:500]}")
