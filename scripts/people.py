"""Recordings of real people and noises, which are not part of the project: docs/testing.md."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = Path(os.environ.get("VOICE_SKILL_RECORDINGS", ROOT.parent / "shared" / "recordings"))


def require(*names: str) -> None:
    """End with one sentence, and 2, where one of these files or folders is not there."""
    missing = [name for name in names if not (RECORDINGS / name).exists()]
    if missing:
        sentence = (
            f"error: no {', '.join(missing)} in {RECORDINGS}\nhint: docs/testing.md tells what"
        )
        os.write(
            2, f"{sentence} belongs there; name the folder in VOICE_SKILL_RECORDINGS\n".encode()
        )
        raise SystemExit(2)
