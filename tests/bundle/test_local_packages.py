"""What comes from this machine is shipped as `uv pip install .` takes it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from sphinx_emrun.bundle.cache import Cache
from sphinx_emrun.bundle.draft import BundleRequest, install_packages
from sphinx_emrun.bundle.errors import BundleError
from sphinx_emrun.bundle.interpreter import Interpreter
from sphinx_emrun.bundle.packages import distributions
from sphinx_emrun.bundle.wanted import Local, LocalPackage, Wanted, local_packages
from tests.bundle.conftest import Steps
from tests.bundle.projects import build, commit, git, publish, write, write_project

#: Characters that mean something in a URL, or in a file of uv's.
ODD = "a #b%41c \"d' é"


@dataclass
class Site:
    """A folder with a conf.py, and an index that has older releases of everything."""

    folder: Path
    interpreter: Interpreter
    cache: Path
    steps: Steps
    local: tuple[LocalPackage, ...] = ()

    def install(
        self,
        project: Path | None,
        *requirements: str,
        groups: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
    ) -> Path | None:
        request = BundleRequest(
            project=project,
            requirements=requirements,
            groups=groups,
            uv_options=(*options, "--default-index", (self.folder / "index").as_uri()),
            folder=self.folder / "docs",
        )
        installed, self.local = install_packages(request, self.interpreter, Cache(self.cache), self.steps)
        return installed

    def shipped(self, project: Path | None, *requirements: str, **more: tuple[str, ...]) -> dict[str, str]:
        """Names and versions."""
        installed = self.install(project, *requirements, **more)
        return {} if installed is None else {each.name: each.version for each in distributions(installed)}

    def origins(self) -> dict[str, str]:
        """What is not from the usual index, and where it is from."""
        return {each.name: _relative(each.origin, self.folder) for each in self.local}


def _relative(origin: Path | str, folder: Path) -> str:
    return os.path.relpath(origin, folder) if isinstance(origin, Path) else origin


@pytest.fixture
def site(tmp_path: Path, interpreter: Interpreter, steps: Steps) -> Site:
    folder = tmp_path / ODD
    (folder / "docs").mkdir(parents=True)
    for name in ("dep", "other"):
        project = write_project(tmp_path / "released" / name, name, version="0.1")
        publish(project, folder / "index")
    return Site(folder, interpreter, folder / "docs" / "cache", steps)


def sources(text: str) -> str:
    return f"[tool.uv.sources]\n{text}\n"


#: [tool.uv.sources] of the project, and what then is shipped of `dep`, from where.
SOURCES = {
    "a folder": ('dep = { path = "../dep" }', "2.0", "dep"),
    "an editable folder": ('dep = { path = "../dep", editable = true }', "2.0", "dep"),
    "a wheel": (
        'dep = { path = "../wheels/dep-2.0-py3-none-any.whl" }',
        "2.0",
        "wheels/dep-2.0-py3-none-any.whl",
    ),
    "a source distribution": ('dep = { path = "../sdists/dep-2.0.tar.gz" }', "2.0", "sdists/dep-2.0.tar.gz"),
    "a commit": ('dep = { git = "{URL}/dep", tag = "v2" }', "2.0", "git+{URL}/dep@v2"),
    "a folder of a commit": (
        'dep = { git = "{URL}/mono", subdirectory = "dep" }',
        "2.0",
        "git+{URL}/mono#subdirectory=dep",
    ),
    "a URL of a wheel": (
        'dep = { url = "{URL}/wheels/dep-2.0-py3-none-any.whl" }',
        "2.0",
        "wheels/dep-2.0-py3-none-any.whl",
    ),
    "another name's case": ('DEP = { path = "../dep" }', "2.0", "dep"),
    "a marker that holds": (
        """dep = { path = "../dep", marker = "sys_platform == 'emscripten'" }""",
        "2.0",
        "dep",
    ),
    "a marker that does not": (
        """dep = { path = "../dep", marker = "sys_platform == 'linux'" }""",
        "0.1",
        "",
    ),
    "the first that holds": (
        """dep = [{ path = "x", marker = "os_name=='nt'" }, { path = "../dep", marker = "os_name!='nt'" }]""",
        "2.0",
        "dep",
    ),
    "only with an extra": ('dep = { path = "../dep", extra = "fast" }', "0.1", ""),
    "an index": (
        'dep = { index = "mine" }\n[[tool.uv.index]]\nname = "mine"\nurl = "../mine"\nexplicit = true',
        "2.0",
        "the index mine",
    ),
}


@pytest.mark.parametrize("case", SOURCES)
def test_a_dependency_comes_from_the_source_that_the_project_names(site: Site, case: str) -> None:
    text, version, origin = SOURCES[case]
    url = site.folder.as_uri()
    dep = write_project(site.folder / "dep", "dep", version="2.0")
    if "a wheel" in case or "URL" in case:
        build(dep, site.folder / "wheels")
    if "distribution" in case:
        build(dep, site.folder / "sdists", "--sdist")
    if "index" in case:
        publish(dep, site.folder / "mine")
    if "commit" in case:
        commit(dep)
        git(dep, "tag", "v2")
        shutil.copytree(dep, site.folder / "mono" / "dep", ignore=shutil.ignore_patterns(".git"))
        commit(site.folder / "mono")
        write(dep, {"dep/__init__.py": "later = 1\n"})
        commit(dep)
    project = write_project(site.folder / "lib", "lib", "dep", more=sources(text.replace("{URL}", url)))
    assert site.shipped(project) == {"lib": "1.0", "dep": version}
    expected = {"lib": "lib"} | ({"dep": origin.replace("{URL}", url)} if origin else {})
    assert site.origins() == expected


def test_a_source_holds_whatever_version_is_required(site: Site) -> None:
    write_project(site.folder / "dep", "dep", version="2.0")
    more = sources('dep = { path = "../dep" }')
    project = write_project(site.folder / "lib", "lib", "dep==7", more=more)
    assert site.shipped(project) == {"lib": "1.0", "dep": "2.0"}


def test_sources_of_sources_hold_as_well_with_their_extras(site: Site) -> None:
    write_project(site.folder / "unpublished", "unpublished", version="3.0")
    write_project(
        site.folder / "dep",
        "dep",
        version="2.0",
        more='[project.optional-dependencies]\nfast = ["unpublished"]\n'
        + sources('unpublished = { path = "../unpublished" }'),
    )
    more = sources('dep = { path = "../dep" }')
    project = write_project(site.folder / "lib", "lib", "dep[fast]", more=more)
    assert site.shipped(project) == {"lib": "1.0", "dep": "2.0", "unpublished": "3.0"}


def test_members_of_a_workspace_are_shipped(site: Site) -> None:
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'
    write(site.folder, {"pyproject.toml": workspace + sources("dep = { workspace = true }")})
    packages = site.folder / "packages"
    project = write_project(
        packages / "lib", "lib", "dep", "other", more=sources("other = { workspace = true }")
    )
    write_project(packages / "dep", "dep", version="2.0")
    write_project(packages / "another-name", "other", version="3.0")
    write_project(packages / "old", "other", version="9.0")
    assert site.shipped(project) == {"lib": "1.0", "dep": "2.0", "other": "3.0"}
    assert site.origins() == {
        "lib": "packages/lib",
        "dep": "packages/dep",
        "other": "packages/another-name",
    }


@pytest.mark.parametrize(
    "text", ["dep = { workspace = true }", 'dep = { path = "../nowhere" }', "dep = { from = 1 }"]
)
def test_a_source_that_leads_nowhere_is_named(site: Site, text: str) -> None:
    project = write_project(site.folder / "lib", "lib", "dep", more=sources(text))
    with pytest.raises(
        BundleError, match=r"source of dep in \[tool|nowhere holds no pyproject|cannot be built"
    ):
        site.install(project)


@pytest.mark.parametrize("where", ["option", "variable", "overrides"])
def test_no_setting_of_uvs_makes_the_index_the_source(
    site: Site, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(site.folder / "dep", "dep", version="2.0")
    more = sources('dep = { path = "../dep" }\n[tool.uv]\noverride-dependencies = ["dep<1"]')
    project = write_project(site.folder / "lib", "lib", "dep", more=more)
    options: tuple[str, ...] = ()
    if where == "option":
        options = ("--no-config",)
    elif where == "variable":
        monkeypatch.setenv("UV_NO_CONFIG", "1")
    else:
        write(site.folder / "docs", {"overrides.txt": "dep<1\n"})
        options = ("--overrides", "overrides.txt")
        with pytest.raises(BundleError):
            site.install(project, options=options)
        return
    assert site.shipped(project, options=options) == {"lib": "1.0", "dep": "2.0"}


def test_what_came_from_an_index_all_the_same_is_not_shipped(tmp_path: Path) -> None:
    write(tmp_path, {"dep-0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: dep\nVersion: 0.1\n"})
    wanted = Wanted(local={"dep": Local(tmp_path / "x.whl", tmp_path / "dep")}, extras={"dep": set()})
    with pytest.raises(BundleError, match=r"dep 0\.1 comes from an index, and not from .*dep: correct"):
        local_packages(wanted, tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18)], ids=["no archive", "empty archive"])
def test_a_wheel_that_cannot_be_read_is_named(site: Site, content: bytes) -> None:
    wheel = site.folder / "lib-1.0-py3-none-any.whl"
    wheel.write_bytes(content)
    with pytest.raises(BundleError, match=r"lib-1\.0-py3-none-any\.whl cannot be read as a wheel"):
        site.install(wheel)


SETTINGS = (
    'required-version = "<0.9"\npython-preference = "only-system"\nlink-mode = "symlink"\nmanaged = false\n'
    'environments = ["sys_platform == \'win32\'"]\n[tool.uv.pip]\npython-platform = "windows"\n'
    'python-version = "3.9"\nonly-binary = ["lib"]\ncompile-bytecode = true\nrequire-hashes = true\n'
)


def test_settings_of_uv_that_are_not_about_packages_are_in_nobodys_way(site: Site) -> None:
    more = '[tool.uv]\nconstraint-dependencies = ["dep<2"]\n' + SETTINGS
    project = write_project(site.folder / "lib", "lib", "dep", more=more)
    publish(write_project(site.folder / "dep", "dep", version="2.0"), site.folder / "index")
    assert site.shipped(project) == {"lib": "1.0", "dep": "0.1"}


def test_places_in_settings_are_where_the_project_is(site: Site) -> None:
    build(write_project(site.folder / "dep", "dep", version="2.0"), site.folder / "lib" / "wheels")
    project = write_project(site.folder / "lib", "lib", "dep", more='[tool.uv]\nfind-links = ["wheels"]\n')
    assert site.shipped(project) == {"lib": "1.0", "dep": "2.0"}


def with_extras(folder: Path) -> Path:
    more = (
        '[project.optional-dependencies]\ncli = ["dep"]\nall = ["lib[cli]", "other"]\n'
        '[dependency-groups]\ndocs = ["other"]\ntest = [{ include-group = "docs" }, "dep"]\n'
    )
    return write_project(folder, "lib", more=more)


@pytest.mark.parametrize(
    ("requirements", "groups", "names"),
    [
        ((), (), {"lib"}),
        ((".[cli]",), (), {"lib", "dep"}),
        (("../lib[cli]",), (), {"lib", "dep"}),
        (("lib[cli]",), (), {"lib", "dep"}),
        ((".[all]",), (), {"lib", "dep", "other"}),
        ((".[cli,all] ; sys_platform == 'emscripten'",), (), {"lib", "dep", "other"}),
        ((), ("docs",), {"lib", "other"}),
        ((), ("Test",), {"lib", "dep", "other"}),
        ((".[cli]",), ("docs",), {"lib", "dep", "other"}),
    ],
)
def test_extras_and_groups_of_the_project_can_be_asked_for(
    site: Site, requirements: tuple[str, ...], groups: tuple[str, ...], names: set[str]
) -> None:
    project = with_extras(site.folder / "lib")
    assert site.shipped(project, *requirements, groups=groups).keys() == names


def test_extras_of_a_wheel_can_be_asked_for(site: Site) -> None:
    wheel = build(with_extras(site.folder / "lib"), site.folder / "wheels")
    assert site.shipped(wheel, ".[cli]").keys() == {"lib", "dep"}


def test_a_source_holds_for_a_group(site: Site) -> None:
    write_project(site.folder / "dep", "dep", version="2.0")
    more = '[dependency-groups]\ndocs = ["dep"]\n' + sources('dep = { path = "../dep", group = "docs" }')
    project = write_project(site.folder / "lib", "lib", more=more)
    assert site.shipped(project, groups=("docs",)) == {"lib": "1.0", "dep": "2.0"}


def test_a_group_that_is_none_is_named(site: Site) -> None:
    with pytest.raises(BundleError, match="no dependency group 'nope'"):
        site.install(with_extras(site.folder / "lib"), groups=("nope",))


@pytest.mark.parametrize(
    "text",
    [
        "./dep",
        "../docs/dep",
        "dep @ ./dep",
        "./wheels/dep-2.0-py3-none-any.whl",
        "dep @ ./wheels/dep-2.0-py3-none-any.whl",
        "./sdists/dep-2.0.tar.gz",
        "{URL}/dep",
        "dep @ {URL}/wheels/dep-2.0-py3-none-any.whl",
    ],
)
def test_paths_are_relative_to_the_folder_of_conf_py(
    site: Site, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = site.folder / "docs"
    dep = write_project(docs / "dep", "dep", version="2.0")
    build(dep, docs / "wheels")
    build(dep, docs / "sdists", "--sdist")
    for folder in (docs, site.folder):
        monkeypatch.chdir(folder)
        assert site.shipped(None, text.replace("{URL}", docs.as_uri())) == {"dep": "2.0"}


def test_options_are_relative_to_the_folder_of_conf_py(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = site.folder / "docs"
    build(write_project(docs / "dep", "dep", version="2.0"), docs / "wheels")
    monkeypatch.chdir(site.folder)
    project = write_project(site.folder / "lib", "lib", "dep")
    assert site.shipped(project, options=("--find-links", "./wheels")) == {"lib": "1.0", "dep": "2.0"}


@pytest.mark.parametrize("text", ["./nowhere", "no such thing", "../x.whl", "-r requirements.txt", "x ; y"])
def test_what_is_neither_a_requirement_nor_a_path_is_named(site: Site, text: str) -> None:
    with pytest.raises(BundleError, match="in emrun_requirements is not a requirement") as error:
        site.install(None, text)
    assert repr(text) in str(error.value)


def test_a_source_distribution_on_the_index_makes_a_wheel_once(site: Site) -> None:
    publish(write_project(site.folder / "new", "new"), site.folder / "index", "--sdist")
    assert site.shipped(None, "new>=1") == {"new": "1.0"}
    assert site.steps == ["resolving 1 requirement", "building the wheel of new from its source"]
    site.steps.clear()
    assert site.shipped(None, "new>=1", "dep") == {"new": "1.0", "dep": "0.1"}
    assert site.steps == ["resolving 2 requirements"]


def test_a_wheel_is_preferred_to_a_newer_source_distribution(site: Site) -> None:
    publish(write_project(site.folder / "dep", "dep", version="2.0"), site.folder / "index", "--sdist")
    assert site.shipped(None, "dep") == {"dep": "0.1"}


def test_a_source_distribution_that_is_not_pure_is_named(site: Site) -> None:
    project = write_project(
        site.folder / "new", "new", more='[tool.backend]\ntag = "cp314-cp314-linux_x86_64"\n'
    )
    publish(project, site.folder / "index", "--sdist")
    lib = write_project(site.folder / "lib", "lib", "new==1.0")
    with pytest.raises(BundleError) as error:
        site.install(lib)
    sentence, detail = str(error.value).splitlines()
    assert sentence.startswith(
        "new==1.0 (needed by lib) has no wheel for the interpreter of the page (CPython"
    )
    assert detail.startswith("    Its source cannot be built for a page, which has no compiler: ")


@pytest.mark.network
def test_an_optional_compiled_part_is_left_out(site: Site) -> None:
    setup = (
        "from setuptools import Extension, setup\n"
        "part = Extension('_speed', ['speed.c'], optional=True)\n"
        "setup(name='speedy', version='1', py_modules=['speedy'], ext_modules=[part])\n"
    )
    source = "#include <Python.h>\nint f(void) { return Py_IsInitialized(); }\n"
    folder = write(site.folder / "speedy", {"setup.py": setup, "speedy.py": "", "speed.c": source})
    installed = site.install(folder)
    assert installed is not None
    assert (installed / "speedy.py").exists()
    assert list(installed.glob("_speed*")) == []


@pytest.mark.network
def test_a_released_package_does_without_its_optional_compiled_part(
    cache: Path, interpreter: Interpreter, steps: Steps
) -> None:
    request = BundleRequest(project=None, requirements=("markupsafe==3.0.3",))
    installed, _ = install_packages(request, interpreter, Cache(cache), steps)
    assert installed is not None
    assert (installed / "markupsafe" / "_native.py").exists()
    assert list(installed.rglob("*.so")) == []
