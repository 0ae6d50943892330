"""Files that a test writes: for their owner alone, because what people said stands in them."""

from __future__ import annotations

import json
from pathlib import Path

from voice_skill.evaluation.results import Summary
from voice_skill.files.private_file import write_private


def write_json(path: Path, summary: Summary) -> None:
    """Write the whole report as JSON; docs/testing.md tells its keys."""
    write_private(path, json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
