"""What a site's readers load, in words: ``sphinx-emrun report``, and the warning of ``emrun_budget``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_emrun.config import BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx_emrun.bundle.contents import Contents, Part, Share, When

HEADINGS: dict[When, str] = {
    "page": "With a page that has blocks",
    "run": "Until a block has printed something",
    "later": "When a program needs it",
    "never": "By no reader",
}
#: What sessions import themselves: `snapshot.ALWAYS` and `TRANSCRIPTS` begin so.
OURS = ("_emrun.", "_pyrepl.")
UNITS = {"k": 1_000, "M": 1_000_000}
#: Parts, and modules, that are named as the biggest.
BIGGEST = 3
WIDTH = 52


def report(contents: Contents) -> str:
    """All of it, as lines of text."""
    return "\n".join(_lines(contents)) + "\n"


def over_budget(contents: Contents, budget: str) -> str:
    """What to warn of, or "".

    :param budget: a size as :data:`sphinx_emrun.config.BUDGET` has it.
    """
    found = BUDGET.fullmatch(budget)
    assert found
    loaded = contents.before_output().gzip
    if loaded <= float(found[1]) * UNITS[found[2]]:
        return ""
    parts = sorted(contents.first_parts(), key=lambda part: -part.size.gzip)[:BIGGEST]
    biggest = ", ".join(f"{part.name} ({_size(part.size.gzip)})" for part in parts)
    text = f"readers load {_size(loaded)} before the first output, and emrun_budget is {budget}. "
    text += f"The biggest parts: {biggest}."
    asked = [f"{share.asked} ({_size(share.bytes)})" for share in _asked(contents)[:BIGGEST]]
    if asked:
        text += f" In the snapshot for the sake of the blocks, or by emrun_snapshot: {', '.join(asked)}."
    return text


def _lines(contents: Contents) -> Iterator[str]:
    yield _row("", "as it is", "gzip", "brotli")
    for when, heading in HEADINGS.items():
        parts = [part for part in contents.parts if part.when == when]
        if parts:
            yield ""
            yield heading
            yield from _table(parts)
    total = contents.before_output()
    yield ""
    yield _row(
        "In all, until a block has printed something", *map(_size, (total.raw, total.gzip, total.brotli))
    )
    if contents.packages:
        yield from ("", "Packages")
        yield from _table(contents.packages)
    if contents.shares:
        yield from ("", "In the memory snapshot: who asked for it, and what came with it")
        yield from map(_share, sorted(contents.shares, key=lambda share: -share.bytes))
    yield from ("", "What would make it smaller")
    yield from (f"  {hint}" for hint in _hints(contents))


def _row(name: str, *cells: str) -> str:
    return f"{name:<{WIDTH}}" + "".join(f"{cell:>10}" for cell in cells)


def _table(parts: Iterable[Part]) -> Iterator[str]:
    for part in sorted(parts, key=lambda part: -part.size.gzip):
        size = part.size
        yield _row(f"  {part.name}", _size(size.raw), _size(size.gzip), _size(size.brotli))


def _share(share: Share) -> str:
    count = len(share.modules)
    names = ", ".join(share.modules[:BIGGEST]) + (" …" if count > BIGGEST else "")
    return f"  {_asker(share)}: {_size(share.bytes)}, {count} module{'s'[: count > 1]} ({names})"


def _asker(share: Share) -> str:
    if not share.asked:
        return "Python's start"
    return f"sessions ({share.asked})" if share.asked.startswith(OURS) else share.asked


def _hints(contents: Contents) -> Iterator[str]:
    for share in _asked(contents)[:BIGGEST]:
        yield (
            f"Without {share.asked} in the snapshot (emrun_snapshot lists what is to be in it): "
            f"{_size(share.bytes)} less; a program that imports it then loads it, and waits."
        )
    unused = [part for part in contents.packages if not _imported(part, contents)]
    for part in unused:
        yield f"No block imports {part.name} by itself: is it needed? Programs load it when they read it."
    if not _asked(contents) and not unused:
        yield "Nothing that this site has a say in."


def _imported(part: Part, contents: Contents) -> bool:
    name = part.name.partition(" ")[0].replace("-", "_").lower()
    modules = {module.partition(".")[0].lower() for share in contents.shares for module in share.modules}
    return name in modules


def _asked(contents: Contents) -> list[Share]:
    """What the author has a say in, the largest first."""
    shares = [share for share in contents.shares if share.asked and not share.asked.startswith(OURS)]
    return sorted(shares, key=lambda share: -share.bytes)


def _size(number: int) -> str:
    """Bytes, in units of 1000."""
    return f"{number / UNITS['M']:.2f} MB" if number >= UNITS["M"] / 10 else f"{number / UNITS['k']:.1f} kB"
