"""What a question tells of the symptom that it asks about, beside what it asks."""

from __future__ import annotations

import datetime
from dataclasses import replace

from voice_skill.domain.model import Understanding
from voice_skill.understanding.slots import SlotFinder

QUESTIONS = frozenset(("ask_causes", "ask_remedies"))
_REPORT = "report_symptom"
_TOLD = frozenset(("site", "side", "sensation", "timing", "trigger"))


def with_symptom(
    understanding: Understanding, finder: SlotFinder, moment: datetime.datetime | None
) -> Understanding:
    """Return it with the slots that its words would fill in a report (`why does my toe ...`)."""
    if understanding.intent not in QUESTIONS:
        return understanding
    found = finder.find(understanding.text, _REPORT, moment=moment)
    return replace(understanding, about=tuple(slot for slot in found if slot.name in _TOLD))
