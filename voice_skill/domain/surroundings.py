"""What happens around a conversation: night falls, an engine fails or is back, hours go by."""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain import warning
from voice_skill.domain.asking import put_again, stay
from voice_skill.domain.earlier import begin_anew
from voice_skill.domain.events import (
    EngineBack,
    EngineFailed,
    FirstRun,
    LongSilence,
    NightChanged,
    SetManner,
)
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.phases import Asking, Asleep, Memory, Paused, Running, State, Urgent
from voice_skill.domain.turns import Turn, speak, to, worded

Surrounding = NightChanged | FirstRun | LongSilence | EngineFailed | EngineBack

_TOLD = {
    "microphone": "microphone_lost",
    "computer": "computer_slept",
    "program": "cannot_go_on",
}
"""The failures that are told, and by which prompt."""

_WITHOUT_KEYS = {"microphone_lost": "microphone_lost_no_keys"}
"""What is told instead where there are no keys to press."""


def first_words(knowledge: Knowledge, *, keys: bool, recorded: bool = False) -> tuple[str, ...]:
    """Return what a person should know before anything else: what this is and is not.

    `keys`: whether there are any to press; `recorded`: whether what is heard is kept as sound.
    """
    kept = "first_run_recorded" if recorded else "first_run_private"
    stop = "first_run_stop_key" if keys else "first_run_stop"
    return tuple(
        sentence
        for prompt_id in ("first_run", kept, stop)
        for sentence in worded(knowledge, Memory(), prompt_id)
    )


def take_in(knowledge: Knowledge, state: State, event: Surrounding) -> Turn:
    """Return the next state and what to do about an event that nobody said or pressed."""
    match event:
        case NightChanged(night):
            return _night_changed(state, night)
        case FirstRun(recorded):
            keys = state.memory.keys
            return speak(state, state.phase, first_words(knowledge, keys=keys, recorded=recorded))
        case LongSilence():
            return begin_anew(knowledge, state)
        case EngineFailed(what):
            return _engine_failed(knowledge, state, what)
        case EngineBack(what):
            return _engine_back(knowledge, state, what)


def _night_changed(state: State, night: bool) -> Turn:
    """Change the manner without a word; whatever is going on goes on."""
    manner = state.memory.manner.at_night(night)
    if manner == state.memory.manner:
        return to(state, state.phase)
    state = State(state.phase, replace(state.memory, manner=manner))
    return to(state, state.phase, SetManner(manner))


def _engine_failed(knowledge: Knowledge, state: State, what: str) -> Turn:
    """Nobody can be heard, or nothing said: a routine waits. What a person should know is told."""
    before = state.phase
    if isinstance(before, Running):
        state = State(Paused(before.run), state.memory)
    waits = isinstance(before, Running) and not isinstance(before, Paused)
    if what == "computer" and not waits:
        return to(state, state.phase)
    prompt = _TOLD.get(what)
    if prompt is None or isinstance(state.phase, Asleep | Urgent):
        return to(state, state.phase)
    if not state.memory.keys:
        prompt = _WITHOUT_KEYS.get(prompt, prompt)
    return stay(knowledge, state, worded(knowledge, state.memory, prompt))


def _engine_back(knowledge: Knowledge, state: State, what: str) -> Turn:
    """Say what nobody could hear and must be known: a warning, or the question that is open.

    An answer of then is left: it may be hours old, and the person asleep.
    """
    phase = state.phase
    if what not in ("voice", "speaker"):
        return to(state, phase)
    if isinstance(phase, Urgent):
        return warning.say_again(knowledge, state, warning.REPEATS)
    return put_again(state, phase) if isinstance(phase, Asking) else to(state, phase)
