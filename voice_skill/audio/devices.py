"""Microphones and loudspeakers: which there are, which one is meant, and whether it works."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from voice_skill.audio import portaudio
from voice_skill.audio.portaudio import Kind
from voice_skill.audio.quiet import quiet
from voice_skill.domain.errors import DeviceError

VOICE_RATE = 16_000
MICROPHONE_DEADLINE_SECONDS = 4.0  # the first 1 to 1.7 s after opening give nothing


@dataclass(frozen=True, slots=True)
class Device:
    """One sound device as PortAudio names it; `sample_rate` is the one it prefers."""

    number: int
    name: str
    input_channels: int
    output_channels: int
    sample_rate: int
    default_input: bool = False
    default_output: bool = False

    def channels(self, kind: Kind) -> int:
        """How many channels it has as a microphone or as a speaker; 0 where it is none."""
        return self.input_channels if kind == "microphone" else self.output_channels

    def is_default(self, kind: Kind) -> bool:
        """Whether the system would use it."""
        return self.default_input if kind == "microphone" else self.default_output


class Stream(Protocol):
    """The part of a sounddevice stream used here; `latency` in seconds."""

    active: bool
    latency: float

    def start(self) -> None:
        """Begin calling back."""
        ...

    def stop(self) -> None:
        """End when what was handed over is played."""
        ...

    def abort(self) -> None:
        """End now."""
        ...

    def close(self, ignore_errors: bool = True) -> None:
        """Give the device back."""
        ...


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """What a device takes: int16 at this rate and number of channels."""

    sample_rate: int
    channels: int


def list_devices() -> tuple[Device, ...]:
    """Return all devices with an input or an output; an empty tuple where there are none.

    As PortAudio saw them when it started (`portaudio.restart` looks again). Raises DeviceError
    where PortAudio is missing or did not start.
    """
    sounddevice = portaudio.load()
    try:
        with quiet():
            found: Sequence[dict[str, Any]] = list(sounddevice.query_devices())
            default_input, default_output = sounddevice.default.device
    except sounddevice.PortAudioError as error:
        raise DeviceError(
            f"the sound devices cannot be listed: {error}",
            hint="Check that the sound server runs, then try again.",
        ) from error
    return tuple(
        Device(
            number=number,
            name=str(entry["name"]),
            input_channels=int(entry["max_input_channels"]),
            output_channels=int(entry["max_output_channels"]),
            sample_rate=round(float(entry["default_samplerate"])),
            default_input=number == default_input,
            default_output=number == default_output,
        )
        for number, entry in enumerate(found)
        if entry["max_input_channels"] or entry["max_output_channels"]
    )


def choose(devices: Sequence[Device], wanted: str | None, kind: Kind) -> Device:
    """Pick a device by its number, its name or a part of its name (letter case does not matter).

    Without `wanted` it is the system's default, else the first. A whole name goes before a part.
    Raises DeviceError for none, an unknown one and more than one.
    """
    fitting = [device for device in devices if device.channels(kind)]
    if not fitting:
        raise DeviceError(
            f"there is no {kind}",
            hint="Plug one in and check that the sound server runs; see: voice-skill devices",
        )
    if wanted is None:
        return next((device for device in fitting if device.is_default(kind)), fitting[0])
    sought = wanted.strip().casefold()
    if sought.isdigit():
        matches = [device for device in fitting if device.number == int(sought)]
    else:
        named = [(device.name.casefold(), device) for device in fitting]
        matches = [device for name, device in named if name == sought]
        matches = matches or [device for name, device in named if sought and sought in name]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise DeviceError(
            f"there is no {kind} {wanted!r}", hint=f"Choose one of: {_listed(fitting)}"
        )
    raise DeviceError(
        f"{len(matches)} devices are called something like {wanted!r}",
        hint=f"Choose one by its number: {_listed(matches)}",
    )


def again(devices: Sequence[Device], before: Device, kind: Kind) -> Device | None:
    """Return the device that was used before, which may come back under another number.

    The one of the same number and name goes before one of the same name, and that before one of
    the same name but for its place: ALSA puts "(hw:1,0)" behind a name, after the order in which
    devices were plugged in. None where there is none, or more than one.
    """
    fitting = [device for device in devices if device.channels(kind)]
    for like in (
        lambda device: (device.number, device.name) == (before.number, before.name),
        lambda device: device.name == before.name,
        lambda device: _without_place(device.name) == _without_place(before.name),
    ):
        matches = [device for device in fitting if like(device)]
        if matches:
            return matches[0] if len(matches) == 1 else None
    return None


def _without_place(name: str) -> str:
    return re.sub(r" \(hw:\d+,\d+\)", "", name)


def _listed(devices: Sequence[Device]) -> str:
    return ", ".join(f"{device.number} {device.name!r}" for device in devices)


def choose_input(wanted: str | None = None) -> Device:
    """Return the microphone meant by `wanted` (see `choose`). Raises DeviceError."""
    return choose(list_devices(), wanted, "microphone")


def choose_output(wanted: str | None = None) -> Device:
    """Return the speaker meant by `wanted` (see `choose`). Raises DeviceError."""
    return choose(list_devices(), wanted, "speaker")


def stream_format(device: Device, kind: Kind, sample_rate: int) -> StreamFormat:
    """Ask a device for the format nearest to mono at `sample_rate` (see `nearest_format`).

    Raises DeviceError where it takes none, or is busy.
    """
    sounddevice = portaudio.load()
    check = (
        sounddevice.check_input_settings
        if kind == "microphone"
        else sounddevice.check_output_settings
    )
    return nearest_format(
        device, kind, sample_rate, lambda choice: _takes(check, device, kind, choice)
    )


def nearest_format(
    device: Device, kind: Kind, sample_rate: int, takes: Callable[[StreamFormat], bool]
) -> StreamFormat:
    """Return the first format that the device takes.

    Mono at our rate, mono at its own, then two channels, then all that it has; the rest is the
    resampler's and the mixer's. Raises DeviceError where it takes none of them.
    """
    most = device.channels(kind)
    for channels in dict.fromkeys((1, min(2, most), most)):
        for rate in dict.fromkeys((sample_rate, device.sample_rate)):
            choice = StreamFormat(rate, channels)
            if takes(choice):
                return choice
    raise DeviceError(
        f"the {kind} {device.name!r} takes no usual sample rate or number of channels",
        hint="Choose another device: voice-skill devices",
    )


def _takes(check: Callable[..., None], device: Device, kind: Kind, choice: StreamFormat) -> bool:
    sounddevice = portaudio.load()
    try:
        with quiet():
            check(device.number, choice.channels, "int16", None, choice.sample_rate)
    except sounddevice.PortAudioError as error:
        if portaudio.error_code(error) in portaudio.NOT_THIS_FORMAT:
            return False
        raise portaudio.device_error(error, kind, device.name) from error
    return True


def start_stream(
    device: Device,
    kind: Kind,
    taken: StreamFormat,
    block_seconds: float,
    latency: float | Literal["low"],
    callback: Callable[..., None],
    finished: Callable[[], None],
) -> Stream:
    """Open and start a stream of int16 blocks; `finished` is called when it ends, for any reason.

    `latency` is how many seconds of sound the card keeps.
    Raises DeviceError.
    """
    sounddevice = portaudio.load()
    open_stream = sounddevice.InputStream if kind == "microphone" else sounddevice.OutputStream
    try:
        with quiet():
            stream: Stream = open_stream(
                device=device.number,
                samplerate=taken.sample_rate,
                channels=taken.channels,
                dtype="int16",
                blocksize=round(block_seconds * taken.sample_rate),
                latency=latency,
                callback=callback,
                finished_callback=finished,
            )
            stream.start()
    except sounddevice.PortAudioError as error:
        raise portaudio.device_error(error, kind, device.name) from error
    return stream


def is_active(stream: Stream) -> bool:
    """Whether a stream still runs; one that cannot tell does not."""
    sounddevice = portaudio.load()
    try:
        return bool(stream.active)
    except sounddevice.PortAudioError:
        return False


def usable_microphone(
    wanted: str | None = None, *, deadline_seconds: float = MICROPHONE_DEADLINE_SECONDS
) -> bool:
    """Open the microphone for a moment and see whether sound arrives.

    A listed device is not enough: a machine without a sound card still lists "default".
    """
    heard = threading.Event()
    try:
        sounddevice = portaudio.load()
        device = choose_input(wanted)
        taken = stream_format(device, "microphone", VOICE_RATE)
    except DeviceError:
        return False
    try:
        with (
            quiet(),
            sounddevice.RawInputStream(
                samplerate=taken.sample_rate,
                channels=taken.channels,
                dtype="int16",
                device=device.number,
                callback=lambda *_: heard.set(),
            ),
        ):
            return heard.wait(deadline_seconds)
    except sounddevice.PortAudioError:
        return False
