"""The standard library's files, as programs ask for them."""

import csv
import email
import importlib.metadata
import importlib.resources
import inspect
import json.tool
import pkgutil
import sys
import traceback
import zipimport

print(csv.__file__, csv.__spec__.origin, csv.__loader__)
print(inspect.getsource(csv.DictReader.__init__)[:200])
print(inspect.getsource(inspect.getsource))
print(inspect.getsourcefile(traceback))
print([entry.name for entry in sorted(importlib.resources.files(email).iterdir())][:5])
print(pkgutil.get_data("json", "tool.py")[:40])
print(sorted(module.name for module in pkgutil.iter_modules()))
print(sorted(module.name for module in pkgutil.walk_packages(email.__path__, "email.")))
print([name for name, _ in importlib.metadata.packages_distributions().items()])
print(type(sys.path_importer_cache["/lib/python314.zip"]) is zipimport.zipimporter)
try:
    json.loads("{")
except ValueError:
    traceback.print_exc()
