"""Two sets of utterances that share no wording: one to choose on, one to report on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from voice_skill.domain.errors import ContentError
from voice_skill.evaluation.rows import Row
from voice_skill.speech.recognizer import normalized


def halved(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Split rows by a hash of what is said, so that a wording is in one half with all its voices.

    Which half depends on the wording alone. Rows without a text go by their recording's name.
    """
    halves: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        said = normalized(row.text) or (row.audio.name if row.audio else "")
        halves[hashlib.sha256(said.encode()).digest()[0] & 1].append(row)
    return halves


def refuse_overlap(chosen_on: Sequence[Row], reported_on: Sequence[Row]) -> None:
    """Raise ContentError with every row of `reported_on` that was chosen on, as `file:line`."""
    seen: dict[str, Row] = {}
    for row in chosen_on:
        for what in _what(row):
            seen.setdefault(what, row)
    problems = [
        f"{row.source}: {_named(row)} is also in what is chosen on, {before.source}"
        for row in reported_on
        if (before := next((seen[what] for what in _what(row) if what in seen), None)) is not None
    ]
    if problems:
        count = "1 utterance" if len(problems) == 1 else f"{len(problems)} utterances"
        raise ContentError(
            f"{count} would be reported on that the thresholds were chosen on",
            problems=tuple(problems),
            hint="take them out of one of the two sets, or give one set and --split",
        )


def _what(row: Row) -> list[str]:
    """Return what must not come twice: the wording, the recording."""
    said = normalized(row.text)
    texts = [f"text {said}"] if said else []
    return texts if row.audio is None else [*texts, f"file {row.audio.resolve()}"]


def _named(row: Row) -> str:
    return f'"{row.text}"' if normalized(row.text) else "the recording"
