"""A build backend (PEP 517) that needs nothing from any index. WHEEL_TAG, FAILURE and REQUIRES are replaced by tests."""

import pathlib
import zipfile

WHEEL_TAG = "py3-none-any"
FAILURE = ""
REQUIRES = []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if FAILURE:
        raise RuntimeError(FAILURE)
    pathlib.Path("build").mkdir(exist_ok=True)
    pathlib.Path("build", "log").write_text("as setuptools does, this writes into the tree")
    requires = "".join(f"Requires-Dist: {requirement}\n" for requirement in REQUIRES)
    members = {
        "tiny-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n{requires}",
        "tiny-1.0.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {WHEEL_TAG}\n",
        "tiny-1.0.dist-info/entry_points.txt": "[console_scripts]\ntiny = tiny:main\n",
        "tiny-1.0.dist-info/RECORD": "",
    }
    members |= {str(file): file.read_text() for file in pathlib.Path("tiny").glob("*.*")}
    name = f"tiny-1.0-{WHEEL_TAG}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as archive:
        for path, content in members.items():
            archive.writestr(path, content)
    return name
