"""What the lint finds: each case is a file, with its expectation in comments.

``# fails: WHAT`` ends a line of which a finding begins with WHAT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from sphinx_emrun.lint.rules import Finding, Rules
from sphinx_emrun.lint.scan import scan
from sphinx_emrun.lint.tree import Source, Tree, lint_tree
from sphinx_emrun.platform import read_groups, read_platform

FOLDER = Path(__file__).parent
FAILS = re.compile(r"# fails: (\S+)$")


def expected(text: str) -> list[tuple[int, str]]:
    found = [(number, FAILS.search(line)) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, match[1]) for number, match in found if match]


def shortened(findings: Iterable[Finding]) -> list[tuple[int, str]]:
    """The lines, and what fails there: the first word of what is said."""
    return sorted((finding.line, finding.text.split()[0]) for finding in findings)


@pytest.mark.parametrize("case", sorted((FOLDER / "cases").glob("*.py")), ids=lambda case: case.stem)
def test_one_file(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    words = re.search(r"^rules: (.*)$", text, re.MULTILINE)
    switches = words[1].split() if words else []
    rules = Rules(platform=read_platform(), program="program" in switches, functions="functions" in switches)
    findings = scan(text, rules, package="pkg").findings
    assert shortened(findings) == expected(text)
    assert all(re.search(r" in a browser: .+\. Instead: .+\.$", finding.text) for finding in findings)


@pytest.mark.parametrize("case", sorted((FOLDER / "trees").glob("*.txt")), ids=lambda case: case.stem)
def test_several_files(case: Path) -> None:
    about, *parts = re.split(r"^==> (.*)\n", case.read_text(encoding="utf-8"), flags=re.MULTILINE)
    files = dict(zip(parts[::2], parts[1::2], strict=True))
    tree = {name_of(path): source(path, text) for path, text in files.items()}
    settings = dict(re.findall(r"(own|entries|rules): (\S+?)(?:,|\n)", about))
    own = [name for name in tree if name.startswith(settings.get("own", ""))]
    provided = {name.partition(".")[0] for name in tree}
    functions = settings.get("rules") == "functions"
    rules = Rules(platform=read_platform(), provided=provided, functions=functions)
    found = lint_tree(tree, own, rules, settings.get("entries", "").split())
    assert {
        path: shortened(each.finding for each in found if each.source.path == path) for path in files
    } == {path: expected(text) for path, text in files.items()}


def name_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def source(path: str, text: str) -> Source:
    package = path.rpartition("/")[0].replace("/", ".")
    return Source(path=path, package=package, read=text.encode)


def test_the_calls_that_are_known_to_fail_are_recognised() -> None:
    """In the very programs of which the interpreter has shown it."""
    platform = read_platform()
    rules = Rules(platform=platform, program=True, functions=True)
    # Caught by the program itself, or failing on some sites alone.
    left_out = {"urllib.request.urlopen", "urllib.request.urlretrieve", "zoneinfo.ZoneInfo"}
    wrong = {
        call: found
        for group in read_groups()[0]
        for call, program in group.calls.items()
        if (found := [each.text.split()[0] for each in scan(program, rules).findings]) != [f"{call}()"]
    }
    assert wrong == {call: [] for call in left_out}


def test_a_tree_may_import_itself() -> None:
    files = {"a/__init__.py": "import a.b", "a/b.py": "from a import b\nimport a"}
    tree: Tree = {name_of(path): source(path, text) for path, text in files.items()}
    assert lint_tree(tree, tree, Rules(platform=read_platform())) == []


def test_who_imports_it_is_said() -> None:
    files = {"a.py": "import b.c", "b/__init__.py": "", "b/c.py": "import b.d", "b/d.py": "import curses"}
    tree: Tree = {name_of(path): source(path, text) for path, text in files.items()}
    assert [each.chain for each in lint_tree(tree, ["a"], Rules(platform=read_platform()))] == [
        ("a", "b.c", "b.d")
    ]


def test_what_is_nested_deeply_is_no_matter() -> None:
    chain = "if a:\n    pass\n" + "elif b:\n    pass\n" * 2000
    terms = "x = " + " + ".join(["y"] * 5000)
    for text in (chain, terms):
        assert scan(f"import curses\n{text}", Rules(platform=read_platform())).mentioned <= {"curses"}
