"""Real PortAudio streams on virtual devices: a voice comes in, ours goes out, losses are mended."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from virtual_sound import VirtualSound

from voice_skill.audio import devices, portaudio
from voice_skill.audio.files import write_wav
from voice_skill.audio.player import Player
from voice_skill.audio.round_trip import locate, measure_round_trip
from voice_skill.audio.streams import LiveStreams
from voice_skill.audio.watch import Limits
from voice_skill.domain.errors import DeviceError

if TYPE_CHECKING:
    from conftest import Ear

pytestmark = pytest.mark.devices

Samples = NDArray[np.int16]
Voice = Callable[[int], Samples]
RATE = 48_000
LIMITS = Limits(zero_seconds=1.0)
A_MILLISECOND = 16
AUDIBLE = 100  # above the hum of the virtual room


@pytest.fixture
def spoken(tmp_path: Path, voice: Voice) -> Path:
    """A recorded sentence."""
    path = tmp_path / "sentence.wav"
    write_wav(path, voice(22_050), 22_050)
    return path


@pytest.fixture
def player(ear: Ear) -> Player:
    return Player(RATE, on_finished=lambda tag: ear.note(f"finished {tag}"))


@pytest.fixture
def streams(virtual_sound: VirtualSound, player: Player, ear: Ear) -> Iterator[LiveStreams]:
    with LiveStreams(
        player,
        ear.hear,
        on_failure=lambda what: ear.note(f"lost {what}"),
        on_recovered=lambda what: ear.note(f"found {what}"),
        limits=LIMITS,
    ) as streams:
        ear.wait_for_sound()
        yield streams


def halves(sound: Samples, heard: Samples) -> tuple[float, int]:
    """Find both halves of a sound; return the lesser likeness, and by how much the gap is off."""
    middle = len(sound) // 2
    first, second = locate(sound[:middle], heard), locate(sound[middle:], heard)
    return min(first.likeness, second.likeness), second.start - first.start - middle


def test_the_devices_are_listed(virtual_sound: VirtualSound) -> None:
    found = devices.list_devices()
    assert "default" in [device.name for device in found]
    assert devices.choose_input().default_input
    assert devices.choose_output("DEFAULT").default_output
    assert devices.usable_microphone()


def test_a_restart_that_failed_half_way_can_be_tried_again(virtual_sound: VirtualSound) -> None:
    portaudio.load()._terminate()
    with pytest.raises(DeviceError, match="cannot be listed"):
        devices.list_devices()
    portaudio.restart()
    assert devices.choose_input().name == "default"


def test_a_sentence_arrives_complete(
    streams: LiveStreams, virtual_sound: VirtualSound, ear: Ear, spoken: Path, voice: Voice
) -> None:
    virtual_sound.speak(spoken)
    ear.wait_until(lambda ear: halves(voice(16_000), ear.samples)[0] > 0.9)
    assert abs(halves(voice(16_000), ear.samples)[1]) <= A_MILLISECOND
    assert streams.dropped_blocks == 0
    assert ear.events == []


def test_the_players_sound_comes_out_of_the_speaker(
    streams: LiveStreams, player: Player, virtual_sound: VirtualSound, ear: Ear, voice: Voice
) -> None:
    with virtual_sound.record_speaker() as recording:
        player.enqueue(voice(RATE), "reply")
        ear.wait_for_event("finished reply")
        heard = recording.wait_until(
            lambda heard: halves(voice(16_000), heard)[0] > 0.9, seconds=20
        )
    assert abs(halves(voice(16_000), heard)[1]) <= A_MILLISECOND
    assert not player.busy


def test_pause_and_stop_silence_the_speaker(
    streams: LiveStreams, player: Player, virtual_sound: VirtualSound
) -> None:
    def ends_with(heard: Samples, loud: bool) -> bool:
        last = np.abs(heard[-3200:])
        return len(last) == 3200 and bool(last.min() > 1000 if loud else last.max() == 0)

    with virtual_sound.record_speaker() as recording:
        player.enqueue(np.full(60 * RATE, 8000, np.int16), "a minute")
        recording.wait_until(lambda heard: ends_with(heard, loud=True), seconds=20)
        player.pause()
        recording.wait_until(lambda heard: ends_with(heard, loud=False), seconds=20)
        player.resume()
        recording.wait_until(lambda heard: ends_with(heard, loud=True), seconds=20)
        assert player.stop() == ("a minute",)
        recording.wait_until(lambda heard: ends_with(heard, loud=False), seconds=20)


def test_the_round_trip_is_measured_through_open_air(virtual_sound: VirtualSound) -> None:
    with virtual_sound.open_air():
        seconds = measure_round_trip()
    assert seconds is not None
    assert seconds > 0


def test_no_round_trip_with_headphones_on(virtual_sound: VirtualSound) -> None:
    assert measure_round_trip() is None


def test_a_vanished_microphone_is_noticed_and_found_again(
    streams: LiveStreams, virtual_sound: VirtualSound, ear: Ear, spoken: Path, voice: Voice
) -> None:
    """PulseAudio moves the stream to the speaker's monitor, which gives nothing but zeros."""
    virtual_sound.unplug_microphone()
    ear.wait_for_event("lost microphone")
    virtual_sound.plug_microphone()
    ear.wait_for_event("found microphone")
    ear.forget()
    virtual_sound.speak(spoken)
    ear.wait_until(lambda ear: halves(voice(16_000), ear.samples)[0] > 0.9)
    assert streams.error is None


