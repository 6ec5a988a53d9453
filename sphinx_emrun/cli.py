"""The ``sphinx-emrun`` command. The only module that may print."""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_emrun import __version__
from sphinx_emrun.preview.server import Place, ServerError, preview, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

OK, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
#: Options of ``sphinx-build``; the first name of each is the one that every version knows.
SPHINX_VALUES = (
    (("-b", "--builder"), "BUILDER"),
    (("-j", "--jobs"), "N"),
    (("-D", "--define"), "SETTING=VALUE"),
    (("-A", "--html-define"), "NAME=VALUE"),
    (("-t", "--tag"), "TAG"),
)
SPHINX_PATHS = (
    (("-c", "--conf-dir"), "PATH", "confdir"),
    (("-d", "--doctree-dir"), "PATH", "doctrees"),
    (("-w", "--warning-file"), "FILE", "warnings"),
)
SPHINX_SWITCHES: tuple[tuple[str, ...], ...] = (
    ("-a", "--write-all"),
    ("-E", "--fresh-env"),
    ("-n", "--nitpicky"),
    ("-v", "--verbose"),
    ("-q", "--quiet"),
    ("-Q", "--silent"),
    ("-N", "--no-color"),
    ("--color",),
    ("-W", "--fail-on-warning"),
    ("--keep-going",),
    ("-T", "--show-traceback"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0, or 1 where it could not do its work or found something.

    Raises SystemExit with status 2 for arguments that make no sense, after saying why.
    """
    parser = _parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["python"]:  # whose arguments are its own
        from sphinx_emrun.shell import run_python  # what the other commands do without

        return _with_the_interpreter(lambda: run_python(given[1:], _say))
    options, rest = parser.parse_known_args(given)
    if options.command == "install":
        if all(word.startswith("-") for word in rest):
            parser.error("a requirement is wanted: a name, or the path of a project or a wheel")
        return _with_the_interpreter(lambda: _install(options.target, rest))
    if options.command == "preview" and options.out is None and rest and not rest[0].startswith("-"):
        options.out = _resolved(rest.pop(0))  # argparse looks for it right after SRC alone
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if options.command == "lint":
        return _lint(options)
    if options.command == "report":
        return _report(options.dir)
    return _serve(parser, options)


def _serve(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    place = Place(
        host=options.host,
        port=options.port,
        prefix=options.prefix,
        isolated=options.headers,
        allowed=tuple(options.allowed),
    )
    try:
        if options.command == "serve":
            _refuse_a_part(parser, options.dir)
            serve(options.dir, place, started=_announce(place), open_browser=options.open)
        else:
            _preview(parser, options, place)
    except ServerError as error:
        print(f"{parser.prog}: error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:  # how such a server is meant to be ended
        print()
    return OK


def _refuse_a_part(parser: argparse.ArgumentParser, site: Path) -> None:
    """End with an error where a site's shared files lie outside of the folder that would be served."""
    from sphinx_emrun.published import beyond  # what the other commands do without

    if shared := beyond(site):
        whole = os.path.commonpath([site, shared])
        parser.error(f"{site} shares files in {shared} with other versions: serve {whole}, which holds both.")


def _with_the_interpreter(command: Callable[[], int]) -> int:
    """Run a command that needs it; says what of the machine or of our installation is in its way."""
    from sphinx_emrun.bundle import BundleError, InterpreterError
    from sphinx_emrun.resources import ResourceError

    try:
        return command()
    except (BundleError, InterpreterError, ResourceError, OSError) as problem:
        print(f"sphinx-emrun: error: {problem}", file=sys.stderr)
        return FAILED


def _preview(parser: argparse.ArgumentParser, options: argparse.Namespace, place: Place) -> None:
    out = options.out or options.src / "_build" / "html"
    if not ((options.confdir or options.src) / "conf.py").is_file():
        parser.error(f"{options.confdir or options.src} holds no conf.py, so it is no Sphinx source folder.")
    if out.exists() and not out.is_dir():
        parser.error(f"{out} is a file; the site needs a folder.")
    if options.src.is_relative_to(out):
        parser.error(f"{out} holds the sources; the site needs a folder of its own.")
    preview(
        options.src,
        out,
        place,
        options=["-b", "html", *options.passed],
        outputs=[path for path in (options.doctrees, options.warnings) if path],
        started=_announce(place),
        open_browser=options.open,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sphinx-emrun", description="Tools for documentation whose Python examples run in the page."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = _serving_options()
    writing = commands.add_parser(
        "preview",
        parents=[shared],
        help="build the documentation, serve it, rebuild and reload on every edit",
    )
    writing.add_argument("src", metavar="SRC", type=_source, help="folder with the documentation's conf.py")
    writing.add_argument(
        "out",
        metavar="OUT",
        type=_resolved,
        nargs="?",
        help="folder for the built site (default: SRC/_build/html)",
    )
    _add_sphinx_options(writing)
    commands.add_parser(
        "python",
        add_help=False,
        help="the bundled interpreter on this machine's files: takes the arguments of python",
    )
    installing = commands.add_parser(
        "install",
        usage="%(prog)s -t DIR [uv's options] REQUIREMENT…",
        help="install packages for the bundled interpreter into a folder, for PYTHONPATH",
    )
    installing.add_argument("-t", "--target", metavar="DIR", type=Path, required=True, help="the folder")
    _add_lint(commands.add_parser("lint", help="say what of some Python code cannot work in a browser"))
    built = commands.add_parser("serve", parents=[shared], help="serve a built site, as preview does")
    served = "folder with the built site's index.html, or with versions of the site"
    built.add_argument("dir", metavar="DIR", type=_site_or_versions, help=served)
    weighed = commands.add_parser("report", help="say what a built site makes its readers load, in bytes")
    weighed.add_argument("dir", metavar="DIR", type=_site, help="folder with the built site's index.html")
    return parser


def _install(target: Path, arguments: Sequence[str]) -> int:
    from sphinx_emrun.shell import install  # what the other commands do without

    try:
        print(install(target, arguments, _say), end="", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return OK


def _report(site: Path) -> int:
    from sphinx_emrun.bundle import InterpreterError, open_contents  # what the other commands do without
    from sphinx_emrun.report import report

    found = sorted(site.glob("_static/emrun/*/manifest.json"))
    try:
        if not found:
            raise ValueError(f"{site} holds no page with blocks that run.")
        for manifest in found:
            print(report(open_contents(manifest.parent)), end="")
    except (ValueError, InterpreterError) as error:
        print(f"sphinx-emrun: error: {error}", file=sys.stderr)
        return FAILED
    return OK


def _add_lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="PATH", type=Path, nargs="+", help="a Python file, a folder or a wheel"
    )
    parser.add_argument(
        "--format", choices=("text", "github", "json"), default="text", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--functions",
        action="store_true",
        help="also what fails only when a function is called, besides what fails when a module is imported",
    )


def _lint(options: argparse.Namespace) -> int:
    from sphinx_emrun.lint.command import LintError, lint, report

    try:
        problems = lint(options.paths, functions=options.functions)
    except LintError as error:
        print(f"sphinx-emrun lint: error: {error}", file=sys.stderr)
        return UNUSABLE
    if problems or options.format == "json":
        print(report(problems, options.format))
    return FAILED if problems else OK


@contextlib.contextmanager
def _say(step: str) -> Iterator[None]:
    """Tell of a step that takes long, where it is in no program's way."""
    print(f"sphinx-emrun: {step}…", file=sys.stderr, flush=True)
    yield


class _Passed(argparse.Action):
    """An option of ``sphinx-build``, which is passed on to it, and what follows it, if anything does."""

    def __call__(
        self, _parser: object, namespace: argparse.Namespace, value: Any, _option: str | None = None
    ) -> None:
        words = [] if self.nargs == 0 else [str(value)]
        namespace.passed = [*namespace.passed, self.option_strings[0], *words]
        setattr(namespace, self.dest, value)


def _add_sphinx_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("options of sphinx-build, which are passed on to it")
    parser.set_defaults(passed=[])
    for names, metavar in SPHINX_VALUES:
        group.add_argument(*names, action=_Passed, metavar=metavar, dest="_")
    for names, metavar, dest in SPHINX_PATHS:
        group.add_argument(*names, action=_Passed, metavar=metavar, dest=dest, type=_resolved)
    for switch in SPHINX_SWITCHES:
        group.add_argument(*switch, action=_Passed, nargs=0, dest="_")


def _resolved(value: str) -> Path:
    return Path(value).resolve()


def _serving_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    options.add_argument(
        "--port", type=_port, default=8000, help="port to listen on, 0 for a free one (default: %(default)s)"
    )
    options.add_argument(
        "--prefix", type=_prefix, default="/", metavar="/PATH/", help="serve the site below this path"
    )
    options.add_argument(
        "--allow-host",
        dest="allowed",
        action="append",
        default=[],
        metavar="NAME",
        help="answer for this host name as well, such as that of a proxy",
    )
    options.add_argument("--open", action="store_true", help="open the site in a browser")
    options.add_argument(
        "--no-headers",
        dest="headers",
        action="store_false",
        help="leave the cross-origin isolation headers out, as hosts like GitHub Pages do",
    )
    return options


def _announce(place: Place) -> Callable[[str], None]:
    def announce(url: str) -> None:
        how = "with isolation headers" if place.isolated else "without isolation headers"
        print(f"Serving {how} at {url} (Ctrl-C ends)", flush=True)
        if not _is_loopback(place.host):
            print(
                "Browsers isolate plain http pages only at localhost:"
                " from another machine, input() and Stop are limited.",
                flush=True,
            )

    return announce


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _source(value: str) -> Path:
    folder = Path(value).resolve()
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{value} is no folder, so it is no Sphinx source folder.")
    return folder


def _site(value: str) -> Path:
    folder = Path(value).resolve()
    if not (folder / "index.html").is_file():
        raise argparse.ArgumentTypeError(f"{value} holds no index.html, so it is no built site.")
    return folder


def _site_or_versions(value: str) -> Path:
    folder = Path(value).resolve()
    return folder if any(folder.glob("*/index.html")) else _site(value)


def _port(value: str) -> int:
    if not (value.isdecimal() and int(value) <= 65535):
        raise argparse.ArgumentTypeError(f"{value} is no port: a number from 0 to 65535 is wanted.")
    return int(value)


def _prefix(value: str) -> str:
    parts = [part for part in value.split("/") if part]
    if not all(re.fullmatch(r"[\w-][\w.-]*", part) for part in parts):
        raise argparse.ArgumentTypeError(
            f"{value} is no path like /repo/: letters, digits, '-', '_' and '.' only."
        )
    return "".join(f"/{part}" for part in parts) + "/"
