"""What an earlier part of the conversation left open, and when a conversation is another one.

A program at the bedside runs for weeks. Who speaks again after hours is asked everything anew; a
question about a warning sign that was left without an answer is put before anything else is done.
"""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain.asking import screen
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Alarm, Decision, Level, Understanding
from voice_skill.domain.phases import AskingHelped, Asleep, Idle, Memory, Screening, State
from voice_skill.domain.turns import Turn, remember, to

ANOTHER_CONVERSATION_SECONDS = 6 * 3600.0
"""After so long without a word from the person, what they say begins another conversation."""

_NO_QUESTION_BEFORE = frozenset(
    ("stop", "goodnight", "louder", "quieter", "mute", "repeat", "yes", "no")
)
"""What is done at once whatever is open: silence, sleep and volume; an answer to nothing."""


def begin_anew(knowledge: Knowledge, state: State) -> Turn:
    """Forget an earlier conversation, save what lasts longer: groups, manner, diary.

    A warning of then, and a question without an answer, are neither forgotten nor taken for
    answered: they are asked about (`ask_first`).
    """
    memory = left_open(knowledge, state).memory
    fresh = Memory(
        number=memory.number,
        groups=memory.groups,
        muted=memory.muted,
        keys=memory.keys,
        manner=memory.manner,
        diary=memory.diary,
        owed=memory.owed,
    )
    if memory.warned:
        fresh = replace(fresh, level=memory.level, alarm=memory.alarm, aged=True)
    phase = state.phase if isinstance(state.phase, Asleep) else Idle()
    return to(State(phase, fresh), phase)


def owed(knowledge: Knowledge, memory: Memory) -> tuple[str, ...]:
    """Return the questions about signs that are still to be answered, each once."""
    asked = (*memory.owed, *((_question_about(knowledge, memory.alarm),) if memory.aged else ()))
    return tuple(dict.fromkeys(screen_id for screen_id in asked if screen_id in knowledge.screens))


def _question_about(knowledge: Knowledge, alarm: Alarm | None) -> str:
    """Return the screening question that asks for this very sign, else the general one."""
    asked = (s.id for s in knowledge.screens.values() if alarm and s.on_yes == alarm.id)
    return next(asked, knowledge.alarm_words.screen)


def make_way(knowledge: Knowledge, state: State, fresh: Alarm) -> State:
    """Return the state in which a fresh sign is said in place of a worse one of hours ago.

    That one is not taken for over: its question is owed, and comes with the next thing to be done.
    """
    memory = state.memory
    old = memory.alarm
    if not memory.aged or old is None or old.level <= fresh.level or old.id == fresh.id:
        return state
    questions = tuple(dict.fromkeys((*memory.owed, _question_about(knowledge, old))))
    return remember(state, owed=questions, level=Level.SELF_CARE, alarm=None, aged=False)


def left_open(knowledge: Knowledge, state: State) -> State:
    """Return the state in which the open questions about a sign, left by `stop`, are owed.

    One that only guards a routine comes again with the next routine.
    """
    phase = state.phase
    if not isinstance(phase, Screening):
        return state
    open_still = (s for s in phase.screens if knowledge.screens[s].before != "routine")
    return remember(state, owed=tuple(dict.fromkeys((*state.memory.owed, *open_still))))


def answered_no(knowledge: Knowledge, state: State, screen_id: str) -> State:
    """Return the state after a plain no: only that ends a warning of an earlier conversation."""
    memory = state.memory
    state = remember(state, screened=memory.screened | {screen_id})
    if memory.aged and screen_id == _question_about(knowledge, memory.alarm):
        return remember(state, level=Level.SELF_CARE, alarm=None, aged=False)
    return state


def ask_first(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn | None:
    """Return the turn that puts what is owed before what was said now; None for nothing.

    A cramp is eased first, unless a warning of an earlier conversation has to be cleared up.
    """
    intent, screens = understanding.intent, owed(knowledge, state.memory)
    if not screens or not isinstance(state.phase, Idle):
        return None
    if understanding.decision is not Decision.ACT or intent in _NO_QUESTION_BEFORE:
        return None
    if intent == "cramp_now" and not state.memory.aged:
        return None
    pending = replace(understanding, screen=None)
    return screen(knowledge, remember(state, owed=()), screens, pending, Idle())


def ask_when_eased(knowledge: Knowledge, state: State, phase: AskingHelped) -> Turn | None:
    """Return the turn that puts the questions put off during a cramp, if there are any."""
    screens = owed(knowledge, state.memory)
    if not screens:
        return None
    return screen(knowledge, remember(state, owed=()), screens, None, phase)
