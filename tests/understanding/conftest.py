"""The small skill of these tests, compiled once."""

from __future__ import annotations

import pytest
from feet import KNOWLEDGE, LANGUAGE

from voice_skill.understanding.decide import Understander
from voice_skill.understanding.slots import SlotFinder


@pytest.fixture(scope="session")
def understander() -> Understander:
    return Understander(LANGUAGE, KNOWLEDGE)


@pytest.fixture(scope="session")
def slot_finder() -> SlotFinder:
    return SlotFinder(LANGUAGE)
