"""Finds what cannot work in a browser by reading code: imports that fail, and calls that do. Knows no Sphinx.

In order: `conditions` says which branch of an `if` is taken in a browser, `names` what a name stands for,
`rules` what fails, `scan` reads one program or module, `tree` follows imports, `sources` finds files, and
`command` prints. `site`, which does know Sphinx, warns while a site is built.

No alarm is false where that can be helped: what may not happen, under a condition that cannot be told or in a
function that nothing may call, is not warned of.
"""
