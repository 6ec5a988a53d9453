"""Runs the blocks when the site is built, in the interpreter that ships, and compares.

`steps` (what a page runs) → `plan` → `conditions` (which of it is skipped) → `checks` (which of it is known:
`record`; the rest: `interpreters`, which take it from a `queue`) → `verdict` → `causes` and `words`, which
`site` warns with, `builder` (the report), `recorded` (what pages show).
"""
