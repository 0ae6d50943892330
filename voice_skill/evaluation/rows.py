"""A labelled utterance, and the labels that a skill knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState
from voice_skill.understanding.templates import Templates

SlotValues = Mapping[str, str | float]

ALARM = "alarm"
"""The intent that a warning sign counts as."""

SIGN = "sign"
"""The slot of a warning sign: which one it was is not compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """One utterance to be tested, and what should come of it.

    `source` names file and line (`manifest.jsonl:12`); `audio` is None for text alone; `intent` is
    None for what must be refused; `slots` is None where they are not compared. `label` says where
    the expectation comes from: written by the author, or what the skill's templates make of the
    text.
    """

    source: str
    audio: Path | None
    text: str
    intent: str | None
    slots: SlotValues | None
    state: DialogueState = "idle"
    tags: tuple[str, ...] = ()
    label: Literal["given", "templates"] = "given"


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a label may use: intents of the skill, and slots of any of them."""

    intents: frozenset[str]
    slots: frozenset[str]


def known_to(skill: Skill, templates: Templates) -> Known:
    """Return the names that labels for this skill may use."""
    intents = {*templates.intents, *(phrase.intent for phrase in skill.language.phrases)}
    if skill.knowledge is not None:
        intents.add(ALARM)
    slots = {name for intent in templates.intents for name in templates.slot_names(intent)}
    if slots & {"unit", "span"}:  # of which a duration in hours is made
        slots.add("duration")
    return Known(frozenset(intents), frozenset({*slots, SIGN}))
