"""The words by which sentences to the diary are told apart, read from the content."""

from __future__ import annotations

from typing import get_args

from voice_skill.content.nodes import Value
from voice_skill.domain.diary import PERIODS, DiaryWords, Words
from voice_skill.domain.diary_answers import KINDS
from voice_skill.domain.diary_words import Request

REQUESTS: tuple[str, ...] = get_args(Request)
SLOTS = ("site", "side", "sensation", "timing", "trigger")


def read_diary_words(value: Value | None) -> DiaryWords:
    """Return the lists; none of them need be there."""
    if value is None:
        return DiaryWords()
    fields = value.record("the diary's words", [], ["requests", "questions", "periods", "told"])
    told = fields.get("told")
    slots = told.record("what an entry tells", [], SLOTS) if told is not None else None
    values = {slot: slots.get(slot) for slot in SLOTS} if slots is not None else {}
    return DiaryWords(
        requests=_words(fields.get("requests"), REQUESTS),
        questions=_words(fields.get("questions"), KINDS),
        periods=_words(fields.get("periods"), PERIODS),
        told={slot: _listed(each) for slot, each in values.items() if each is not None},
    )


def _words(value: Value | None, names: tuple[str, ...]) -> Words:
    if value is None:
        return {}
    fields = value.record("lists of words", [], names)
    found = {name: fields.get(name) for name in names}
    return {n: each.texts("a list of words") for n, each in found.items() if each is not None}


def _listed(value: Value) -> Words:
    return {name: each.texts("a list of words") for name, each in value.entries().items()}
