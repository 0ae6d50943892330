"""Files that a person asked for: written whole or not at all, and for their owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from voice_skill.domain.errors import UsageError


def write_private(path: Path, text: str) -> None:
    """Write beside, then rename; UsageError where that cannot be done."""
    try:
        handle, name = tempfile.mkstemp(".part", f".{path.name}.", path.absolute().parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="check that the folder is yours to write to and has space",
        ) from error
