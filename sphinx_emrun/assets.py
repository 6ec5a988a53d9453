"""Puts the interpreter, the packages and our browser code into an HTML site, and onto its pages."""

from __future__ import annotations

import contextlib
import posixpath
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.locale import __
from sphinx.util.display import progress_message
from sphinx.util.logging import getLogger

from sphinx_emrun.config import read_config
from sphinx_emrun.domain import get_domain
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.nodes import STATIC, emrun_block, is_interactive
from sphinx_emrun.report import over_budget
from sphinx_emrun.resources import ResourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from docutils.nodes import document
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_emrun.blocks import DataFile
    from sphinx_emrun.bundle import Beside, Bundle, Draft

logger = getLogger(__name__)
FILES = "files"
"""The folder, beside the bundle's, of the blocks' own files."""


class Assets:
    """What one build publishes. The bundle's folder is named by its content, so the site holds the digest."""

    def __init__(self) -> None:
        self._digest = ""

    def publish(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Copy what the blocks need, once all pages have been read.

        :returns: the pages to write again: all with blocks, when the bundle is not the one they refer to.
        :raises ExtensionError: when the bundle cannot be made.
        """
        domain = get_domain(env)
        if not is_interactive(app.builder) or not domain.blocks:
            return []
        site = Path(app.outdir, STATIC)
        bundle = make_bundle(app)
        self._digest = bundle.digest
        # Other bundles are removed when a build succeeds: one that is here is what some page refers to.
        outdated = _copy_bundle(bundle.folder, site / bundle.digest) or bool(self._others(site))
        _copy_files(domain.files(), Path(app.srcdir), site / FILES)
        return sorted(domain.blocks) if outdated else []

    def tag_page(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: document | None
    ) -> None:
        """Add the scripts and the style sheet to a page that holds a block."""
        if self._digest and doctree is not None and any(doctree.findall(emrun_block)):
            # The notice comes first: it hears when the module cannot be parsed.
            app.add_js_file(f"emrun/{self._digest}/notice.js", loading_method="defer")
            config = read_config(app.config)
            options: dict[str, Any] = {"data-emrun-prefetch": config.prefetch}
            if config.sleep:
                options["data-emrun-sleep"] = str(config.sleep)
            app.add_js_file(f"emrun/{self._digest}/main.js", type="module", **options)
            app.add_css_file(f"emrun/{self._digest}/emrun.css")

    def remove_leftovers(self, app: Sphinx, exception: Exception | None) -> None:
        """Remove what the site does not refer to any more, once it has been written."""
        site = Path(app.outdir, STATIC)
        if exception is not None or not is_interactive(app.builder) or not site.is_dir():
            return
        wanted = {file.digest for file in get_domain(app.env).files()}
        leftovers = [folder for folder in (site / FILES).glob("*") if folder.name not in wanted]
        for folder in leftovers + self._others(site):
            shutil.rmtree(folder)

    def _others(self, site: Path) -> list[Path]:
        return [folder for folder in site.iterdir() if folder.name not in {self._digest, FILES}]


def make_draft(app: Sphinx) -> Draft:
    """Make what the check of a site needs of its bundle, once a build, or find it beside the site's doctrees.

    :raises ExtensionError: one sentence that says what to do.
    """
    from sphinx_emrun import bundle

    domain = get_domain(app.env)
    if domain.draft is not None:
        return domain.draft
    config = read_config(app.config)
    with _author_told():
        request = bundle.BundleRequest(
            project=find_project(config.project, Path(app.srcdir), Path(app.confdir)),
            requirements=(*config.requirements, *_needed_data(app.env)),
            uv_options=config.uv_options,
            stdlib=config.stdlib,
            offline=config.offline,
            snapshot=_snapshot_modules(config.snapshot, app.env),
        )
        draft = bundle.make_draft(request, cache=cache_folder(app), progress=progress_message)
    for name, reason in draft.refused.items():
        logger.info(__("%s is not in the snapshot, but imported when a block does: %s"), name, reason)
    domain.draft = draft
    return draft


def begin_bundle(app: Sphinx) -> Beside[Bundle]:
    """Begin to make a site's bundle, where it is going to have one, so that it is there when it is needed."""
    from sphinx_emrun import bundle

    draft, cache = make_draft(app), cache_folder(app)
    return bundle.Beside(lambda progress: bundle.finish(draft, cache=cache, progress=progress))


def make_bundle(app: Sphinx) -> Bundle:
    """Make the site's bundle, once a build, or find it in the cache beside the site's doctrees.

    :raises ExtensionError: one sentence that says what to do.
    """
    from sphinx_emrun import bundle

    domain = get_domain(app.env)
    coming = domain.bundle or begin_bundle(app)
    with _author_told():
        made = coming.result(progress_message)
    config = read_config(app.config)
    if config.budget is not None:
        contents = bundle.open_contents(made.folder, bundle.Cache(cache_folder(app)))
        if excess := over_budget(contents, config.budget):
            warn(EmrunWarning.BUDGET, excess)
    return made


@contextlib.contextmanager
def _author_told() -> Iterator[None]:
    from sphinx_emrun import bundle

    try:
        yield
    except (bundle.BundleError, bundle.InterpreterError, ResourceError) as problem:
        raise ExtensionError(str(problem), modname="sphinx_emrun") from problem


def _needed_data(env: BuildEnvironment) -> tuple[str, ...]:
    """Requirements that no block imports by name: a page has no time zones of a machine's."""
    return ("tzdata",) if "zoneinfo" in get_domain(env).modules() else ()


def _snapshot_modules(setting: bool | tuple[str, ...], env: BuildEnvironment) -> tuple[str, ...] | None:
    from sphinx_emrun.bundle.snapshot import TRANSCRIPTS

    if setting is False:
        return None
    domain = get_domain(env)
    modules = domain.modules() if setting is True else frozenset(setting)
    transcripts = any(block.kind == "transcript" for blocks in domain.blocks.values() for block in blocks)
    return tuple(sorted(modules | {TRANSCRIPTS} if transcripts else modules))


def cache_folder(app: Sphinx) -> Path:
    """Where things are kept from one build to the next."""
    return Path(app.doctreedir, "emrun")


def find_project(setting: str | Path | None, srcdir: Path, confdir: Path) -> Path | None:
    """The project that ``emrun_project`` means: a folder with a ``pyproject.toml``, a wheel, or None.

    :param srcdir: where the search of ``"auto"`` begins; it goes upwards.
    :param confdir: what a path is relative to.
    :raises ExtensionError: when the path is neither.
    """
    if setting is None:
        return None
    if setting == "auto":
        return next((folder for folder in (srcdir, *srcdir.parents) if _is_project(folder)), None)
    path = (confdir / setting).resolve()
    if path.suffix == ".whl" and path.is_file():
        return path
    if (path / "pyproject.toml").is_file():
        return path
    problem = (
        f"{path} is neither a wheel nor a folder with a pyproject.toml: correct emrun_project in conf.py."
    )
    raise ExtensionError(problem, modname="sphinx_emrun")


def _is_project(folder: Path) -> bool:
    try:
        tables = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return "project" in tables or "build-system" in tables


def _copy_bundle(source: Path, target: Path) -> bool:
    """Copy the bundle; False when it is there already."""
    sizes = [(path.relative_to(source), path.stat().st_size) for path in source.rglob("*") if path.is_file()]
    if all(_has_size(target / path, size) for path, size in sizes):
        return False
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return True


def _copy_files(files: Iterable[DataFile], srcdir: Path, folder: Path) -> None:
    for file in files:
        source, target = srcdir / file.path, folder / file.digest / posixpath.basename(file.name)
        if not _has_size(target, source.stat().st_size):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def setup_module(app: Sphinx) -> None:
    """Publish after reading, tag while writing, clear up at the end."""
    assets = Assets()
    app.connect("env-updated", assets.publish)
    app.connect("html-page-context", assets.tag_page)
    app.connect("build-finished", assets.remove_leftovers)
