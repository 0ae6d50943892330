"""What all starts of the whole program have in common here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from virtual_sound import VirtualSound, skip_reason

from voice_skill.content import load
from voice_skill.files.first_run import FirstRun


@pytest.fixture(autouse=True, scope="session")
def met_before(own_folders: None) -> None:
    """The first words were said before, so that no test has to wait for their end."""
    knowledge = load(None).knowledge
    assert knowledge is not None
    FirstRun().note(knowledge.prompts["first_run"])


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualSound]:
    """Return a microphone and a loudspeaker that are not there, or skip."""
    reason = skip_reason()
    if reason is not None:
        pytest.skip(reason)
    with VirtualSound(tmp_path_factory.mktemp("room")) as sound:
        yield sound
