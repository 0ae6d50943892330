"""Warning signs in a dialogue: the fixed message, first and said twice, never taken back."""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain.events import Action
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Alarm, Level
from voice_skill.domain.phases import Memory, State, Urgent, run_of
from voice_skill.domain.turns import Turn, speak, stated, worded

REPEATS = 1
"""How often a warning is said again after the first time."""

_NO_EXERCISE = "no_exercise"


def message(knowledge: Knowledge, alarm: Alarm) -> tuple[str, ...]:
    """Return the fixed message of a warning sign: its rule's, else its level's."""
    rule = knowledge.rules.get(alarm.id)
    return stated(knowledge, rule.say if rule and rule.say else knowledge.levels[alarm.level])


def raise_alarm(knowledge: Knowledge, state: State, alarm: Alarm, *actions: Action) -> Turn:
    """Say the message of a warning sign, or of a more serious one that stands already."""
    standing = state.memory.alarm
    worst = standing if standing is not None and standing.level > alarm.level else alarm
    memory = _remembered(state.memory, worst)
    warned = State(state.phase, memory)
    return speak(warned, Urgent(worst, REPEATS), message(knowledge, worst), "urgent", *actions)


def of_routine(knowledge: Knowledge, state: State) -> Alarm | None:
    """Return the warning that the present routine brings when it takes too long; None for none."""
    run = run_of(state.phase)
    routine = knowledge.routines.get(run.routine) if run else None
    rule = knowledge.rules.get(routine.on_timer) if routine else None
    return Alarm(rule.id, rule.level, ("timer",)) if rule else None


def note_alarm(state: State, alarm: Alarm) -> State:
    """Remember a sign that does not interrupt."""
    return State(state.phase, _remembered(state.memory, alarm))


def _remembered(memory: Memory, alarm: Alarm) -> Memory:
    if alarm.level < memory.level:
        return memory
    return replace(memory, level=alarm.level, alarm=alarm, aged=False)


def say_again(knowledge: Knowledge, state: State, repeats: int = 0) -> Turn:
    """Say the message of the standing warning once more."""
    alarm = _standing(state.memory)
    return speak(state, Urgent(alarm, repeats), message(knowledge, alarm), "urgent")


def remind(knowledge: Knowledge, state: State, *actions: Action) -> Turn:
    """Answer whatever a standing warning forbids: the message comes first."""
    alarm = _standing(state.memory)
    sentences = message(knowledge, alarm) + worded(knowledge, state.memory, "alarm_stands")
    return speak(state, Urgent(alarm, 0), sentences, "urgent", *actions)


def _standing(memory: Memory) -> Alarm:
    return memory.alarm or Alarm("", memory.level, ())


def outcome(knowledge: Knowledge, result: str, screen_id: str) -> Alarm | None:
    """Return the alarm that a screening answer leads to; None stands for `no_exercise`.

    A result that the content misspelt counts as an emergency: safety does not hang on a typing
    error (the content check finds it).
    """
    if result == _NO_EXERCISE:
        return None
    rule = knowledge.rules.get(result)
    if rule is not None:
        return Alarm(rule.id, rule.level, (screen_id,))
    level = Level.__members__.get(result.upper(), Level.EMERGENCY_NOW)
    return Alarm(screen_id, level, (screen_id,))
