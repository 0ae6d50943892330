"""A microphone and a loudspeaker that are not there: a PulseAudio server of our own for tests.

    with VirtualSound(tmp_path) as sound:
        subprocess.Popen([...], env={**os.environ, **sound.environment})
        with sound.record_speaker() as recording:
            sound.speak(Path("stop.wav"))
            samples = recording.wait_until(lambda heard: heard.any(), seconds=10)

The room is not dead silent: a hum of a few units keeps the microphone from giving nothing but
zeros, as a real one would not either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec")
RECORDING_RATE = 16_000
START_SECONDS = 20.0
POLL_SECONDS = 0.05
SPEAK_SECONDS = 120.0


def skip_reason() -> str | None:
    """Say what is missing for virtual sound; None where all is there."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"no virtual sound: {', '.join(missing)} not installed"
    return None


class SpeakerRecording:
    """What the loudspeaker gives while it is recorded: 16 kHz mono samples that grow."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._grown = threading.Condition()
        self._data = bytearray()
        self._ended = False
        self._reader = threading.Thread(target=self._read, name="record-speaker", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 65_536):
            with self._grown:
                self._data += data
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    @property
    def samples(self) -> NDArray[np.int16]:
        """Everything recorded so far."""
        with self._grown:
            return self._whole()

    def _whole(self) -> NDArray[np.int16]:
        return np.frombuffer(bytes(self._data[: len(self._data) // 2 * 2]), dtype="<i2").copy()

    def wait_until(
        self, condition: Callable[[NDArray[np.int16]], bool], *, seconds: float
    ) -> NDArray[np.int16]:
        """Return the samples as soon as they fulfil the condition.

        Raises TimeoutError after so many seconds, or when the recorder ends.
        """
        deadline = time.monotonic() + seconds
        with self._grown:
            while not condition(samples := self._whole()):
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    raise TimeoutError(f"not heard in {len(samples) / RECORDING_RATE:.1f} s")
                self._grown.wait(left)
            return samples

    def end(self) -> None:
        """Stop recording."""
        self._process.terminate()
        self._process.wait(10)
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


class VirtualSound:
    """A private sound server with one microphone and one speaker; ends with the `with` block."""

    def __init__(self, folder: Path) -> None:
        """Keep the server's home and its log in `folder`."""
        self.folder = folder
        self._runtime = tempfile.TemporaryDirectory(prefix="sound-")  # socket paths must be short
        self._server: subprocess.Popen[bytes] | None = None
        self._socket = Path(self._runtime.name) / "native"
        self._home = folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead a program (ALSA, PortAudio, PulseAudio) to these devices."""
        return {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": self._runtime.name,
            "PULSE_RUNTIME_PATH": self._runtime.name,
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_COOKIE": str(self._home / "cookie"),
        }

    def __enter__(self) -> VirtualSound:
        reason = skip_reason()
        if reason is not None:
            raise RuntimeError(reason)
        self._home.mkdir(parents=True, exist_ok=True)
        (self._home / ".asoundrc").write_text(
            "pcm.!default { type pulse }\nctl.!default { type pulse }\n", encoding="utf-8"
        )
        self.start_server()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_server()
        self._runtime.cleanup()

    # ---------------------------------------------------------------- the server

    def start_server(self) -> None:
        """Start the server with both devices; raises TimeoutError where it does not answer."""
        log = self.folder / "pulseaudio.log"
        with log.open("ab") as output:
            self._server = subprocess.Popen(
                [
                    *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1"),
                    *("--disallow-exit", "--use-pid-file=no"),
                    *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}"),
                    *("-L", "module-null-sink sink_name=speaker rate=48000 channels=1"),
                    *("-L", "module-null-sink sink_name=mic_in rate=48000 channels=1"),
                ],
                env=self._variables(),
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_SECONDS
        while self._run("pactl", "info", check=False).returncode != 0:
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.stop_server()
                raise TimeoutError(f"the sound server does not start, see {log}")
            threading.Event().wait(POLL_SECONDS)
        self._control("set-default-sink", "speaker")
        self._start_hum()
        self.plug_microphone()

    def stop_server(self) -> None:
        """End the server: every device is gone."""
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(10)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None

    def plug_microphone(self) -> None:
        """Make the microphone `mic` and the default one; it hears what goes to `mic_in`."""
        self._control(
            "load-module", "module-remap-source", "source_name=mic", "master=mic_in.monitor"
        )
        self._control("set-default-source", "mic")

    def unplug_microphone(self) -> None:
        """Take the microphone away; programs on it are moved to the speaker's monitor."""
        self._control("set-default-source", "speaker.monitor")
        self._control("unload-module", "module-remap-source")

    def unplug_speaker(self) -> None:
        """Take the loudspeaker away; what plays on it is moved to a sink that nobody hears."""
        self._control("load-module", "module-null-sink", "sink_name=auto_null")
        listed = self._run("pactl", "list", "short", "modules").stdout.splitlines()
        number = next(line.split()[0] for line in listed if "sink_name=speaker" in line)
        self._control("set-default-sink", "auto_null")
        self._control("unload-module", number)

    def plug_speaker(self) -> None:
        """Make the loudspeaker `speaker` again, the default one, in place of what stood in."""
        rate = ("rate=48000", "channels=1")
        self._control("load-module", "module-null-sink", "sink_name=speaker", *rate)
        self._control("set-default-sink", "speaker")
        listed = self._run("pactl", "list", "short", "modules").stdout.splitlines()
        number = next(line.split()[0] for line in listed if "sink_name=auto_null" in line)
        self._control("unload-module", number)

    def _start_hum(self) -> None:
        """Mains hum of a few units of 32,768 in the room: about -80 dBFS."""
        self._control("load-module", "module-sine", "sink=mic_in", "frequency=50")
        listed = self._run("pactl", "list", "short", "sink-inputs").stdout.splitlines()
        number = next(line.split()[0] for line in listed if "module-sine" in line)
        self._control("set-sink-input-volume", number, "-74dB")

    @contextmanager
    def open_air(self) -> Iterator[None]:
        """Let the microphone hear the loudspeaker, as it does in a room without headphones."""
        self._control(
            "load-module",
            "module-loopback",
            *("source=speaker.monitor", "sink=mic_in", "latency_msec=20"),
        )
        try:
            yield
        finally:
            self._control("unload-module", "module-loopback")

    # ---------------------------------------------------------------- speaking and hearing

    def speak(self, wav: Path) -> None:
        """Speak a recording into the microphone; returns when it has been said."""
        self._run("paplay", "--device=mic_in", str(wav), seconds=SPEAK_SECONDS)

    def start_speaking(self, wav: Path) -> subprocess.Popen[bytes]:
        """Begin to speak a recording into the microphone; `wait()` for its end."""
        return subprocess.Popen(["paplay", "--device=mic_in", str(wav)], env=self._variables())

    @contextmanager
    def record_speaker(self) -> Iterator[SpeakerRecording]:
        """Record what the loudspeaker gives, 16 kHz mono; recording has begun on entry."""
        process = subprocess.Popen(
            [
                *("parec", "--device=speaker.monitor", f"--rate={RECORDING_RATE}"),
                *("--channels=1", "--format=s16le", "--raw", "--latency-msec=20"),
            ],
            env=self._variables(),
            stdout=subprocess.PIPE,
        )
        recording = SpeakerRecording(process)
        try:
            recording.wait_until(lambda samples: len(samples) > 0, seconds=START_SECONDS)
            yield recording
        finally:
            recording.end()

    # ---------------------------------------------------------------- the server's own tools

    def _variables(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def _control(self, *arguments: str) -> None:
        self._run("pactl", *arguments)

    def _run(
        self, *command: str, check: bool = True, seconds: float = START_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self._variables(),
            check=check,
            timeout=seconds,
            capture_output=True,
            text=True,
        )
