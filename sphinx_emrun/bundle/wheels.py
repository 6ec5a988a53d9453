"""Wheels of projects: built from copies of their trees as they are now, or given as files."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from sphinx_emrun.bundle.cache import Cache, key
from sphinx_emrun.bundle.commands import environment_for_git, run, uv_command
from sphinx_emrun.bundle.errors import BundleError, with_detail
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.progress import Progress
from sphinx_emrun.bundle.project import is_project, project_name
from sphinx_emrun.bundle.pure import pure_environment
from sphinx_emrun.bundle.replica import Replica, replica
from sphinx_emrun.bundle.tree import Tree, read_tree
from sphinx_emrun.bundle.uv_settings import Settings

INSTEAD = "set emrun_project to a wheel that is, or to None"
#: In an entry of the cache: from which state of the tree the wheel was built.
INPUTS = "inputs.json"


class Builder:
    """Builds wheels of folders; a wheel is built again when its build would read something else."""

    def __init__(
        self,
        interpreter: Interpreter,
        settings: Settings,
        *,
        outputs: Iterable[Path] = (),
        cache: Cache,
        progress: Progress,
    ) -> None:
        self._interpreter = interpreter
        self._settings = settings
        self._outputs = [folder.resolve() for folder in outputs]
        self._cache = cache
        self._progress = progress

    def wheel(self, project: Path, *, instead: str = INSTEAD) -> Path:
        """The wheel of `project`: the file itself where it is one, else what `uv build` makes of the folder.

        :param instead: what the author can do where there is no such wheel.
        :raises BundleError: when it is no project, does not build, or its wheel is for another platform.
        """
        wheel = project if project.suffix == ".whl" else self._built(project.resolve(), instead)
        if not wheel.is_file() or wheel.name.count("-") < 4:
            raise BundleError(f"{wheel} is not a wheel: {instead}.")
        if not self._fits(wheel):
            tags = "-".join(wheel.name.removesuffix(".whl").split("-")[-3:])
            tried = "" if wheel == project else ", where its compiled part cannot be left out"
            raise BundleError(
                f"{wheel.name} is compiled for {tags}, not for the interpreter of the page"
                f" ({self._interpreter.wanted}){tried}: {instead}."
            )
        return wheel

    def _fits(self, wheel: Path) -> bool:
        """Whether the platform in a file name (PyPA: binary distribution format) is right."""
        platforms = wheel.name.removesuffix(".whl").split("-")[-1].split(".")
        return not {"any", self._interpreter.platform}.isdisjoint(platforms)

    def _built(self, project: Path, instead: str) -> Path:
        if not is_project(project):
            raise BundleError(
                f"{project} holds no pyproject.toml with a project, setup.py or setup.cfg, so no wheel can be"
                f" built from it: {instead}."
            )
        tree = read_tree(project, self._outputs)
        kind = f"wheels/{key(str(project))}"
        state = {
            "names": key(tree.files, tree.links),
            "revision": tree.revision(),
            "surroundings": key(sys.version, self._interpreter.wanted, self._settings.text, _versions()),
        }
        for entry in self._cache.entries(kind):
            inputs = json.loads((entry / INPUTS).read_text("utf-8"))
            read: Mapping[str, list[int]] = inputs.pop("read")
            if inputs == state and read == tree.stamps(read):
                os.utime(entry)
                return _wheel_in(entry)
        with (
            self._progress(f"building the wheel of {project_name(project)}"),
            tempfile.TemporaryDirectory(prefix="sphinx-emrun-") as folder,
        ):
            stamps = tree.stamps(tree.files)  # what is edited from now on does not count as built
            with replica(tree) as copy:
                wheel = self._build(copy, tree, Path(folder), instead)
                read_files = copy.was_read() | _packed(wheel, tree)
            inputs = json.dumps(state | {"read": {path: stamps[path] for path in sorted(read_files)}})

            def make(entry: Path) -> None:
                (entry / wheel.name).write_bytes(wheel.read_bytes())
                (entry / INPUTS).write_text(inputs, "utf-8")

            return _wheel_in(self._cache.entry(kind, key(inputs), make))

    def _build(self, copy: Replica, tree: Tree, folder: Path, instead: str) -> Path:
        """Build with this machine's Python; with the page's, where that makes a wheel for this machine.

        There is no compiler for the latter, so that a compiled part which is optional is left out.
        """
        wheel = self._uv_build(copy, tree, folder / "host", sys.executable)
        if isinstance(wheel, str):
            sentence = (
                f"The wheel of {tree.project} cannot be built: make `uv build --wheel` work there,"
                f" or {instead}. uv said:"
            )
            raise BundleError(with_detail(sentence, wheel))
        if self._fits(wheel):
            return wheel
        with replica(tree) as fresh:
            other = self._uv_build(fresh, tree, folder / "page", self._interpreter.executable)
        return wheel if isinstance(other, str) else other

    def _uv_build(self, copy: Replica, tree: Tree, out: Path, python: str | Path) -> Path | str:
        """The wheel, or what uv has said."""
        own = python == sys.executable
        environment = environment_for_git() if own else pure_environment(self._interpreter)
        with self._settings.folder() as folder:
            result = run(
                uv_command("build", "--wheel", "--python", python, "--out-dir", out, "--", copy.project),
                folder=folder,
                purpose=f"building the wheel of {tree.project}",
                environment=environment,
            )
        wheels = list(out.glob("*.whl"))
        if result.status == 0 and wheels:
            return wheels[0]
        return result.stderr.replace(str(copy.project), str(tree.project))


def wheel_digest(wheel: Path) -> str:
    """A digest of what a wheel holds, whatever the times in its archive.

    :raises BundleError: when it is not a wheel.
    """
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                content = hashlib.sha256(archive.read(name)).hexdigest()
                digest.update(f"{name}\0{content}\n".encode())
    except (OSError, zipfile.BadZipFile) as error:
        raise BundleError(f"{wheel} cannot be read as a wheel ({error}): {INSTEAD}.") from None
    return digest.hexdigest()


def _packed(wheel: Path, tree: Tree) -> set[str]:
    """The files of the tree that may be in the wheel, by their names.

    Where a file system lets a copy share its source's blocks, copying is no access.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = {name.rpartition("/")[2] for name in archive.namelist()}
    return {path for path in tree.files if path.rpartition("/")[2] in names}


def _versions() -> dict[str, str]:
    """What the environment says of versions, such as SETUPTOOLS_SCM_PRETEND_VERSION."""
    names = {name for name in os.environ if "PRETEND_VERSION" in name or name == "PBR_VERSION"}
    return {name: os.environ[name] for name in sorted(names)}


def _wheel_in(folder: Path) -> Path:
    return next(folder.glob("*.whl"))
