"""How the page's interpreter is made to build wheels: there is no compiler for it on this machine."""

from __future__ import annotations

from sphinx_emrun.bundle.interpreter import Interpreter

#: How packages are told to do without their optional compiled part, where they do not find out that there is
#: no compiler.
PURE = {
    "AIOHTTP_NO_EXTENSIONS": "1",
    "DISABLE_SQLALCHEMY_CEXT": "1",
    "FROZENLIST_NO_EXTENSIONS": "1",
    "MULTIDICT_NO_EXTENSIONS": "1",
    "MYPYC_ENABLED": "0",
    "PROPCACHE_NO_EXTENSIONS": "1",
    "PYYAML_FORCE_LIBYAML": "0",
    "SKIP_CYTHON": "1",
    "WRAPT_INSTALL_EXTENSIONS": "false",
    "YARL_NO_EXTENSIONS": "1",
}


def pure_environment(interpreter: Interpreter) -> dict[str, str]:
    """The environment in which `interpreter` builds a wheel.

    What has an optional compiled part is tagged for a platform although that part is left out: for the one of
    the page then (sysconfig.get_platform).
    """
    return {**interpreter.environment(), **PURE, "_PYTHON_HOST_PLATFORM": interpreter.platform}
