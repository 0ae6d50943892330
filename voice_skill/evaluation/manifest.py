"""Manifests: one labelled utterance a line, in JSON.

```json
{"audio": "toe.wav", "text": "my toe twitches", "intent": "report_symptom",
 "slots": {"site": "toe", "sensation": "twitch"}, "state": "idle", "tags": ["voice:anna"]}
```
Nothing is raised here: every problem is noted as `file:line: what, and what was expected`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from voice_skill.content.nodes import did_you_mean
from voice_skill.domain.model import DialogueState
from voice_skill.evaluation.rows import Known, Row, SlotValues

FIELDS = ("audio", "text", "intent", "slots", "state", "tags")
STATES = ("idle", "offer", "routine")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, and where its problems are noted."""

    path: Path
    line: int
    problems: list[str]

    def complain(self, message: str) -> None:
        """Note a problem of this line."""
        self.problems.append(f"{self.path}:{self.line}: {message}")


def read_manifest(path: Path, name: str, known: Known, problems: list[str]) -> list[Row]:
    """Read a manifest; rows are called `name:line`. Rows with a problem are left out."""
    rows: list[Row] = []
    for place, record in _records(path, problems):
        before = len(problems)
        row = _row(record, place, f"{name}:{place.line}", known)
        if len(problems) == before:
            rows.append(row)
    return rows


def _records(path: Path, problems: list[str]) -> Iterator[tuple[Place, Mapping[str, object]]]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                place = Place(path, number, problems)
                record = read_object(line, place) if line.strip() else None
                if record is not None:
                    yield place, record
    except OSError as error:
        Place(path, 1, problems).complain(f"cannot be read: {error.strerror or error}")


def read_object(data: bytes, place: Place) -> Mapping[str, object] | None:
    """Read one JSON object; None, with the reason noted, for anything else."""
    try:
        record = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        place.complain("is not UTF-8 text; save it as UTF-8")
    except json.JSONDecodeError as error:
        place.complain(f"is not JSON: {error.msg} (column {error.colno})")
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets without end
        place.complain("is not JSON that can be read")
    else:
        if isinstance(record, dict):
            return record
        place.complain('is not an object; expected {"audio": ..., "text": ..., "intent": ...}')
    return None


def _row(record: Mapping[str, object], place: Place, source: str, known: Known) -> Row:
    audio = read_text(record, "audio", place)
    path = place.path.parent / audio if audio else None
    if path is not None and not path.is_file():
        place.complain(f"there is no recording {path}")
    text = read_text(record, "text", place)
    if not audio and not text.strip():
        place.complain('holds neither "audio" nor "text"')
    if "intent" not in record:
        near = did_you_mean("intent", set(record) - set(FIELDS)) if len(record) <= 24 else ""
        hint = near if "did you mean" in near else ""
        place.complain(f'has no "intent": a name, or null for what must be refused{hint}')
    return Row(
        source,
        path,
        text,
        read_intent(record.get("intent"), place, known),
        read_slots(record.get("slots"), place, known),
        read_state(record, place),
        read_tags(record, place),
    )


def read_text(record: Mapping[str, object], key: str, place: Place) -> str:
    """Return a text field; empty where it is missing or null."""
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        place.complain(f'"{key}" is {_kind(value)}; expected a text')
        return ""
    if "\0" in value:
        place.complain(f'"{key}" holds a zero character')
        return ""
    return value


def read_intent(value: object, place: Place, known: Known) -> str | None:
    """Return an intent of the skill, or None for what must be refused."""
    if value is None:
        return None
    if not isinstance(value, str):
        place.complain(f'"intent" is {_kind(value)}; expected a name, or null')
        return None
    if value not in known.intents:
        place.complain(
            f'the skill has no intent "{value}"{did_you_mean(value, known.intents)}'
            "; null is for what must be refused"
        )
    return value


def read_slots(value: object, place: Place, known: Known) -> SlotValues | None:
    """Return slot values; None where there are none to compare with."""
    if value is None:
        return None
    if not isinstance(value, dict):
        place.complain(f'"slots" is {_kind(value)}; expected an object of names and values')
        return None
    for name, content in value.items():
        if name not in known.slots:
            place.complain(f'the skill has no slot "{name}"{did_you_mean(name, known.slots)}')
        elif not _is_value(content):
            place.complain(f'slot "{name}" is {_kind(content)}; expected a text or a number')
    return dict(value)


def _is_value(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int) and not isinstance(value, bool)


def read_state(record: Mapping[str, object], place: Place) -> DialogueState:
    """Return the dialogue state in which the utterance is said; idle where none is named."""
    value = record.get("state")
    if value is None:
        return "idle"
    if value not in STATES:
        place.complain(f"there is no state {json.dumps(value)}; expected {', '.join(STATES)}")
        return "idle"
    return cast(DialogueState, value)


def read_tags(record: Mapping[str, object], place: Place) -> tuple[str, ...]:
    """Return the tags, each once."""
    value = record.get("tags")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(tag, str) and tag for tag in value):
        place.complain('"tags" is not a list of texts')
        return ()
    return tuple(dict.fromkeys(value))


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "null"
