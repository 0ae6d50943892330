"""Slots of the skill that ships, in what people say on a Wednesday at five in the afternoon."""

from __future__ import annotations

import datetime

from voice_skill import content
from voice_skill.understanding.slots import SlotFinder
from voice_skill.understanding.templates import Templates

LANGUAGE = content.load(None).language
TEMPLATES = Templates(LANGUAGE)
FINDER = SlotFinder(LANGUAGE, TEMPLATES)
WEDNESDAY = datetime.datetime(2026, 3, 4, 17, 0)

Values = dict[str, str | float]


def told(
    text: str, intent: str = "report_symptom", moment: datetime.datetime | None = WEDNESDAY
) -> Values:
    """Return the first value of each slot, hours to three digits."""
    found: Values = {}
    for slot in FINDER.find(text, intent, moment=moment):
        value = round(slot.value, 3) if isinstance(slot.value, float) else slot.value
        found.setdefault(slot.name, value)
    return found
