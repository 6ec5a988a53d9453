"""Values of options that the command line gives: ``-D name=text``."""

from __future__ import annotations

import ast
from types import NoneType
from typing import Any

WORDS = {"True": True, "1": True, "False": False, "0": False}


def value_of(text: str, types: frozenset[type]) -> Any:
    """What a text means to an option that takes values of these types; the text where it means nothing else.

    ``None`` and an empty text are None; ``True``, ``False``, ``1`` and ``0`` are switches; a list is written
    as in Python, or its items are separated by commas.
    """
    text = text.strip()
    if NoneType in types and text in {"", "None"}:
        return None
    if bool in types and text in WORDS:
        return WORDS[text]
    for number in (int, float):
        if number in types:
            try:
                return number(text)
            except ValueError:
                continue
    return _list(text) if list in types else text


def _list(text: str) -> Any:
    if not text.startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text
