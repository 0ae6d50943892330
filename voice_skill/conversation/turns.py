"""One turn without a conversation: hypotheses or a typed sentence in, an understood answer out."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass

from voice_skill.domain import dialogue
from voice_skill.domain.events import Event, Heard, Say
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import (
    Decision,
    DialogueState,
    Hypothesis,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.understanding.decide import Understander


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one utterance. `reply` is empty for a skill that has no knowledge.

    `decode_seconds` and `understand_seconds` are processor time; `finish_seconds` is the part of
    the decoding that comes after the last sample.
    """

    utterance: Utterance
    understanding: Understanding
    reply: tuple[str, ...]
    audio_seconds: float = 0.0
    decode_seconds: float = 0.0
    understand_seconds: float = 0.0
    finish_seconds: float = 0.0


def slot_values(understanding: Understanding) -> dict[str, str | float]:
    """Return the first value of each slot, as everything that acts on an understanding does."""
    values: dict[str, str | float] = {}
    for slot in understanding.slots:
        values.setdefault(slot.name, slot.value)
    return values


def state_in(knowledge: Knowledge, wanted: DialogueState) -> dialogue.State:
    """Lead a new dialogue into the wanted situation, the way a person would.

    A twitching toe is reported (an offer), accepted, and no warning sign is named (a routine).
    """
    state = dialogue.start(knowledge)
    if wanted == "idle":
        return state
    state, _ = dialogue.handle(knowledge, state, _said("report_symptom", site="toe"))
    if wanted == "offer":
        return state
    state, _ = dialogue.handle(knowledge, state, _said("yes"))
    for _ in range(len(knowledge.screens) + 1):
        if dialogue.listening_state(state) == "routine":
            break
        state, _ = dialogue.handle(knowledge, state, _said("no"))
    return state


def _said(intent: str, **slots: str) -> Event:
    found = tuple(Slot(name, value, value) for name, value in slots.items())
    return Heard(Understanding(Decision.ACT, intent, found, 1.0, answer="plain"))


def answer(
    understander: Understander, knowledge: Knowledge | None, utterance: Utterance
) -> tuple[Understanding, tuple[str, ...], float]:
    """Understand an utterance and return what would be said: sentences, and processor seconds."""
    began = time.process_time()
    understanding = understander.understand(utterance)
    spent = time.process_time() - began
    if knowledge is None:
        return understanding, (), spent
    state = state_in(knowledge, utterance.state)
    _, actions = dialogue.handle(knowledge, state, Heard(understanding))
    prompts = [action.prompt for action in actions if isinstance(action, Say)]
    return understanding, tuple(s for prompt in prompts for s in prompt.sentences), spent


def ask(
    understander: Understander,
    knowledge: Knowledge | None,
    text: str,
    state: DialogueState,
    moment: datetime.datetime | None = None,
) -> Turn:
    """One turn from typed text; `moment` is the local time at which it is said, if known."""
    utterance = Utterance((Hypothesis(text, "text"),), state, moment=moment)
    understanding, reply, spent = answer(understander, knowledge, utterance)
    return Turn(utterance, understanding, reply, understand_seconds=spent)
