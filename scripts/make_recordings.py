"""Speak a list of test wordings (.jsonl) with synthetic voices, clean and in noise.

Writes OUT/*.wav (16 kHz, mono, 16 bit) and OUT/manifest.jsonl: one row a recording, with the
wording's own fields, the path of the audio, and tags for voice, engine, level and noise.
The same list, voices and seed give the same files as long as the engines stay the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import people
import voices

from voice_skill.audio.conditions import mix

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ("text", "intent", "slots", "state", "tags")

Row = dict[str, Any]
Noises = list[tuple[str, voices.Samples]]


@dataclass(frozen=True)
class Plan:
    """What is made of each wording: where to, in which noise, at which ratios (dB)."""

    out: Path
    noises: Noises
    ratios: list[float]
    seed: int


def main() -> int:
    """Write the recordings; return 0 when every voice that was asked for has spoken."""
    options = _options()
    try:
        chosen = voices.choose_voices(options.voices)
        noises = _read_noises() if options.snr else []
    except (KeyError, FileNotFoundError) as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return 2
    lacking = voices.missing(chosen)
    for name, install in lacking.items():
        sys.stderr.write(f"{name} is left out, it is not installed: {install}\n")
    able = [voice for voice in chosen if voice.name not in lacking]
    options.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(options.out, noises, options.snr, options.seed)
    wordings = _read_rows(options.wordings)
    each = options.each or len(able)
    rows = [
        row
        for voice in able
        for row in _speak_all(
            [(n, w) for n, w in wordings if voice in _cast(w["text"], able, each)], voice, plan
        )
    ]
    _write_manifest(options.out / "manifest.jsonl", rows)
    sys.stdout.write(f"{len(rows)} recordings by {len(able)} voices\n")
    return 2 if lacking else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wordings", type=Path, help="a .jsonl file of wordings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument(
        "--voices",
        nargs="+",
        default=["four"],
        metavar="VOICE",
        help=f"'four' (one of each engine), 'all', or names: {', '.join(voices.VOICES)}",
    )
    parser.add_argument(
        "--snr",
        nargs="*",
        type=float,
        default=[10.0],
        metavar="DB",
        help="speech to noise ratios beside the clean recordings (10); none: clean only",
    )
    parser.add_argument(
        "--each",
        type=int,
        metavar="N",
        help="each wording by N of the voices only, of as many engines as there are; "
        "the wording decides which, so that all voices come in turn",
    )
    parser.add_argument("--seed", type=int, default=1, help="which noise, and where in it (1)")
    return parser.parse_args()


def _cast(text: str, able: list[voices.Voice], each: int) -> list[voices.Voice]:
    """Choose the voices for a wording: by its hash, of different engines while there are any."""
    shuffled = sorted(able, key=lambda voice: zlib.crc32(f"{voice.name} {text}".encode()))
    order: dict[str, int] = {}
    ranked = []
    for voice in shuffled:
        order[voice.engine] = order.get(voice.engine, 0) + 1
        ranked.append((order[voice.engine], voice))
    return [voice for _, voice in sorted(ranked, key=lambda pair: pair[0])[:each]]


def _read_rows(path: Path) -> list[tuple[int, Row]]:
    """Read the wordings with their numbers, keeping the fields a manifest has."""
    lines = path.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    kept = ({field: row[field] for field in FIELDS if field in row} for row in rows)
    return list(enumerate(kept, start=1))


def _read_noises() -> Noises:
    """Read every noise recording (int16, 16 kHz), by its name."""
    folder = people.RECORDINGS / "noise"
    files = sorted(folder.glob("*.wav"))
    if not files:
        raise FileNotFoundError(
            f"no noise in {folder}: set VOICE_SKILL_RECORDINGS, or give --snr without a number"
        )
    return [(file.stem, _read_noise(file)) for file in files]


def _read_noise(file: Path) -> voices.Samples:
    samples, rate = voices.read_wav(file)
    if rate != voices.RATE:
        raise ValueError(f"{file.name} has {rate} Hz, not {voices.RATE}")
    return samples


def _speak_all(rows: list[tuple[int, Row]], voice: voices.Voice, plan: Plan) -> Iterator[Row]:
    """Write the numbered wordings by one voice; yield the rows of the manifest."""
    for number, row in rows:
        clean = voices.render(row["text"], voice.name)
        for tags, samples in _levels(clean, f"{voice.name} {row['text']}", plan):
            name = f"{number:03d}_{voice.name}_{tags[0].replace(':', '')}.wav"
            voices.write_wav(plan.out / name, samples)
            yield {"audio": name, **row, "tags": [*row["tags"], *voice.tags, *tags]}


def _levels(
    clean: voices.Samples, key: str, plan: Plan
) -> Iterator[tuple[list[str], voices.Samples]]:
    """Yield the clip as it is and at each ratio, with the tags; the first is the level's."""
    yield ["clean"], clean
    seed = zlib.crc32(f"{plan.seed} {key}".encode())
    for ratio in plan.ratios:
        name, noise = plan.noises[seed % len(plan.noises)]
        yield [f"snr:{ratio:g}", f"noise:{name}"], mix(clean, noise, ratio, seed)


def _write_manifest(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
