"""What programs ask of an installed package, of which nothing has been loaded yet but the names."""

import importlib.metadata
import importlib.resources
import inspect
import os
import pkgutil
import traceback

import tiny

folder = os.path.dirname(tiny.__file__)
print(tiny.__spec__.origin, tiny.__spec__.cached)
print(inspect.getsource(tiny))
print(inspect.getsourcefile(tiny), sorted(os.listdir(folder)))
print(importlib.resources.files("tiny").joinpath("data.txt").read_text(), end="")
print(pkgutil.get_data("tiny", "data.txt"))
with open(os.path.join(folder, "data.txt"), "rb") as file:
    file.seek(3)
    print(file.read(2), os.stat(file.fileno()).st_size, os.path.getsize(file.name))
print(importlib.metadata.version("tiny"), importlib.metadata.packages_distributions()["tiny"])
print([point.value for point in importlib.metadata.entry_points(name="tiny")])
print([str(path) for path in importlib.metadata.files("tiny") if "__pycache__" not in str(path)])
print([module.name for module in pkgutil.walk_packages(tiny.__path__, "tiny.")])
try:
    exec(compile("\n\n\n\nraise ValueError('shown')", tiny.__file__, "exec"))
except ValueError:
    traceback.print_exc()
