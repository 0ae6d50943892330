"""Files that a test writes: whole or not at all, and for their owner alone.

What people said stands in them.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from voice_skill.domain.errors import UsageError
from voice_skill.evaluation.results import Summary


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


def write_json(path: Path, summary: Summary) -> None:
    """Write the whole report as JSON; docs/testing.md tells its keys."""
    write_private(path, json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
