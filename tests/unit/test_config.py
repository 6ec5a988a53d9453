"""The options of ``conf.py``."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from sphinx_emrun.config import PREFIX, EmrunConfig, option_default, read_config

if TYPE_CHECKING:
    from tests.conftest import MakeSite, WarningsOf

DEFAULTS = {
    "emrun_project": "auto",
    "emrun_requirements": [],
    "emrun_groups": [],
    "emrun_uv_options": [],
    "emrun_stdlib": "trimmed",
    "emrun_host_headers": False,
    "emrun_offline": False,
    "emrun_shared": None,
    "emrun_snapshot": True,
    "emrun_prefetch": "interest",
    "emrun_sleep": 0,
    "emrun_budget": None,
    "emrun_check": "warn",
    "emrun_timeout": 10.0,
    "emrun_code_blocks": "marked",
    "emrun_doctest_blocks": "marked",
    "emrun_docstring_namespace": "module",
}


SHARED = 'must be None or a relative path like "../emrun-shared"'
#: Nothing, the site or what holds it, an absolute path or URL, a folder of Sphinx's, what URLs escape.
NO_SHARED_FOLDERS = [
    "",
    ".",
    "..",
    "../",
    "./x",
    "../..",
    "/srv/x",
    "https://example.org/x",
    "//example.org/x",
]
NO_SHARED_FOLDERS += [
    "C:\\x",
    "..\\x",
    "_static/x",
    "../a/../b",
    "../.hidden",
    "../a b",
    "../ä",
    "../a%20b",
    "../x\n",
]


def test_defaults_are_the_documented_ones(make_site: MakeSite) -> None:
    assert {PREFIX + option.name: option_default(option) for option in fields(EmrunConfig)} == DEFAULTS
    app = make_site("plain", "dummy")
    assert {name: app.config[name] for name in DEFAULTS} == DEFAULTS
    assert read_config(app.config) == EmrunConfig()


def test_every_option_says_what_it_is_for() -> None:
    assert [option.name for option in fields(EmrunConfig) if not option.metadata["help"].endswith(".")] == []


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("emrun_project", 3, 'must be "auto", a path, or None, not 3'),
        ("emrun_project", "", "must be \"auto\", a path, or None, not ''"),
        ("emrun_requirements", "pydantic", "must be a list of strings, not 'pydantic'"),
        ("emrun_requirements", ["pydantic", 2], "must be a list of strings, not ['pydantic', 2]"),
        ("emrun_groups", "docs", "must be a list of strings, not 'docs'"),
        ("emrun_uv_options", {"--index"}, "must be a list of strings, not {'--index'}"),
        ("emrun_stdlib", "tiny", "must be one of 'trimmed', 'full', not 'tiny'"),
        ("emrun_host_headers", "netlify", "must be True or False, not 'netlify'"),
        ("emrun_offline", 2, "must be True or False, not 2"),
        *(("emrun_shared", value, f"{SHARED}, not {value!r}") for value in NO_SHARED_FOLDERS),
        ("emrun_snapshot", "json", "must be True, False or a list of modules, not 'json'"),
        ("emrun_prefetch", "always", "must be one of 'interest', 'near', 'never', not 'always'"),
        ("emrun_sleep", -1, "must be a number of minutes, not -1"),
        ("emrun_sleep", True, "must be a number of minutes, not True"),
        ("emrun_budget", "8 MiB", "must be None or a size like \"8 MB\", not '8 MiB'"),
        ("emrun_check", True, "must be one of 'off', 'warn', 'error', not True"),
        ("emrun_timeout", 0, "must be a number of seconds, more than 0, not 0"),
        ("emrun_timeout", True, "must be a number of seconds, more than 0, not True"),
        ("emrun_code_blocks", "off", "must be one of 'marked', 'all', not 'off'"),
        ("emrun_doctest_blocks", True, "must be one of 'marked', 'all', 'off', not True"),
        ("emrun_docstring_namespace", "object", "must be one of 'module', 'page', not 'object'"),
    ],
)
def test_wrong_value_gives_one_warning_and_the_default(
    make_site: MakeSite, warnings_of: WarningsOf, name: str, value: object, problem: str
) -> None:
    conf = f'extensions = ["sphinx_emrun"]\nshow_warning_types = True\n{name} = {value!r}\n'
    app = make_site("plain", "dummy", pages={"conf.py": conf})
    app.build()
    expected = f"WARNING: {name} {problem}; the default, {DEFAULTS[name]!r}, is used. [emrun.config]"
    assert warnings_of(app) == [expected]
    assert app.config[name] == DEFAULTS[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("emrun_project", None),
        ("emrun_project", "../library"),
        ("emrun_requirements", ("pydantic>=2",)),
        ("emrun_uv_options", ["--index", "x"]),
        ("emrun_stdlib", "full"),
        ("emrun_host_headers", True),
        ("emrun_offline", True),
        ("emrun_shared", "../emrun-shared"),
        ("emrun_shared", "../../files/emrun_1.0/"),
        ("emrun_shared", "shared"),
        ("emrun_doctest_blocks", "off"),
        ("emrun_prefetch", "near"),
        ("emrun_sleep", 30),
        ("emrun_budget", "7.5 MB"),
        ("emrun_budget", None),
    ],
)
def test_right_value_is_taken(make_site: MakeSite, warnings_of: WarningsOf, name: str, value: Any) -> None:
    app = make_site("plain", "dummy", confoverrides={name: value})
    assert warnings_of(app) == []
    taken = getattr(read_config(app.config), name.removeprefix(PREFIX))
    assert taken == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("project", "None", None),
        ("project", "", None),
        ("project", "../library", "../library"),
        ("requirements", "pydantic, rich", ("pydantic", "rich")),
        ("requirements", "['pydantic>=2,<3', 'rich']", ("pydantic>=2,<3", "rich")),
        ("requirements", "", ()),
        ("host_headers", "True", True),
        ("host_headers", "1", True),
        ("offline", "False", False),
        ("snapshot", "0", False),
        ("snapshot", "json,asyncio", ("json", "asyncio")),
        ("sleep", "30", 30),
        ("timeout", "2.5", 2.5),
        ("timeout", "3", 3),
        ("budget", "None", None),
        ("budget", "8 MB", "8 MB"),
        ("check", "error", "error"),
    ],
)
def test_command_line_says_what_it_means(
    make_site: MakeSite, warnings_of: WarningsOf, name: str, text: str, value: Any
) -> None:
    app = make_site("plain", "dummy", confoverrides={PREFIX + name: text})
    assert warnings_of(app) == []
    assert getattr(read_config(app.config), name) == value


@pytest.mark.parametrize(("name", "text"), [("sleep", "soon"), ("offline", "yes"), ("requirements", "[1")])
def test_command_line_can_be_wrong(
    make_site: MakeSite, warnings_of: WarningsOf, name: str, text: str
) -> None:
    app = make_site("plain", "dummy", confoverrides={PREFIX + name: text})
    (warning,) = warnings_of(app)
    assert f"not {text!r}; the default, {DEFAULTS[PREFIX + name]!r}, is used." in warning


def test_path_object_is_taken(make_site: MakeSite, warnings_of: WarningsOf) -> None:
    app = make_site("plain", "dummy", pages={"conf.py": CONF_WITH_PATH})
    app.build()
    assert warnings_of(app) == []


CONF_WITH_PATH = """
from pathlib import Path

extensions = ["sphinx_emrun"]
emrun_project = Path("library")
"""