def test_both_devices_are_lost_with_the_server_and_found_again(
    streams: LiveStreams,
    player: Player,
    virtual_sound: VirtualSound,
    ear: Ear,
    voice: Voice,
) -> None:
    virtual_sound.stop_server()
    ear.wait_for_event("lost microphone")
    ear.wait_for_event("lost speaker")
    assert not devices.usable_microphone(deadline_seconds=0.5)
    virtual_sound.start_server()
    ear.wait_for_event("found microphone")
    ear.wait_for_event("found speaker")
    assert ear.events.count("lost microphone") == 1
    with virtual_sound.record_speaker() as recording:
        player.enqueue(voice(RATE))
        recording.wait_until(lambda heard: halves(voice(16_000), heard)[0] > 0.9, seconds=20)


def test_losses_in_a_row_leave_nothing_behind(
    streams: LiveStreams, virtual_sound: VirtualSound, ear: Ear
) -> None:
    def held() -> tuple[int, int]:
        tasks = Path("/proc/self/task")
        return len(list(tasks.iterdir())), len(list(Path("/proc/self/fd").iterdir()))

    def lose_and_find(times: int) -> None:
        for _ in range(times):
            virtual_sound.unplug_microphone()
            ear.wait_for_event("lost microphone")
            virtual_sound.plug_microphone()
            ear.wait_for_event("found microphone")
            ear.events.clear()
        virtual_sound.stop_server()
        ear.wait_for_event("lost speaker")
        virtual_sound.start_server()
        ear.wait_for_event("found microphone")
        ear.wait_for_event("found speaker")
        ear.events.clear()

    lose_and_find(1)
    before = held()
    lose_and_find(4)
    assert held() <= (before[0] + 1, before[1] + 2)  # one may be asking the server just now
    assert streams.error is None


def test_a_speaker_that_the_server_replaced_by_nothing_is_noticed(
    streams: LiveStreams, virtual_sound: VirtualSound, ear: Ear
) -> None:
    """PulseAudio moves our voice to a sink that nobody hears, and says nothing."""
    virtual_sound.unplug_speaker()
    ear.wait_for_event("lost speaker")
    virtual_sound.plug_speaker()
    ear.wait_for_event("found speaker")


def test_a_microphone_that_is_only_quiet_is_left_alone(streams: LiveStreams, ear: Ear) -> None:
    """Three times as long as it takes to doubt zeros: the hum of the room is enough."""
    ear.wait_until(lambda ear: len(ear.samples) > 3 * 16_000)
    assert np.abs(ear.samples[8000:]).max() < AUDIBLE
    assert streams.reopened == 0
    assert ear.events == []


def test_a_listener_that_fails_is_told_and_can_be_closed(
    virtual_sound: VirtualSound, player: Player, ear: Ear
) -> None:
    def listen(block: Samples) -> None:
        raise RuntimeError("the listener broke")

    with LiveStreams(player, listen, on_failure=ear.note) as streams:
        ear.wait_for_event("listener")
        assert str(streams.error) == "the listener broke"


def test_closing_leaves_no_thread_and_may_be_repeated(
    virtual_sound: VirtualSound, player: Player, ear: Ear
) -> None:
    before = set(threading.enumerate())
    streams = LiveStreams(player, ear.hear)
    streams.open()
    assert streams.output_latency > 0
    assert streams.input_latency > 0
    ear.wait_for_sound()
    streams.close()
    streams.close()
    assert set(threading.enumerate()) <= before


def test_an_unknown_device_is_refused_before_anything_sounds(
    virtual_sound: VirtualSound, player: Player, ear: Ear
) -> None:
    with pytest.raises(DeviceError, match="there is no microphone 'bluetooth'"):
        LiveStreams(player, ear.hear, input_device="bluetooth").open()


def test_a_machine_without_sound_says_so_without_noise(tmp_path: Path) -> None:
    """ALSA and JACK print a screenful where there is no sound card."""
    script = (
        "from voice_skill.audio import devices\n"
        "print(devices.usable_microphone(deadline_seconds=1))\n"
        "try:\n    devices.choose_input('99')\n"
        "except devices.DeviceError as error:\n    print(bool(error.hint))\n"
        "import ctypes\n"  # and at any later time ALSA keeps quiet too
        "alsa = ctypes.CDLL('libasound.so.2')\n"
        "print(alsa.snd_pcm_open(ctypes.byref(ctypes.c_void_p()), b'no such thing', 0, 0))\n"
    )
    nowhere = {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PULSE_SERVER": f"unix:{tmp_path}/none",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[1:] == ["True", "-2"]
    assert done.stderr == ""
