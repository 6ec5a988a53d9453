"""Puts the interpreter, the packages and our browser code into an HTML site, and onto its pages."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.locale import __
from sphinx.util.display import progress_message
from sphinx.util.logging import getLogger

from sphinx_emrun.config import read_config
from sphinx_emrun.domain import get_domain
from sphinx_emrun.failures import author_told
from sphinx_emrun.locate import find_project, not_found
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.nodes import STATIC, emrun_block, is_interactive
from sphinx_emrun.preview.watch import REPORT
from sphinx_emrun.published import FILES, Published
from sphinx_emrun.report import over_budget

if TYPE_CHECKING:
    from typing import Any

    from docutils.nodes import document
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_emrun.bundle import Beside, Bundle, BundleRequest, Draft

logger = getLogger(__name__)


class Assets:
    """What one build publishes. The bundle's folder is named by its content, so the site holds the digest."""

    def __init__(self) -> None:
        self._digest = ""
        self._integrity = ""
        self._published: Published | None = None

    def publish(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Copy what the blocks need, once all pages have been read.

        :returns: the pages to write again: all with blocks, when the bundle is not the one they refer to.
        :raises ExtensionError: when the bundle cannot be made.
        """
        domain = get_domain(env)
        if not is_interactive(app.builder) or not domain.blocks:
            return []
        bundle = make_bundle(app)
        digest = bytes.fromhex(bundle.manifest.files["main.js"].sha256)
        self._integrity = f"sha256-{base64.b64encode(digest).decode()}"
        published = self._published = Published(Path(app.outdir, STATIC), _shared_folder(app))
        # Other bundles are removed when a build succeeds: one that is here is what some page refers to.
        before = published.bundles()
        with author_told(Path(app.outdir)):
            self._digest = published.put_bundle(bundle)
            for each in domain.files():
                published.put(Path(app.srcdir, each.path), f"{FILES}/{each.published}", each.digest)
        return sorted(domain.blocks) if before != {self._digest} else []

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
            # The two others are also for pages from files and in sandboxed frames, where browsers refuse what
            # is to be checked; modules do not run there.
            app.add_js_file(
                f"emrun/{self._digest}/main.js", type="module", integrity=self._integrity, **options
            )
            app.add_css_file(f"emrun/{self._digest}/emrun.css")

    def remove_leftovers(self, app: Sphinx, exception: Exception | None) -> None:
        """Remove what the site does not refer to any more, once it has been written."""
        if exception is None and is_interactive(app.builder):
            (self._published or Published(Path(app.outdir, STATIC))).remove_others()


def make_draft(app: Sphinx) -> Draft:
    """Make what the check of a site needs of its bundle, once a build, or find it beside the site's doctrees.

    :raises ExtensionError: one sentence that says what to do.
    """
    from sphinx_emrun import bundle

    domain = get_domain(app.env)
    if domain.draft is not None:
        return domain.draft
    config, cache = read_config(app.config), cache_folder(app)
    with author_told(cache):
        request = _request(app)
        if request.project is None and config.project == "auto":
            logger.info(not_found(Path(app.srcdir)))
        draft = bundle.make_draft(request, cache=cache, progress=progress_message, prepared=domain.prepared)
    for package in draft.local:
        origin = _shown(package.origin, Path(app.confdir))
        logger.info(__("%s %s comes from %s"), package.name, package.version, origin)
    for name, reason in draft.refused.items():
        logger.info(__("%s is not in the snapshot, but imported when a block does: %s"), name, reason)
    domain.draft = draft
    return draft


def prepare(app: Sphinx) -> None:
    """Install what the site's blocks can import, or find it installed.

    :raises ExtensionError: one sentence that says what to do.
    """
    from sphinx_emrun import bundle

    cache = cache_folder(app)
    with author_told(cache):
        get_domain(app.env).prepared = bundle.prepare(_request(app), cache=cache, progress=progress_message)


def _request(app: Sphinx) -> BundleRequest:
    from sphinx_emrun import bundle

    config = read_config(app.config)
    return bundle.BundleRequest(
        project=find_project(config.project, Path(app.srcdir), Path(app.confdir)),
        requirements=(*config.requirements, *_needed_data(app.env)),
        groups=config.groups,
        uv_options=config.uv_options,
        folder=Path(app.confdir),
        outputs=(Path(app.outdir), Path(app.doctreedir)),
        stdlib=config.stdlib,
        offline=config.offline,
        snapshot=_snapshot_modules(config.snapshot, app.env),
    )


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
    config, cache = read_config(app.config), cache_folder(app)
    with author_told(cache):
        made = coming.result(progress_message)
        contents = bundle.open_contents(made.folder, bundle.Cache(cache)) if config.budget else None
    if contents and config.budget and (excess := over_budget(contents, config.budget)):
        warn(EmrunWarning.BUDGET, excess)
    return made


def _shown(origin: Path | str, confdir: Path) -> str:
    """Where a package comes from, in few words."""
    return origin if isinstance(origin, str) else os.path.relpath(origin, confdir)


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


def _shared_folder(app: Sphinx) -> Path | None:
    """The folder of the files that versions of the site share. None in a preview: it serves the site alone.

    :raises ExtensionError: when the folder is the site's, or holds it.
    """
    name = read_config(app.config).shared
    if name is None or REPORT in os.environ or not is_interactive(app.builder):
        return None
    site = Path(app.outdir)
    shared = Path(os.path.normpath(site / name))
    with author_told(site):
        if site.is_relative_to(shared):
            raise ExtensionError(
                f"emrun_shared in conf.py, {name!r}, is {shared}, where the site itself is: name a folder "
                'beside it, such as "../emrun-shared".'
            )
    return shared


def cache_folder(app: Sphinx) -> Path:
    """Where things are kept from one build to the next."""
    return Path(app.doctreedir, "emrun")


def setup_module(app: Sphinx) -> None:
    """Publish after reading, tag while writing, clear up at the end."""
    assets = Assets()
    app.connect("builder-inited", _shared_folder)  # a wrong path is reported before the pages are read
    app.connect("env-updated", assets.publish)
    app.connect("html-page-context", assets.tag_page)
    app.connect("build-finished", assets.remove_leftovers)
