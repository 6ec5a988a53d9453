"""The ``emrun_*`` options of ``conf.py``: each is declared once, as a field of :class:`EmrunConfig`.

Registration, validation and the table in the documentation are all made from the fields.
"""

from __future__ import annotations

import math
import re
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import partial
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

from sphinx_emrun.command_line import value_of
from sphinx_emrun.messages import EmrunWarning, warn

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.config import Config, _ConfigRebuild

    Validator = Callable[[object], str | None]

PREFIX = "emrun_"
BUDGET = re.compile(r"(\d+(?:\.\d+)?) ?([kM])B")
#: A relative path that needs no escaping in a URL. Its names begin with a letter or digit: Sphinx's do not.
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
SHARED = re.compile(rf"(?:\.\./)*{_NAME}(?:/{_NAME})*/?")


def _one_of(*choices: str) -> Validator:
    def check(value: object) -> str | None:
        return None if value in choices else f"must be one of {', '.join(map(repr, choices))}"

    return check


def _strings(value: object) -> str | None:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return None
    return "must be a list of strings"


def _switch(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be True or False"


def _project(value: object) -> str | None:
    if value is None or (isinstance(value, str | Path) and str(value)):
        return None
    return 'must be "auto", a path, or None'


def _budget(value: object) -> str | None:
    right = value is None or (isinstance(value, str) and BUDGET.fullmatch(value))
    return None if right else 'must be None or a size like "8 MB"'


def _shared(value: object) -> str | None:
    right = value is None or (isinstance(value, str) and SHARED.fullmatch(value))
    return None if right else 'must be None or a relative path like "../emrun-shared"'


def _minutes(value: object) -> str | None:
    right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if right else "must be a number of minutes"


def _seconds(value: object) -> str | None:
    right = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    return None if right else "must be a number of seconds, more than 0"


def _snapshot(value: object) -> str | None:
    return (
        None
        if isinstance(value, bool) or _strings(value) is None
        else "must be True, False or a list of modules"
    )


def _about(
    types: tuple[type, ...], check: Validator, text: str, rebuild: _ConfigRebuild = ""
) -> dict[str, object]:
    """What is known of an option beside its name and default.

    :param types: what ``conf.py`` may hold, for Sphinx's own check.
    :param check: says in words what is wrong with a value, None when it is right.
    :param text: for the table in the documentation.
    :param rebuild: ``"env"`` when a change makes every page be read again.
    """
    return {"types": frozenset(types), "check": check, "help": text, "rebuild": rebuild}


@dataclass(frozen=True, kw_only=True)
class EmrunConfig:
    """The checked options of one site."""

    project: str | Path | None = field(
        default="auto",
        metadata=_about(
            (str, type(Path()), NoneType),
            _project,
            "The documented project, whose wheel the pages import: `auto` finds the nearest project at or "
            "above the source folder (a `setup.py`, or a `pyproject.toml` or `setup.cfg` of a package); or "
            "the path of a project or a `.whl`, relative to `conf.py`; `None` for none.",
        ),
    )
    requirements: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            (list, tuple),
            _strings,
            "Further requirements (PEP 508) that the pages can import, or paths of projects, wheels and "
            "source distributions, relative to `conf.py`'s folder. `.` is the documented project: `.[cli]` "
            "adds its extra `cli`.",
        ),
    )
    groups: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            (list, tuple),
            _strings,
            "Dependency groups (PEP 735) of the project that the pages can import as well.",
        ),
    )
    uv_options: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            (list, tuple),
            _strings,
            "Passed to the resolver, `uv` (`--index`, `--find-links`, `--constraint` …). Relative paths are "
            "relative to `conf.py`'s folder.",
        ),
    )
    stdlib: Literal["trimmed", "full"] = field(
        default="trimmed",
        metadata=_about(
            (str,),
            _one_of("trimmed", "full"),
            "Which standard library the site ships: without what cannot work in a browser, or all of it.",
        ),
    )
    host_headers: bool = field(
        default=False,
        metadata=_about(
            (bool,),
            _switch,
            "Write a `_headers` file, which Netlify and Cloudflare Pages obey: pages are cross-origin "
            "isolated, and what never changes is kept by browsers for a year.",
        ),
    )
    offline: bool = field(
        default=False,
        metadata=_about(
            (bool,),
            _switch,
            "Load all that Python may need at the first Run, and keep it in a cache of the site's own, which "
            "browsers empty later than their HTTP cache.",
        ),
    )
    shared: str | None = field(
        default=None,
        metadata=_about(
            (str, NoneType),
            _shared,
            "The folder, relative to the site's root, of the large files that versions of a site have in "
            'common, such as `"../emrun-shared"`: it is published with them. `None`: each version has all '
            "of its own.",
        ),
    )
    snapshot: bool | tuple[str, ...] = field(
        default=True,
        metadata=_about(
            (bool, list, tuple),
            _snapshot,
            "Start from a memory snapshot made at build time, in which what the blocks import is imported "
            "already, or the modules of a list. `False`: none; a start then takes three times as long.",
        ),
    )
    prefetch: Literal["interest", "near", "never"] = field(
        default="interest",
        metadata=_about(
            (str,),
            _one_of("interest", "near", "never"),
            "What makes a page load Python before Run is pressed: `interest`, a pointer or the keyboard on "
            "the button, or a block that comes into view where the reader has run one of this site in the "
            "last week; `near`, also a block that comes into view, on a connection that is known to be fast "
            "and not metered; `never`, nothing.",
            rebuild="html",
        ),
    )
    sleep: int = field(
        default=0,
        metadata=_about(
            (int,),
            _minutes,
            "After how many minutes in a hidden tab an idle session's Python ends, to free its memory; the "
            "reader's variables go with it, and the block says so. `0`: never.",
            rebuild="html",
        ),
    )
    budget: str | None = field(
        default=None,
        metadata=_about(
            (str, NoneType),
            _budget,
            'How much readers may load before the first output, compressed with gzip, such as `"8 MB"`: the '
            "build warns where it is more. `sphinx-emrun report` says what it consists of.",
        ),
    )
    check: Literal["off", "warn", "error"] = field(
        default="warn",
        metadata=_about(
            (str,),
            _one_of("off", "warn", "error"),
            "Whether the build runs every block in the interpreter that ships, and compares: `warn` warns of "
            "what differs, `error` lets the build fail as well.",
            rebuild="env",
        ),
    )
    timeout: float = field(
        default=10.0,
        metadata=_about(
            (int, float),
            _seconds,
            "How many seconds a block may run in the check, where it has no `:timeout:` of its own.",
            rebuild="env",
        ),
    )
    code_blocks: Literal["marked", "all"] = field(
        default="marked",
        metadata=_about(
            (str,),
            _one_of("marked", "all"),
            "Which blocks of Python that are no transcripts run: those marked `:class: runnable`, or every "
            "`code-block:: python` and `literalinclude`, and every `::` block where Python is highlighted. "
            "A block of the class `not-runnable`, or inside of an element of that class, never runs.",
            rebuild="env",
        ),
    )
    doctest_blocks: Literal["marked", "all", "off"] = field(
        default="marked",
        metadata=_about(
            (str,),
            _one_of("marked", "all", "off"),
            "Which doctest blocks run: those marked `:class: runnable`, every `>>>` block (docstrings' too), "
            "but for those of the class `not-runnable`, or none. A `runnable` directive and a marked "
            "`code-block` always run.",
            rebuild="env",
        ),
    )
    docstring_namespace: Literal["module", "page"] = field(
        default="module",
        metadata=_about(
            (str,),
            _one_of("module", "page"),
            "Where a docstring's examples run that choose no session: `module`, in a fresh copy of its "
            "module's globals, as with `python -m doctest` and pytest's `--doctest-modules`; `page`, in the "
            "page's session, as with `sphinx.ext.doctest`.",
            rebuild="env",
        ),
    )


