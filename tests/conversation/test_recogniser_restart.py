"""The real recogniser raises in the middle of a word; the next sentence is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.listener import Listener
from voice_skill.conversation.supervised import Microphone
from voice_skill.domain.model import Utterance
from voice_skill.speech.recognizer import VoskRecognizer

BLOCK = 320


class RaisesOnce(VoskRecognizer):
    """Raises at one block, in the middle of an utterance, when the decoders already have some."""

    blocks_left = 10

    def accept(self, samples: NDArray[np.int16]) -> None:
        super().accept(samples)
        self.blocks_left -= 1
        if self.blocks_left == 0:
            raise RuntimeError("the decoder broke")


@pytest.mark.model
def test_a_recogniser_that_breaks_in_a_word_hears_the_next_sentence(
    model_folder: Path, samples_folder: Path, tmp_path: Path
) -> None:
    recognizer = RaisesOnce(
        model_folder,
        {"idle": ["stop", "go on"], "offer": ["yes"], "routine": ["stop"]},
        cache_folder=tmp_path,
        open_decoder=False,
    )

    def listen() -> Listener:
        return Listener(recognizer, SileroVoiceActivity(), lambda words, state: Completeness.PREFIX)

    def listen_again() -> Listener:
        recognizer.begin_afresh()
        return listen()

    seconds, told = 0.0, []
    heard: list[Utterance] = []

    class SoundClock:
        def now(self) -> float:
            return seconds

    microphone = Microphone(
        listen(),
        SoundClock(),
        heard=heard.append,
        failed=lambda error, last: told.append(str(error)),
        back=lambda: told.append("back"),
        renew=listen_again,
    )
    word = read_recording(samples_folder / "stop.flac")
    second = np.zeros(16_000, np.int16)
    sound = np.concatenate([second, word, second, second, word, second, second])
    for start in range(0, len(sound) - BLOCK, BLOCK):
        seconds += BLOCK / 16_000
        microphone.take(sound[start : start + BLOCK])
    assert told == ["listening failed: the decoder broke", "back"]
    said = [h.text for utterance in heard for h in utterance.hypotheses[:1]]
    assert [text.split()[0] for text in said] == ["stop"], heard
