"""Speaking over the assistant, live: its own voice comes back into the microphone."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from test_listen import RATE, Output, is_over, listening, loud_seconds

sys.path.insert(0, str(Path(__file__).parents[1]))

from virtual_sound import VirtualSound

from voice_skill.audio.files import read_recording, write_wav

pytest.importorskip("pywebrtc_audio")

pytestmark = [pytest.mark.model, pytest.mark.devices, pytest.mark.usefixtures("model_folder")]

Samples = NDArray[np.int16]
LEARNED_SECONDS = 4.0
"""Of loud samples, after which the echo is known: about nine seconds of speech."""
ATTEMPTS = 3
"""Who is not heard says it again; a machine that does too much at once loses sound."""


def in_mid_sentence(samples: Samples) -> bool:
    """Whether it has spoken for some seconds and speaks just now."""
    return loud_seconds(samples) > LEARNED_SECONDS and loud_seconds(samples[-RATE // 10 :]) > 0.02


def understood(output: Output, words: str) -> bool:
    try:
        output.wait_for(words, 8.0)
    except AssertionError:
        return False
    return True


def test_stop_is_heard_over_its_own_voice(
    room: VirtualSound, samples_folder: Path, tmp_path: Path
) -> None:
    """It may take three attempts: a busy machine loses sound, so this tells no share of "stop"s."""
    stop = tmp_path / "stop.wav"
    said = read_recording(samples_folder / "stop.flac").astype(np.int32)
    write_wav(stop, np.clip(said * 4, -32_768, 32_767).astype(np.int16), RATE)
    with (
        room.open_air(),
        listening(room, "--barge-in", "--wake", "direct", "--night", "off") as (process, output),
        room.record_speaker() as recording,
    ):
        room.speak(samples_folder / "ankle_three_days.flac")
        output.wait_for("report_symptom")
        for _ in range(ATTEMPTS):
            spoken = recording.wait_until(in_mid_sentence, seconds=60)
            room.speak(stop)
            if understood(output, "[stop"):
                break
        output.wait_for("[stop", 1.0)
        whole = recording.wait_until(is_over, seconds=60)
        assert process.poll() is None
    after = whole[len(spoken) + len(said) :]
    assert loud_seconds(after) < 0.5, "it went on"


def test_it_does_not_interrupt_itself(room: VirtualSound, samples_folder: Path) -> None:
    with (
        room.open_air(),
        listening(room, "--barge-in", "--wake", "direct", "--night", "off") as (process, output),
        room.record_speaker() as recording,
    ):
        room.speak(samples_folder / "ankle_three_days.flac")
        output.wait_for("report_symptom")
        recording.wait_until(is_over, seconds=90)
        assert process.poll() is None
        heard = [line for line in output.lines if "  person  " in line]
    assert len(heard) == 1, heard
