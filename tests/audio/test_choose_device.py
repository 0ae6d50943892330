"""A device is chosen by number or name, and a problem names the way out."""

from __future__ import annotations

from types import ModuleType

import pytest

from voice_skill.audio import portaudio
from voice_skill.audio.devices import Device, StreamFormat, again, choose, nearest_format
from voice_skill.domain.errors import DeviceError

DEVICES = (
    Device(0, "HDA Intel: ALC257 (hw:0,0)", 2, 2, 44_100),
    Device(1, "USB PnP Sound Device: Audio (hw:1,0)", 1, 0, 48_000),
    Device(3, "USB Speaker: Audio (hw:2,0)", 0, 2, 48_000),
    Device(5, "default", 32, 32, 44_100, default_input=True, default_output=True),
    Device(6, "default monitor", 2, 0, 44_100),
)


def test_the_default_without_a_wish() -> None:
    assert choose(DEVICES, None, "microphone").number == 5


def test_the_first_where_there_is_no_default() -> None:
    assert choose(DEVICES[:3], None, "speaker").number == 0


def test_by_number() -> None:
    assert choose(DEVICES, "1", "microphone").number == 1


def test_by_a_part_of_the_name_in_any_case() -> None:
    assert choose(DEVICES, "usb pnp", "microphone").number == 1


def test_a_part_that_only_one_microphone_has() -> None:
    assert choose(DEVICES, "USB", "microphone").number == 1
    assert choose(DEVICES, "USB", "speaker").number == 3


def test_a_whole_name_goes_before_a_part() -> None:
    assert choose(DEVICES, "Default", "microphone").number == 5


def test_an_ambiguous_name_lists_what_it_may_mean() -> None:
    with pytest.raises(DeviceError, match="2 devices") as caught:
        choose(DEVICES, "hw:", "microphone")
    assert "0 'HDA Intel" in caught.value.hint
    assert "1 'USB PnP" in caught.value.hint


def test_a_device_that_comes_back_is_known_by_its_name_whatever_its_place() -> None:
    before = DEVICES[1]
    moved = Device(2, "USB PnP Sound Device: Audio (hw:3,0)", 1, 0, 48_000)
    other = Device(1, "Webcam: Audio (hw:1,0)", 1, 0, 48_000)
    assert again((DEVICES[0], other, moved), before, "microphone") is moved
    assert again((DEVICES[0], other), before, "microphone") is None
    assert again((moved, before), before, "microphone") is before


def test_two_of_the_same_name_are_not_guessed_between() -> None:
    twins = tuple(Device(n, f"USB Microphone: - (hw:{n},0)", 1, 0, 48_000) for n in (2, 3))
    gone = Device(1, "USB Microphone: - (hw:1,0)", 1, 0, 48_000)
    assert again(twins, gone, "microphone") is None


@pytest.mark.parametrize("wanted", ["3", "99", "bluetooth", "", "-1"])
def test_an_unknown_one_lists_what_there_is(wanted: str) -> None:
    with pytest.raises(DeviceError, match="there is no microphone") as caught:
        choose(DEVICES, wanted, "microphone")
    assert "5 'default'" in caught.value.hint
    assert caught.value.exit_code == 4


def test_no_device_at_all() -> None:
    with pytest.raises(DeviceError, match="there is no speaker") as caught:
        choose(DEVICES[1:2], None, "speaker")
    assert "Plug one in" in caught.value.hint


@pytest.mark.parametrize(
    ("refused", "taken"),
    [
        ([], StreamFormat(16_000, 1)),
        ([(16_000, 1)], StreamFormat(44_100, 1)),
        ([(16_000, 1), (44_100, 1)], StreamFormat(16_000, 2)),
        ([(16_000, 1), (44_100, 1), (16_000, 2)], StreamFormat(44_100, 2)),
    ],
)
def test_a_device_that_refuses_our_format_is_asked_for_the_next(
    refused: list[tuple[int, int]], taken: StreamFormat
) -> None:
    def takes(choice: StreamFormat) -> bool:
        return (choice.sample_rate, choice.channels) not in refused

    assert nearest_format(DEVICES[0], "microphone", 16_000, takes) == taken


def test_a_device_that_takes_nothing() -> None:
    with pytest.raises(DeviceError, match="no usual sample rate"):
        nearest_format(DEVICES[0], "speaker", 16_000, lambda _: False)


class PortAudioError(Exception):
    """Shaped like sounddevice's: a text and a code."""


def test_a_busy_device_is_told_as_such() -> None:
    busy = PortAudioError("Error opening InputStream: Device unavailable", -9985)
    error = portaudio.device_error(busy, "microphone", "USB")
    assert "is busy" in str(error)
    assert "Close the other program" in error.hint


def test_another_failure_keeps_portaudios_words() -> None:
    failure = PortAudioError("Error opening OutputStream: Unanticipated host error", -9999, (0, 1))
    error = portaudio.device_error(failure, "speaker", "default")
    assert "Unanticipated host error" in str(error)
    assert "plugged in" in error.hint
    assert portaudio.error_code(PortAudioError("Error querying device -1")) == 0


def test_a_system_without_portaudio_names_the_package() -> None:
    def import_module(name: str) -> ModuleType:
        raise OSError("PortAudio library not found")

    with pytest.raises(DeviceError, match="PortAudio") as caught:
        portaudio.load(import_module)
    assert "libportaudio2" in caught.value.hint
    assert caught.value.exit_code == 4
