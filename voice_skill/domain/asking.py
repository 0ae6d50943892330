"""Questions that are put, put again, and put before anything else."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from voice_skill.domain import warning
from voice_skill.domain.events import Action
from voice_skill.domain.guiding import interject
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Decision, Understanding
from voice_skill.domain.phases import (
    Asking,
    Confirming,
    Idle,
    Offered,
    Phase,
    Question,
    Resting,
    Running,
    Screening,
    State,
    Urgent,
)
from voice_skill.domain.turns import Turn, ask, speak, stated, worded

Sentences = tuple[str, ...]


def stay(knowledge: Knowledge, state: State, sentences: Sentences, *actions: Action) -> Turn:
    """Say something without leaving where the dialogue is: an open question is put again.

    At night an offer stays open and is not made a second time.
    """
    phase = state.phase
    if isinstance(phase, Offered) and state.memory.manner.hushed and sentences:
        open_still = replace(phase, question=replace(phase.question, waiting=False))
        return speak(state, open_still, sentences, "answer", *actions)
    if isinstance(phase, Running):
        return interject(knowledge, state, sentences, *actions)
    if isinstance(phase, Asking):
        return put_again(state, phase, sentences, *actions)
    if isinstance(phase, Urgent):
        return warning.remind(knowledge, state, *actions)
    return speak(state, Idle(), sentences, "answer", *actions)


def put_again(
    state: State, phase: Asking, before: Sentences = (), *actions: Action, tries: int | None = None
) -> Turn:
    """Ask the open question of a phase once more; `tries` says that it counts as another try."""

    def asked(question: Question) -> Phase:
        return replace(phase, question=question)

    return ask(
        state,
        asked,
        phase.question.sentences,
        before,
        *actions,
        tries=tries or phase.question.tries,
    )


def unanswered(knowledge: Knowledge, state: State) -> tuple[str, ...]:
    """Return the questions before a routine that were not yet answered in this conversation."""
    screens = [s for s in knowledge.screens.values() if s.before == "routine"]
    screens.sort(key=lambda s: s.order)
    return tuple(s.id for s in screens if s.id not in state.memory.screened)


def screen_first(
    knowledge: Knowledge, state: State, screen_id: str, pending: Understanding
) -> Turn:
    """Ask one screening question before what was said is taken up where it was said."""
    phase = state.phase
    back: Resting = phase if isinstance(phase, Resting) else Idle()
    if isinstance(phase, Screening):
        screens = (screen_id, *(s for s in phase.screens if s != screen_id))
        return screen(knowledge, state, screens, phase.pending, phase.back)
    return screen(knowledge, state, (screen_id,), pending, back)


def screen(
    knowledge: Knowledge,
    state: State,
    screens: tuple[str, ...],
    pending: Understanding | None,
    back: Resting,
    before: Sentences | None = None,
) -> Turn:
    """Ask the first of some screening questions."""
    question = stated(knowledge, (knowledge.screens[screens[0]].ask,))
    if before is None:
        before = worded(knowledge, state.memory, "screen_intro")
    return ask(state, partial(Screening, screens, pending=pending, back=back), question, before)


def ask_cramp(knowledge: Knowledge, state: State) -> Turn:
    """Answer a cry of pain with nothing known of it: is it a cramp? Then relief comes at once."""
    if state.memory.warned:
        return warning.remind(knowledge, state)
    meant = Understanding(Decision.ACT, "cramp_now", confidence=1.0)
    question = worded(knowledge, state.memory, "ask_cramp")
    return ask(state, partial(Confirming, meant), question)
