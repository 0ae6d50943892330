"""The shipped night conversation: recordings, the real recogniser, the real voice, virtual time."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from voice_skill.content import load
from voice_skill.conversation.rehearsal import rehearse
from voice_skill.conversation.transcript import AssistantSpoke, Entry, PersonSpoke
from voice_skill.domain.events import Prompt

RATE = 16_000

EXPECTED = [
    "report_symptom",
    "yes",
    "no",
    "no",
    "no",
    "slower",
    "pause",
    "resume",
    "repeat",
    "ask_serious",
    "helped",
]


@pytest.fixture(scope="module")
def night(samples_folder: Path, model_folder: Path) -> tuple[list[Entry], np.ndarray, str]:
    entries: list[Entry] = []
    with ExitStack() as stack:
        outcome = rehearse(
            load(None, locale=None),
            model_folder,
            samples_folder / "night.yaml",
            stack,
            log=entries.append,
        )
    return entries, outcome.bystander, outcome.unspoken


def prompts(entries: list[Entry]) -> list[Prompt]:
    return [entry.prompt for entry in entries if isinstance(entry, AssistantSpoke)]


@pytest.mark.model
class TestTheNight:
    def test_every_line_is_spoken_and_understood(self, night) -> None:
        entries, _, unspoken = night
        assert unspoken == ""
        heard = [e.understanding.intent for e in entries if isinstance(e, PersonSpoke)]
        assert heard == EXPECTED

    def test_it_goes_through_the_whole_routine(self, night) -> None:
        entries, _, _ = night
        said = [sentence for prompt in prompts(entries) for sentence in prompt.sentences]
        assert said.count("Ten, the last one") == 4
        assert any(s.startswith("I heard: a twitch in your toe, at night") for s in said)
        assert "doctor" in " ".join(said).lower()

    def test_slower_is_heard_in_the_beats(self, night) -> None:
        entries, _, _ = night
        counts = [
            e.start for e in entries if isinstance(e, AssistantSpoke) and e.prompt.style == "count"
        ]
        assert round(counts[1] - counts[0], 1) == 4.0
        assert round(counts[-1] - counts[-2], 1) == 6.0

    def test_a_bystander_hears_both_voices(self, night) -> None:
        entries, bystander, _ = night
        person = next(e for e in entries if isinstance(e, PersonSpoke))
        answer = next(e for e in entries if isinstance(e, AssistantSpoke))
        for start in (person.start + 0.5, answer.start + 0.2):
            second = bystander[int(start * RATE) : int((start + 1) * RATE)]
            assert np.abs(second.astype(int)).max() > 1000
        assert answer.start - person.end < 1.5
