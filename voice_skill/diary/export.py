"""The diary as CSV and JSON, one episode a row; what was not told stays empty."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from voice_skill.domain.diary import Episode

FIELDS = (
    "id", "at", "site", "side", "sensation", "timing", "trigger", "hours", "routine", "helped",
)  # fmt: skip
"""`at` is ISO 8601 with its offset from UTC, `hours` how long it had lasted."""


def as_json(episodes: Sequence[Episode]) -> str:
    """Return a JSON list of objects; null is what was not told."""
    return json.dumps([_record(e) for e in episodes], ensure_ascii=False, indent=1) + "\n"


def as_csv(episodes: Sequence[Episode]) -> str:
    """Return CSV with a line of names; `helped` is yes, no or empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for episode in episodes:
        record = _record(episode)
        helped = {True: "yes", False: "no", None: ""}[episode.helped]
        writer.writerow({n: "" if v is None else v for n, v in record.items()} | {"helped": helped})
    return text.getvalue()


def _record(episode: Episode) -> dict[str, object]:
    at = episode.at.isoformat(timespec="seconds")
    return {name: at if name == "at" else getattr(episode, name) for name in FIELDS}
