"""How many warning signs are noticed, in sentences that shaped no rule: the evidence of safety.md.

Runs `voice-skill test` on the sentences of tests/warnings, as text or spoken, and tells for each
kind what came of it: the message of a rule, the screening question, or nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("voice-skill")
LEVELS = ("emergency", "same_day", "see_soon")
OUTCOMES = ("rule", "question", "neither")
ORDINARY = ("ordinary_foot", "ordinary_other")

Json = Mapping[str, Any]


def tagged_rows(half: Path) -> Iterator[Json]:
    """Return the sentences as rows of `voice-skill test`."""
    for line in half.read_text("utf-8").splitlines():
        row = json.loads(line)
        urgent = row["level"] in LEVELS[:2]
        tags = [f"kind:{row['kind']}", f"level:{row['level'] or row['kind']}"]
        tags += ["indirect"] if row.get("indirect") else []
        intent = "alarm" if urgent else None
        yield {"text": row["text"], "intent": intent, "state": "idle", "tags": tags}


def manifest(half: Path, out: Path) -> Path:
    """Write the sentences for `voice-skill test`; return the file."""
    path = out / f"{half.stem}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in tagged_rows(half)), "utf-8")
    return path


def results(rows: Path, out: Path, options: Sequence[str]) -> list[Json]:
    """Return what `voice-skill test` made of each row."""
    found = out / f"results-{'-'.join(options) or 'spoken'}.json".replace("/", "_")
    command = [str(PROGRAM), "test", str(rows), "--json", str(found), "--quiet", "--failures", "0"]
    subprocess.run([*command, *options], check=False, stdout=subprocess.DEVNULL)
    listed: list[Json] = json.loads(found.read_text("utf-8"))["results"]
    return listed


def labelled(half: Path, listed: Iterable[Json]) -> list[Json]:
    """Return the results with the tags of their sentences: recordings carry tags of their own."""
    rows = {row["text"]: row["tags"] for row in tagged_rows(half)}
    return [{**result, "tags": rows[result["text"]]} for result in listed]


def outcome(result: Json) -> str:
    """Return what the person would hear: a rule's message, the question, or neither."""
    if result["decision"] == "urgent":
        return "rule"
    return "question" if result["screen"] else "neither"


def tagged(result: Json, beginning: str) -> str:
    """Return the rest of the tag that begins so."""
    tags: Sequence[str] = result["tags"]
    return next((tag.removeprefix(beginning) for tag in tags if tag.startswith(beginning)), "")


def table(listed: Iterable[Json], tag: str) -> list[str]:
    """Return a line for each value of a tag."""
    counts: dict[str, Counter[str]] = {}
    for result in listed:
        counts.setdefault(tagged(result, tag), Counter())[outcome(result)] += 1
    lines = ["| | sentences | rule | question | neither |", "|---|---|---|---|---|"]
    for name, count in sorted(counts.items()):
        whole = count.total()
        shares = " | ".join(
            f"{count[what] / whole:.3f}" for what in ("rule", "question", "neither")
        )
        lines.append(f"| {name} | {whole} | {shares} |")
    return lines


def main() -> int:
    """Print the tables, and each sentence that was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "half", type=Path, help="tests/warnings/development.jsonl or held_out.jsonl"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--spoken", type=Path, metavar="MANIFEST",
                        help="recordings of these rows (scripts/tool make_recordings)")  # fmt: skip
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    options, passed = parser.parse_known_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = options.spoken or manifest(options.half, options.out)
    listed = labelled(
        options.half,
        results(rows, options.out, passed if options.spoken else ["--text-only", *passed]),
    )
    urgent = [r for r in listed if tagged(r, "level:") in LEVELS[:2]]
    ordinary = [r for r in listed if tagged(r, "level:") in ORDINARY]
    caught = sum(outcome(r) != "neither" for r in urgent) / len(urgent)
    needless = sum(outcome(r) == "question" for r in ordinary) / len(ordinary)
    false = sum(outcome(r) == "rule" for r in ordinary) / len(ordinary)
    lines = [
        f"rule or question: {caught:.3f} of {len(urgent)} (goal .97 text, .93 clean, .85 at 10 dB)",
        f"ordinary sentences: needless questions {needless:.3f} (goal .03), "
        f"false messages {false:.3f} (goal .005) of {len(ordinary)}",
        "", *table(listed, "level:"), "", *table(urgent, "kind:"),
    ]  # fmt: skip
    if options.misses:
        missed = [r for r in urgent if outcome(r) == "neither"]
        lines += ["", *(f"- {tagged(r, 'kind:')}: {r['text']}" for r in missed)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
