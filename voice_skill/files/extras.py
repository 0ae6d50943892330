"""Libraries that not everyone needs: how to install one that is missing."""

import importlib.util
import shlex
import sys

from voice_skill.domain.errors import UsageError


def missing(what: str, library: str, instead: str) -> UsageError:
    """Return the error that says what needs `library`, how to get it, and what else to do.

    `library` is a requirement as pip reads it. The command names the interpreter that runs: a
    system's own pip refuses to install, and another environment's would not help.
    """
    command = shlex.join([sys.executable, "-m", "pip", "install", library])
    return UsageError(
        f"{what} needs the library {library}, which is not installed",
        hint=f"install it: {command}; or {instead}",
    )


def require(what: str, library: str, instead: str) -> None:
    """Raise that UsageError where `library`, which is imported by the same name, is missing."""
    if importlib.util.find_spec(library) is None:
        raise missing(what, library, instead)
