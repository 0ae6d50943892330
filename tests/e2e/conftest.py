"""What all starts of the whole program have in common here."""

from __future__ import annotations

import pytest

from voice_skill.content import load
from voice_skill.files.first_run import FirstRun


@pytest.fixture(autouse=True, scope="session")
def met_before(own_folders: None) -> None:
    """The first words were said before, so that no test has to wait for their end."""
    knowledge = load(None).knowledge
    assert knowledge is not None
    FirstRun().note(knowledge.prompts["first_run"])
