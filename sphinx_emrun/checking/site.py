"""Joins the check to Sphinx: when it runs, and what it warns of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging
from sphinx.util.display import progress_message

from sphinx_emrun.assets import begin_bundle, cache_folder, make_draft
from sphinx_emrun.bundle import confined
from sphinx_emrun.checking.builder import CheckBuilder
from sphinx_emrun.checking.causes import causes_of
from sphinx_emrun.checking.checks import Checker, Report
from sphinx_emrun.checking.interpreters import Interpreters
from sphinx_emrun.checking.record import Record
from sphinx_emrun.checking.verdict import DEFAULT_FLAGS
from sphinx_emrun.checking.words import words_for
from sphinx_emrun.config import read_config
from sphinx_emrun.domain import get_domain
from sphinx_emrun.failures import author_told
from sphinx_emrun.messages import EmrunWarning, warn
from sphinx_emrun.nodes import is_interactive

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_emrun.checking.plan import Plan

logger = logging.getLogger(__name__)


def check_site(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Check every block, once all pages have been read, and warn of what is not as the page says.

    :returns: the pages of what has been run, for they may show other outputs now.
    :raises ExtensionError: when the bundle cannot be made, or no interpreter be started.
    """
    domain = get_domain(env)
    plans = [plan for docname in sorted(domain.plans) for plan in domain.plans[docname]]
    if not is_wanted(app):
        return []
    if not plans:
        _hint(domain.others())
        return []
    with author_told(cache_folder(app)):
        domain.report = _check(app, plans)
    for cause in causes_of(domain.report.failed):
        warn(EmrunWarning.CHECK, words_for(cause), cause.place)
    strict = isinstance(app.builder, CheckBuilder) or read_config(app.config).check == "error"
    if domain.report.failed and strict:
        app.statuscode = 1
    return sorted(domain.report.fresh)


def _hint(others: int) -> None:
    """Say how blocks become runnable, where none is."""
    if others:
        text = (
            "No example is checked, but %s blocks show Python. A block runs with `:class: runnable`; "
            'all of them run with `emrun_code_blocks = "all"` and `emrun_doctest_blocks = "all"` in conf.py.'
        )
        logger.info(text, others)


def is_wanted(app: Sphinx) -> bool:
    """Whether this build checks: it is the check alone, or it shows outputs, and the author wants it."""
    if isinstance(app.builder, CheckBuilder):
        return True
    return bool(app.builder.format) and read_config(app.config).check != "off"


def _check(app: Sphinx, plans: list[Plan]) -> Report:
    checker = Checker(
        interpreters=Interpreters(bundle=make_draft(app).folder),
        record=Record(cache_folder(app) / "checked"),
        srcdir=Path(app.srcdir),
        flags=getattr(app.config, "doctest_default_flags", DEFAULT_FLAGS),
        global_setup=getattr(app.config, "doctest_global_setup", ""),
    )
    if is_interactive(app.builder):
        get_domain(app.env).bundle = begin_bundle(app)

    def running(number: int) -> AbstractContextManager[None]:
        logger.info("%s", confined.description())
        return progress_message(f"running {number} examples")

    return checker.check(plans, running)


def setup_module(app: Sphinx) -> None:
    """Register the builder, and the check of every build that shows outputs."""
    app.add_builder(CheckBuilder)
    # Before what a site ships is published (500), which takes the bundle that is begun here.
    app.connect("env-updated", check_site, priority=400)
