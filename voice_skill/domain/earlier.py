"""What an earlier part of the conversation left open, and when a conversation is another one.

A program at the bedside runs for weeks. Who speaks again after hours is asked everything anew; a
question about a warning sign that was left without an answer is put before anything else is done.
"""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain.asking import screen, screen_first
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

    A warning of then is neither forgotten nor taken to stand: it is asked about (`ask_first`).
    """
    memory = state.memory
    fresh = Memory(
        number=memory.number,
        groups=memory.groups,
        muted=memory.muted,
        manner=memory.manner,
        diary=memory.diary,
        owed=memory.owed,
    )
    if memory.warned:
        fresh = replace(
            fresh,
            level=memory.level,
            alarm=memory.alarm,
            aged=True,
            owed=memory.owed or _question_about(knowledge, memory.alarm),
        )
    phase = state.phase if isinstance(state.phase, Asleep) else Idle()
    return to(State(phase, fresh), phase)


def _question_about(knowledge: Knowledge, alarm: Alarm | None) -> str:
    """Return the screening question that asks for this very sign, else the general one."""
    asked = (s.id for s in knowledge.screens.values() if alarm and s.on_yes == alarm.id)
    return next(asked, knowledge.alarm_words.screen)


def left_open(knowledge: Knowledge, state: State) -> State:
    """Return the state in which the open question about a sign, left by `stop`, is owed.

    One that only guards a routine comes again with the next routine.
    """
    phase = state.phase
    if not isinstance(phase, Screening) or state.memory.owed:
        return state
    if knowledge.screens[phase.screens[0]].before == "routine":
        return state
    return remember(state, owed=phase.screens[0])


def ask_first(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn | None:
    """Return the turn that puts the question owed before what was said now; None for none.

    A cramp is eased first, unless a warning of an earlier conversation has to be cleared up.
    """
    intent, owed = understanding.intent, state.memory.owed
    if owed not in knowledge.screens or not isinstance(state.phase, Idle):
        return None
    if understanding.decision is not Decision.ACT or intent in _NO_QUESTION_BEFORE:
        return None
    if intent == "cramp_now" and not state.memory.aged:
        return None
    if understanding.screen:
        understanding = replace(understanding, screen=None)
    return screen_first(knowledge, _asked(state), owed, understanding)


def ask_when_eased(knowledge: Knowledge, state: State, phase: AskingHelped) -> Turn | None:
    """Return the turn that puts the question put off during a cramp, if there is one."""
    owed = state.memory.owed
    if owed not in knowledge.screens:
        return None
    return screen(knowledge, _asked(state), (owed,), None, phase)


def _asked(state: State) -> State:
    """Return the state with nothing owed; the question takes the place of an aged warning."""
    if state.memory.aged:
        state = remember(state, level=Level.SELF_CARE, alarm=None, aged=False)
    return remember(state, owed="")
