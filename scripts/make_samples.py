"""Render samples/sentences.yaml to the sample recordings beside it (FLAC, 16 kHz, mono).

The manifest for `voice-skill test samples` is written from the same list. Every voice is synthetic.
A recording that exists is kept; --force renders it again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

import soundfile
import voices
import yaml

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
LARGEST_BYTES = 3_000_000


class Sentence(TypedDict):
    """What this script reads of one entry of the list."""

    file: str
    text: str
    intent: str | None
    slots: dict[str, str | float]
    state: str
    voice: str


def main() -> int:
    """Render what is missing; return 0 when every recording of the list is there."""
    options = _options()
    sentences: list[Sentence] = yaml.safe_load((SAMPLES / "sentences.yaml").read_text("utf-8"))
    (SAMPLES / "manifest.jsonl").write_text(manifest(sentences), "utf-8")
    wanted = [one for one in sentences if options.force or not (SAMPLES / one["file"]).exists()]
    lacking = voices.missing(voices.find_voice(one["voice"]) for one in wanted)
    for name, install in lacking.items():
        sys.stderr.write(f"{name} is not installed: {install}\n")
    if lacking:
        return 2
    for one in wanted:
        _render(one)
    return _report([SAMPLES / one["file"] for one in sentences], len(wanted))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="render recordings that exist too")
    return parser.parse_args()


def manifest(sentences: Iterable[Sentence]) -> str:
    """Return the list as `voice-skill test` reads it: one JSON object a line."""
    rows = (
        {
            "audio": one["file"],
            "text": one["text"],
            "intent": one["intent"],
            "slots": one["slots"],
            "state": one["state"],
            "tags": [f"voice:{one['voice']}"],
        }
        for one in sentences
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _render(sentence: Sentence) -> None:
    """Write the recording of one sentence."""
    clip = voices.render(sentence["text"], sentence["voice"])
    soundfile.write(SAMPLES / sentence["file"], clip, voices.RATE, "PCM_16", format="FLAC")


def _report(files: list[Path], rendered: int) -> int:
    """Say what was done; too much sound for the repository is an error."""
    total = sum(file.stat().st_size for file in files)
    sys.stdout.write(f"{rendered} rendered, {len(files)} in all, {total / 1e6:.2f} MB\n")
    if total < LARGEST_BYTES:
        return 0
    sys.stderr.write(f"the recordings must stay under {LARGEST_BYTES / 1e6:.0f} MB\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
