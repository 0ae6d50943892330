"""The built-in skill with the real recogniser, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voice_skill.audio.files import read_recording
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import load
from voice_skill.conversation.engines import make_recognizer
from voice_skill.conversation.hearing import hear
from voice_skill.conversation.skills import make_understander
from voice_skill.domain.model import DialogueState, Understanding

Ear = Callable[[Path, DialogueState], Understanding]


@pytest.fixture(scope="session")
def ear(model_folder: Path) -> Ear:
    """`ear(recording, state)`: what the skill makes of it."""
    skill = load(None, locale=None)
    understander = make_understander(skill)
    recognizer = make_recognizer(model_folder, skill, understander.templates)
    voice_activity = SileroVoiceActivity()

    def understand(path: Path, state: DialogueState) -> Understanding:
        samples = read_recording(path, limit_seconds=60)
        turn = hear(understander, skill.knowledge, recognizer, voice_activity, samples, state)
        return turn.understanding

    return understand
