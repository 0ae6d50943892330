"""The dialogue: one transition function from a state and an event to a state and actions.

    state = start(knowledge)
    state, actions = handle(knowledge, state, Heard(understanding))

Pure: no clock runs here. The loop derives deadlines from the phase (`seconds_to_wait`), so a timer
cannot outlive its step; a prompt has a number, so the end of an old one cannot advance a step.
"""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain import diary_talk, guiding, warning
from voice_skill.domain.asking import put_again
from voice_skill.domain.diary_notes import at_moment, noted
from voice_skill.domain.earlier import ask_when_eased, left_open
from voice_skill.domain.events import (
    DiaryChanged,
    DiaryFailed,
    DiaryNoted,
    DiaryRead,
    Earcon,
    EngineBack,
    EngineFailed,
    Event,
    FirstRun,
    Goodbye,
    Heard,
    Key,
    LongSilence,
    NightChanged,
    PromptEnded,
    RoutineTimerFired,
    StopSpeaking,
    TimerFired,
)
from voice_skill.domain.hearing import awake, hear, unclear
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.manner import Manner
from voice_skill.domain.microphone import switch_microphone
from voice_skill.domain.model import Decision, DialogueState, Understanding
from voice_skill.domain.phases import (
    Asking,
    AskingDiary,
    AskingHelped,
    AskingSite,
    AskingStep,
    Asleep,
    Choosing,
    Confirming,
    Holding,
    Idle,
    Instructing,
    Memory,
    Offered,
    Paused,
    Progress,
    Running,
    Screening,
    State,
    Urgent,
    run_of,
)
from voice_skill.domain.prompts import PROMPT_IDS
from voice_skill.domain.routines import beat_of, foot_of, seconds_left, step_of
from voice_skill.domain.running import unanswered_step
from voice_skill.domain.surroundings import first_words, take_in
from voice_skill.domain.turns import Turn, speak, to, worded

__all__ = [
    "PROMPT_IDS", "Progress", "State", "Turn", "continues_beat", "first_words", "handle",
    "listening_state", "on_the_beat", "progress", "routine_seconds", "seconds_to_wait", "start",
]  # fmt: skip


def start(knowledge: Knowledge, manner: Manner | None = None, *, keys: bool = True) -> State:
    """Return the state in which every conversation begins; `manner` is how it speaks at first.

    `keys`: whether there are any to press.
    """
    pace = 1.0 if 1.0 in knowledge.paces else knowledge.paces[0]
    return State(Idle(), Memory(pace=pace, manner=manner or Manner(), keys=keys))


def handle(knowledge: Knowledge, state: State, event: Event) -> Turn:
    """Return the next state and what to do now; an event that does not fit changes nothing."""
    state = at_moment(state, event)
    turn = _handle(knowledge, state, event)
    phase = turn[0].phase
    if isinstance(phase, AskingHelped) and turn[0].memory.owed:
        turn = ask_when_eased(knowledge, State(phase, state.memory), phase) or turn
    return noted(state, event, turn)


def _handle(knowledge: Knowledge, state: State, event: Event) -> Turn:
    match event:
        case Heard(understanding):
            return hear(knowledge, state, understanding)
        case Key(name):
            return _key(knowledge, state, name)
        case PromptEnded(number):
            if number != state.memory.number:
                return to(state, state.phase)
            return _prompt_ended(knowledge, state)
        case TimerFired():
            return _timer_fired(knowledge, state)
        case RoutineTimerFired():
            return _routine_timer_fired(knowledge, state)
        case NightChanged() | FirstRun() | LongSilence() | EngineFailed() | EngineBack():
            return take_in(knowledge, state, event)
        case DiaryRead() | DiaryNoted() | DiaryChanged() | DiaryFailed():
            return diary_talk.take_in(knowledge, state, event)


def _key(knowledge: Knowledge, state: State, name: str) -> Turn:
    """Carry out a key: it is never misheard, so it asks nothing."""
    phase = state.phase
    if name == "stop":
        if isinstance(phase, Idle | Asleep):
            return to(state, Idle(), StopSpeaking(), Goodbye())
        return to(left_open(knowledge, state), Idle(), StopSpeaking())
    if name == "mute":
        return switch_microphone(knowledge, state)
    if isinstance(phase, Asleep):
        prompt_id = "muted" if state.memory.muted else "awake"
        return speak(awake(state), Idle(), worded(knowledge, state.memory, prompt_id))
    if name == "wake" or (name == "pause" and isinstance(phase, Idle | Urgent)):
        return _attend(knowledge, state)
    if not isinstance(phase, Running):
        return to(state, phase)
    toggled = "resume" if isinstance(phase, Paused) else "pause"
    intent = toggled if name == "pause" else "next"
    return hear(knowledge, state, Understanding(Decision.ACT, intent, confidence=1.0))


def _attend(knowledge: Knowledge, state: State) -> Turn:
    """Show that the key was felt; what is open stays open. Muted, say how to be heard."""
    if state.memory.muted and isinstance(state.phase, Idle):
        return speak(state, state.phase, worded(knowledge, state.memory, "muted"))
    return to(state, state.phase, Earcon("listening"))


def _prompt_ended(knowledge: Knowledge, state: State) -> Turn:
    """The present prompt was spoken to its end."""
    phase = state.phase
    if isinstance(phase, Asking):
        waiting = replace(phase.question, waiting=True)
        return to(state, replace(phase, question=waiting))
    if isinstance(phase, Instructing):
        return guiding.hold(knowledge, state, phase.run)
    if isinstance(phase, Urgent) and phase.repeats > 0:
        return warning.say_again(knowledge, state, phase.repeats - 1)
    return to(state, phase)


