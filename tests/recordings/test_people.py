"""Real people: one-word answers and commands, and speech that is not for us.

Bounds lie under what was measured (docs/testing.md), so that only a real loss is a failure.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_skill.domain.model import Decision, DialogueState

pytestmark = [pytest.mark.model, pytest.mark.recordings]


@pytest.mark.parametrize(
    ("word", "state", "share"),
    [("yes", "offer", 0.9), ("no", "offer", 0.9), ("stop", "routine", 0.95)],
)
def test_one_word_of_many_people(
    word: str, state: DialogueState, share: float, people: Path, ear
) -> None:
    paths = sorted((people / "speech_commands" / word).glob("*.wav"))[::2]
    assert len(paths) > 20
    right = [ear(path, state).intent == word for path in paths]
    assert sum(right) / len(right) >= share


@pytest.mark.parametrize("state", ["idle", "routine"])
def test_silence_is_never_an_intent(state: DialogueState, people: Path, ear) -> None:
    paths = sorted((people / "speech_commands" / "_silence_").glob("*.wav"))
    assert len(paths) > 15
    for path in paths:
        assert ear(path, state).decision is Decision.REJECT


def test_read_sentences_are_not_acted_on(people: Path, ear) -> None:
    paths = sorted((people / "librispeech_other").glob("*.wav"))
    decisions = [ear(path, "idle").decision for path in paths]
    assert len(decisions) > 15
    assert Decision.ACT not in decisions
    assert Decision.URGENT not in decisions


def test_household_noise_is_not_acted_on(people: Path, ear, tmp_path: Path) -> None:
    import soundfile

    paths = sorted((people / "noise").glob("*.wav"))
    assert len(paths) >= 4
    for path in paths:
        samples, rate = soundfile.read(path, dtype="int16")
        piece = tmp_path / path.name
        soundfile.write(piece, samples[: 20 * rate], rate)
        assert ear(piece, "routine").decision is Decision.REJECT
