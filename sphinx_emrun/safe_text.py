"""Text that a stranger's program wrote, made fit for a terminal, for the log of a build, and for XML."""

from __future__ import annotations

import re

#: Controls (ISO 6429's C0 and C1) but tab and newline, what changes the direction of text (UAX 9) or hides in
#: it, line ends that some programs know, and what XML cannot hold (XML 1.0, 2.2).
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
#: What the log of a build is read for: commands of GitHub, Azure and TeamCity.
_COMMANDS = ((re.compile(r"^(\s*:):", re.MULTILINE), r"\1 :"), (re.compile(r"##(\w*)\["), r"## \1["))


def safe(text: str) -> str:
    """The same text; what is unfit becomes U+FFFD, and no line of it is a command of a log."""
    text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
    for command, harmless in _COMMANDS:
        text = command.sub(harmless, text)
    return text
