"""Folders of recordings in their usual form: the label stands beside the sound, or is its name.

- `x.wav` with `x.json`: text, intent, slots (or entities), state, tags; what is missing is unknown
- `x.wav` with `x.txt`: the text that is said
- `turn_on_the_lamp.wav` alone: named by the sentence in it
- `oov_*.wav`: out of vocabulary, must be refused

Where no intent is written the skill's own templates are to say what the text means.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voice_skill.evaluation.manifest import (
    Place,
    read_intent,
    read_object,
    read_slots,
    read_state,
    read_tags,
    read_text,
)
from voice_skill.evaluation.rows import Known, Row

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
OUT_OF_VOCABULARY = "oov_"


def recordings_in(folder: Path) -> list[Path]:
    """Return the sound files of a folder, in the order of their names; not of those in it."""
    return sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()
    )


def read_recording_label(path: Path, name: str, known: Known, problems: list[str]) -> Row | None:
    """Return the row of one sound file; None, with the problems noted, where its label is wrong."""
    label, text_file = path.with_suffix(".json"), path.with_suffix(".txt")
    source = f"{name}/{path.name}"
    refused = path.name.startswith(OUT_OF_VOCABULARY)
    before = len(problems)
    if label.is_file():
        row = _from_json(path, label, source, known, problems)
    else:
        text = _text_of(text_file, problems) if text_file.is_file() else None
        if text is None:
            text = "" if refused else sentence_of(path)
        row = Row(source, path, text, None, None, label="given" if refused else "templates")
    return row if len(problems) == before else None


def sentence_of(path: Path) -> str:
    """Return the sentence that a file is named by."""
    return " ".join(path.stem.replace("_", " ").split())


def _from_json(
    path: Path, label: Path, source: str, known: Known, problems: list[str]
) -> Row | None:
    place = Place(label, 1, problems)
    try:
        record = read_object(label.read_bytes(), place)
    except OSError as error:
        place.complain(f"cannot be read: {error.strerror or error}")
        return None
    if record is None:
        return None
    refused = path.name.startswith(OUT_OF_VOCABULARY)
    labelled = refused or "intent" in record
    text = read_text(record, "text", place)
    if not text and not labelled:
        text = sentence_of(path)
    return Row(
        source,
        path,
        text,
        None if refused else read_intent(_intent(record), place, known),
        read_slots(_slots(record), place, known),
        read_state(record, place),
        read_tags(record, place),
        label="given" if labelled else "templates",
    )


def _intent(record: Mapping[str, object]) -> object:
    """Return the intent; also of `{"name": ...}`, where an empty name is none."""
    value = record.get("intent")
    if isinstance(value, dict) and "name" in value:
        return value["name"] or None
    return value


def _slots(record: Mapping[str, object]) -> object:
    """Return the slots; also as a list of `{"entity": name, "value": value}`."""
    value = record.get("slots")
    if value is None:
        value = record.get("entities")
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return value
    slots: dict[object, object] = {}
    for entry in value:  # the first value of a slot counts, as everywhere
        slots.setdefault(entry.get("entity"), entry.get("value"))
    return slots


def _text_of(path: Path, problems: list[str]) -> str:
    try:
        return " ".join(path.read_text("utf-8-sig").split())
    except OSError as error:
        Place(path, 1, problems).complain(f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        Place(path, 1, problems).complain("is not UTF-8 text; save it as UTF-8")
    return ""
