"""Louder, quieter and in a whisper, as a person asks for it."""

from __future__ import annotations

from voice_skill.domain.asking import stay
from voice_skill.domain.events import SetManner
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Understanding
from voice_skill.domain.phases import State
from voice_skill.domain.turns import Turn, remember, worded

_STEPS = {"louder": 1, "quieter": -1}


def change_loudness(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Speak `louder` or `quieter` by a step, or in a whisper, and say so in that manner.

    A whisper lasts until something louder is asked for.
    """
    manner, intent = state.memory.manner, understanding.intent or "quieter"
    if intent == "quieter" and understanding.slot("voice") == "whisper":
        manner, intent = manner.whispered(), "whisper"
    else:
        manner = manner.changed(_STEPS[intent])
    state = remember(state, manner=manner)
    return stay(knowledge, state, worded(knowledge, state.memory, intent), SetManner(manner))
