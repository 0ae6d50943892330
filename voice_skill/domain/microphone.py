"""The microphone switched off and on: by a key, or off by voice. Only a key turns it on again."""

from __future__ import annotations

from voice_skill.domain.asking import put_again, stay
from voice_skill.domain.events import Earcon, StopSpeaking
from voice_skill.domain.guiding import interject
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.phases import Asking, AskingStep, Running, State
from voice_skill.domain.turns import Turn, remember, speak, to, worded


def mute_by_voice(knowledge: Knowledge, state: State) -> Turn:
    """Turn the microphone off, or say how to be left alone where no key could turn it on again."""
    if state.memory.muted:
        return to(state, state.phase)
    if not state.memory.keys:
        return stay(knowledge, state, worded(knowledge, state.memory, "mute_no_keys"))
    return switch_microphone(knowledge, state)


def switch_microphone(knowledge: Knowledge, state: State) -> Turn:
    """Turn the microphone off, or on again, and say so; what was going on goes on.

    An open question waits while nobody can be heard (`dialogue.seconds_to_wait`) and is put again
    afterwards.
    """
    muted = not state.memory.muted
    state = remember(state, muted=muted)
    prompt_id, earcon = ("muted", Earcon("muted")) if muted else ("unmuted", Earcon("unmuted"))
    sentences = worded(knowledge, state.memory, prompt_id)
    phase = state.phase
    # the sound comes after what was being said is cut off, and before the words
    actions = (StopSpeaking(), earcon)
    if isinstance(phase, Asking) and not muted:
        return put_again(state, phase, sentences, *actions)
    if isinstance(phase, Running) and not isinstance(phase, AskingStep):
        return interject(knowledge, state, sentences, *actions)
    return speak(state, phase, sentences, "answer", *actions)
