"""The standard library's `webbrowser`, in a web browser: `open` asks the reader.

A page must not open another without a click, so it offers the address as a link under the block. Takes the
place of Pyodide's module, which needs the page's own thread. A browser that a program registers comes first
where it is preferred, as everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Error", "get", "open", "open_new", "open_new_tab", "register"]


class Error(Exception):
    """There is no such browser."""


class BaseBrowser:
    """What opens addresses; a class of its own overrides `open`."""

    def __init__(self, name: str = "") -> None:
        self.name = self.basename = name
        self.args = ["%s"]

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Offer `url` to the reader; False where there is none, or the page offers no such address."""
        try:
            import _emrun_host  # type: ignore[import-not-found]
        except ImportError:
            return False
        return bool(_emrun_host.offer(str(url)))

    def open_new(self, url: str) -> bool:
        """The same."""
        return self.open(url, 1)

    def open_new_tab(self, url: str) -> bool:
        """The same."""
        return self.open(url, 2)


class GenericBrowser(BaseBrowser):
    """A browser that is a command elsewhere."""

    def __init__(self, name: str | Sequence[str]) -> None:
        super().__init__(name if isinstance(name, str) else name[0])
        self.args = ["%s"] if isinstance(name, str) else list(name[1:])


class BackgroundBrowser(GenericBrowser):
    """The same."""


_PAGE = BaseBrowser("page")
_known: dict[str, tuple[Callable[[], BaseBrowser] | None, BaseBrowser | None]] = {"page": (None, _PAGE)}
_preferred: list[BaseBrowser] = []


def register(
    name: str,
    klass: Callable[[], BaseBrowser] | None,
    instance: BaseBrowser | None = None,
    *,
    preferred: bool = False,
) -> None:
    """Make a browser known."""
    _known[name.lower()] = klass, instance
    if preferred and instance is not None:
        _preferred.insert(0, instance)


def get(using: str | None = None) -> BaseBrowser:
    """The browser of that name, or the one that is asked first."""
    if using is None:
        return _preferred[0] if _preferred else _PAGE
    klass, instance = _known.get(using.lower(), (None, None))
    if instance is not None:
        return instance
    if klass is not None:
        return klass()
    raise Error("could not locate runnable browser")


def open(url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: A001 - its name there
    """Offer `url` to the reader, or give it to the preferred browser."""
    return any(browser.open(url, new, autoraise) for browser in (*_preferred, _PAGE))


def open_new(url: str) -> bool:
    """The same."""
    return open(url, 1)


def open_new_tab(url: str) -> bool:
    """The same."""
    return open(url, 2)
