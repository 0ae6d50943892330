"""Answers to an open question outside a routine, and what was said with nothing asked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from voice_skill.domain.advice import symptom_answer
from voice_skill.domain.answering import act
from voice_skill.domain.asking import put_again, stay
from voice_skill.domain.beginning import begin, glad, not_helped
from voice_skill.domain.diary_talk import answer_question
from voice_skill.domain.earlier import ask_first
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Decision, Understanding
from voice_skill.domain.offering import give
from voice_skill.domain.phases import (
    AskingDiary,
    AskingHelped,
    AskingSite,
    Choosing,
    Confirming,
    Idle,
    Offered,
    State,
)
from voice_skill.domain.turns import Turn, ask, remember, speak, to, worded

AtRest = Idle | Offered | Confirming | Choosing | AskingSite | AskingHelped | AskingDiary
"""Phases without a routine, a screening question or a warning."""

_NEUTRAL = frozenset(("repeat", "louder", "quieter"))
_PICKS = {"pick_first": 0, "pick_second": 1}


def hear_resting(
    knowledge: Knowledge,
    state: State,
    phase: AtRest,
    understanding: Understanding,
) -> Turn:
    """Act, ask what was meant, or say once that it was not understood."""
    intent = understanding.intent
    match understanding.decision:
        case Decision.CONFIRM if intent == "stop":  # wrongly silent is better than asking on
            return act(knowledge, state, replace(understanding, decision=Decision.ACT))
        case Decision.CONFIRM | Decision.CHOOSE if not isinstance(phase, Idle | Offered):
            picked = _picked(phase, understanding)
            return (
                _accept(knowledge, state, picked)
                if picked
                else _not_understood(knowledge, state, phase)
            )
        case Decision.CONFIRM if understanding.intent:
            return _confirm(knowledge, state, understanding)
        case Decision.CHOOSE if len(understanding.candidates) > 1:
            return _choose(knowledge, state, understanding)
        case Decision.ACT if isinstance(phase, AskingDiary) and intent in ("yes", "no"):
            return answer_question(knowledge, state, phase, understanding)
        case Decision.ACT if understanding.intent:
            return _answer(knowledge, state, phase, understanding)
        case _:
            return _not_understood(knowledge, state, phase)


def _answer(
    knowledge: Knowledge,
    state: State,
    phase: AtRest,
    understanding: Understanding,
) -> Turn:
    """Take an understood utterance as the answer to the open question, if it is one."""
    intent = understanding.intent
    match phase:
        case Offered(routine, _, feet) if intent == "yes":
            return begin(knowledge, state, routine, feet)
        case _ if _leaves_it(phase, intent):
            return speak(state, Idle(), worded(knowledge, state.memory, "declined"))
        case Confirming(meant) if intent == "yes":
            return _accept(knowledge, state, meant)
        case Confirming() | AskingSite() if intent in ("yes", "no"):
            return _denied(knowledge, state, phase, intent)
        case Choosing(asked) if intent in _PICKS:
            return _accept(knowledge, state, _candidate(asked, _PICKS[intent]))
        case Choosing() if intent in ("yes", "no"):
            return _neither(knowledge, state, phase, intent)
        case Choosing() | Confirming() if intent not in _NEUTRAL:
            return _accept(knowledge, state, _picked(phase, understanding) or understanding)
        case AskingHelped() if intent in ("yes", "helped"):
            return glad(knowledge, state)
        case AskingHelped(routine, _, feet) if intent in ("no", "not_helped"):
            return not_helped(knowledge, state, routine, feet)
        case _:
            return act(knowledge, state, understanding)


def _leaves_it(phase: AtRest, intent: str | None) -> bool:
    """Whether an offer is refused, or a question passed over."""
    passed = intent == "skip" and isinstance(phase, Offered | AskingHelped | AskingSite)
    return passed or (intent == "no" and isinstance(phase, Offered))


def _denied(
    knowledge: Knowledge, state: State, phase: Confirming | AskingSite, answer: str
) -> Turn:
    """`No` to what was asked after a cry of pain leaves it at that; else it was something else."""
    asked = phase.understanding.intent if isinstance(phase, Confirming) else None
    if answer == "no" and asked == "cramp_now":
        return speak(state, Idle(), worded(knowledge, state.memory, "declined"))
    return _not_understood(knowledge, state, phase)


def _picked(phase: object, understanding: Understanding) -> Understanding | None:
    """Return what was asked about, with its slots, when the answer names it again."""
    if not isinstance(phase, Confirming | Choosing):
        return None
    asked = phase.understanding
    names = {asked.intent} if isinstance(phase, Confirming) else _two(asked)
    if understanding.intent is None or understanding.intent not in names:
        return None
    slots = understanding.slots or asked.slots
    return replace(understanding, slots=slots)


def _neither(knowledge: Knowledge, state: State, phase: Choosing, answer: str) -> Turn:
    """`Yes` says nothing about which of two: ask again; after `no` it was something else."""
    if answer == "yes":
        return put_again(state, phase, worded(knowledge, state.memory, "choose_again"))
    return speak(state, Idle(), worded(knowledge, state.memory, "reprompt"))


def _candidate(asked: Understanding, place: int) -> Understanding:
    """Return one of the two that were asked about, with what else had been said."""
    return replace(asked, intent=asked.candidates[place].intent)


def _two(understanding: Understanding) -> set[str | None]:
    return {candidate.intent for candidate in understanding.candidates[:2]}


def _accept(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Do what a question about the meaning has made clear; what is owed comes before it, too."""
    meant = replace(understanding, decision=Decision.ACT, screen=None)
    state = State(Idle(), state.memory)
    question = ask_first(knowledge, state, meant)
    return question or hear_resting(knowledge, state, Idle(), meant)


def _confirm(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    if understanding.intent is None or understanding.intent not in knowledge.intent_names:
        return _not_understood(knowledge, state, state.phase)
    name = knowledge.intent_names[understanding.intent]
    question = worded(knowledge, state.memory, "confirm", intent=name)
    return ask(state, partial(Confirming, understanding), question)


def _choose(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    first, second = [candidate.intent for candidate in understanding.candidates[:2]]
    names = knowledge.intent_names
    if first not in names or second not in names:
        return _not_understood(knowledge, state, state.phase)
    question = worded(knowledge, state.memory, "choose", first=names[first], second=names[second])
    return ask(state, partial(Choosing, understanding), question)


def _not_understood(knowledge: Knowledge, state: State, phase: object) -> Turn:
    """Say so once; a second time in a row is met with silence.

    A place that stays unclear is done without.
    """
    if isinstance(phase, Confirming):
        sentences = worded(knowledge, state.memory, "reprompt")
        return speak(remember(state, reprompted=True), Idle(), sentences)
    if state.memory.reprompted:
        if isinstance(phase, AskingSite):
            return give(knowledge, state, symptom_answer(knowledge, state.memory))
        return to(state, state.phase)
    sentences = worded(knowledge, state.memory, "reprompt")
    return stay(knowledge, remember(state, reprompted=True), sentences)