def option_default(option: Field[Any]) -> Any:
    """The value ``conf.py`` starts with: a list where the field holds a tuple."""
    assert option.default is not MISSING
    return list(option.default) if isinstance(option.default, tuple) else option.default


def read_config(config: Config) -> EmrunConfig:
    """The options of a site, once :func:`check_config` has seen them."""
    values: dict[str, Any] = {}
    for option in fields(EmrunConfig):
        value = config[PREFIX + option.name]
        values[option.name] = tuple(value) if isinstance(value, list) else value
    return EmrunConfig(**values)


def check_config(app: Sphinx, config: Config) -> None:
    """Read the command line's values; warn about a wrong one, and put the option's default in its place."""
    for option in fields(EmrunConfig):
        name = PREFIX + option.name
        if isinstance(given := config.overrides.get(name), str):
            config[name] = value_of(given, option.metadata["types"])
        problem = option.metadata["check"](config[name])
        if problem:
            default = option_default(option)
            text = f"{name} {problem}, not {config[name]!r}; the default, {default!r}, is used."
            warn(EmrunWarning.CONFIG, text)
            config[name] = default


def _default(value: Any, _config: Config) -> Any:
    return value


def setup_module(app: Sphinx) -> None:
    """Register the options and their check."""
    for option in fields(EmrunConfig):
        rebuild, types = option.metadata["rebuild"], option.metadata["types"]
        # Sphinx itself would read the command line's values by the type of a default that cannot be called.
        default = partial(_default, option_default(option))
        app.add_config_value(PREFIX + option.name, default, rebuild, types)
    # Before Sphinx's own check of types (800), which would say the same again, and before readers (500).
    app.connect("config-inited", check_config, priority=400)