def _timer_fired(knowledge: Knowledge, state: State) -> Turn:
    """A beat is over, or a question met with silence: it is put once more, then dropped.

    Silence after a screening question is an unclear answer, after a step's question a `no`. At
    night nothing is put twice but what a step or a warning sign asks, and the person may sleep:
    a routine whose question or pause meets with silence ends softly, and one that waits for its
    screening questions does not begin.
    """
    phase = state.phase
    if isinstance(phase, Holding):
        return guiding.tick(knowledge, state, phase.run)
    hushed = state.memory.manner.hushed
    if isinstance(phase, Paused) and _may_sleep(knowledge, state):
        return to(state, Idle())
    if not isinstance(phase, Asking) or not phase.question.waiting or state.memory.muted:
        return to(state, phase)
    match phase:
        case Screening() if hushed and _guards_routine(knowledge, phase):
            return to(state, Idle())
        case Screening():
            return unclear(knowledge, state, phase)
        case AskingStep() if hushed and phase.question.tries > 1:
            return guiding.finish(knowledge, state, phase.run)
        case AskingStep():
            return unanswered_step(knowledge, state, phase)
        case Offered() | Confirming() | Choosing() | AskingSite() | AskingHelped() | AskingDiary():
            if hushed or phase.question.tries > 1:
                return to(state, Idle())
            return put_again(state, phase, tries=2)


def _guards_routine(knowledge: Knowledge, phase: Screening) -> bool:
    """Whether all that an unanswered question leaves undone is a routine that has not begun."""
    asked = knowledge.screens[phase.screens[0]]
    return asked.before == "routine" and not isinstance(phase.back, Running)


def _may_sleep(knowledge: Knowledge, state: State) -> bool:
    """Whether a routine that waits may end in silence: at night, but not the relief of a cramp.

    That one's own timer raises its warning sign; it must not be lost.
    """
    memory = state.memory
    timed = routine_seconds(knowledge, state) is not None
    return memory.manner.hushed and not timed and not memory.muted


def _routine_timer_fired(knowledge: Knowledge, state: State) -> Turn:
    """A routine went on for longer than it should (cramp relief): its warning sign is raised."""
    alarm = warning.of_routine(knowledge, state)
    if alarm is None:
        return to(state, state.phase)
    return warning.raise_alarm(knowledge, state, alarm)


# ------------------------------------------------------------------ time


def seconds_to_wait(knowledge: Knowledge, state: State) -> float | None:
    """Return the deadline of the present phase, in seconds from when it was entered.

    None: no timer. A beat lasts its seconds times the pace; an open question waits once it was
    spoken to its end, and without end while the microphone is off. At night a pause has an end.
    """
    phase, memory = state.phase, state.memory
    if isinstance(phase, Holding):
        return beat_of(knowledge, phase.run).seconds * memory.pace
    if isinstance(phase, Paused) and _may_sleep(knowledge, state):
        return knowledge.night.paused_seconds
    if isinstance(phase, Asking) and phase.question.waiting and not memory.muted:
        hushed = memory.manner.hushed
        return knowledge.night.silence_seconds if hushed else knowledge.silence_seconds
    return None


def on_the_beat(state: State) -> bool:
    """Whether the timer of the phase is a beat, which no speech puts off."""
    return isinstance(state.phase, Holding)


def continues_beat(before: State, after: State) -> bool:
    """Whether `after` is the next beat of the same step: then its deadline counts from the last."""
    if not isinstance(before.phase, Holding) or not isinstance(after.phase, Holding):
        return False
    old, new = before.phase.run, after.phase.run
    same_step = (old.steps, old.index, old.rounds) == (new.steps, new.index, new.rounds)
    return same_step and (old.repeat, old.beat) < (new.repeat, new.beat)


def routine_seconds(knowledge: Knowledge, state: State) -> float | None:
    """Return how long the present routine may take from its start; None: as long as it likes."""
    run = run_of(state.phase)
    routine = knowledge.routines.get(run.routine) if run else None
    return routine.timer_seconds if routine else None


# ------------------------------------------------------------------ views


def listening_state(state: State) -> DialogueState:
    """Return which sentences are legal now."""
    phase = state.phase
    match phase:
        case Asleep() | Idle() | Urgent() | AskingSite():
            return "idle"
        case Instructing() | Holding() | Paused():
            return "routine"
        case (
            Offered()
            | Confirming()
            | Choosing()
            | Screening()
            | AskingHelped()
            | AskingDiary()
            | AskingStep()
        ):
            return "offer"


def progress(knowledge: Knowledge, state: State) -> Progress | None:
    """Return where the routine is, or None when there is none."""
    run = run_of(state.phase)
    if run is None:
        return None
    step = step_of(knowledge, run)
    return Progress(
        routine=knowledge.routines[run.routine].spoken if run.routine in knowledge.routines else "",
        step=run.index + 1,
        steps=len(run.steps),
        count=run.repeat + 1 if isinstance(state.phase, Holding) or run.repeat else 0,
        of=step.count,
        paused=isinstance(state.phase, Paused),
        seconds_left=seconds_left(knowledge, state.memory, run),
        foot=foot_of(knowledge, run),
    )
