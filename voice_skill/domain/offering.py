"""Answers that end in an offer."""

from __future__ import annotations

from functools import partial

from voice_skill.domain.advice import Answer
from voice_skill.domain.asking import screen_first
from voice_skill.domain.knowledge import Feet, Knowledge
from voice_skill.domain.model import Understanding
from voice_skill.domain.phases import Idle, Offered, State, Symptom
from voice_skill.domain.routines import CRAMP_RELIEF
from voice_skill.domain.symptoms import tells_of_tingling
from voice_skill.domain.turns import Turn, ask, speak, worded

Sentences = tuple[str, ...]

_TINGLING = "tingle_screen"


def give(knowledge: Knowledge, state: State, answer: Answer) -> Turn:
    """Say an answer from rest, with its offer."""
    if answer.offer is None:
        return speak(state, Idle(), answer.sentences)
    return offer(knowledge, state, answer.offer, answer.sentences)


def offer(
    knowledge: Knowledge,
    state: State,
    routine_id: str,
    before: Sentences = (),
    feet: Feet = "",
) -> Turn:
    """Offer a routine."""
    name = knowledge.routines[routine_id].spoken
    prompt_id = "offer_cramp" if routine_id == CRAMP_RELIEF else "offer"
    question = worded(knowledge, state.memory, prompt_id, routine=name)
    return ask(state, partial(Offered, routine_id, feet=feet), question, before)


def own_screen(knowledge: Knowledge, told: Symptom) -> str:
    """Return the screening question that a place or a sensation brings; empty for none."""
    site = knowledge.sites.get(told.site or "")
    if site and site.screen:
        return site.screen
    return _TINGLING if tells_of_tingling(told) and _TINGLING in knowledge.screens else ""


def screen_of_question(
    knowledge: Knowledge, state: State, told: Symptom, question: Understanding
) -> Turn | None:
    """Ask what a question about such a symptom needs to know first, once; None where nothing."""
    screen_id = own_screen(knowledge, told)
    if not screen_id or screen_id in state.memory.screened:
        return None
    return screen_first(knowledge, state, screen_id, question)
