"""Nobody who is not for the assistant opens its attention: itself, and strangers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from voice_skill.audio.files import write_wav
from voice_skill.content import load
from voice_skill.domain.attention import POLICIES, Attention
from voice_skill.domain.model import Decision, DialogueState
from voice_skill.domain.own_sentences import own_sentences
from voice_skill.domain.phases import Idle
from voice_skill.speech.espeak import EspeakSynthesizer

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twenty of the assistant's own sentences, as it speaks them."""
    sentences = own_sentences(load(None, locale=None).knowledge)
    folder = tmp_path_factory.mktemp("own")
    voice = EspeakSynthesizer()
    paths = []
    for number, sentence in enumerate(random.Random(20).sample(sentences, 20)):
        paths.append(folder / f"{number}.wav")
        write_wav(paths[-1], voice.render(sentence), voice.sample_rate)
    return paths


def test_its_own_voice_never_opens_attention(spoken: list[Path], ear) -> None:
    understood = [ear(path, "idle") for path in spoken]
    for policy in POLICIES:
        attention = Attention(policy)
        assert not any(attention.admits(Idle(), u, 1.0) for u in understood)


@pytest.mark.parametrize("state", ["offer", "routine"])
def test_its_own_voice_is_hardly_ever_acted_on(
    spoken: list[Path], state: DialogueState, ear
) -> None:
    acted = [ear(path, state).decision is Decision.ACT for path in spoken]
    assert sum(acted) <= 0.2 * len(acted)


@pytest.mark.recordings
def test_strangers_do_not_open_attention(people: Path, ear) -> None:
    paths = sorted((people / "mycroft_notwake").glob("*.wav"))
    understood = [ear(path, "idle") for path in paths]
    assert len(understood) > 30
    for policy in POLICIES:
        assert not any(Attention(policy).admits(Idle(), u, 1.0) for u in understood)
