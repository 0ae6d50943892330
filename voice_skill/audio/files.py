"""Recordings: any usual kind of sound file to 16 kHz mono, and WAV files written whole.

Decoded by libsndfile (WAV, FLAC, OGG, MP3 and more), resampled by soxr.
"""

from __future__ import annotations

import io
import os
import stat
import wave
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voice_skill.audio.quiet import quiet
from voice_skill.domain.errors import AudioError

SAMPLE_RATE = 16_000
LOWEST_RATE, HIGHEST_RATE = 4_000, 768_000  # beyond these a header is damaged, or no voice is in it
SHORTEST_SECONDS = 0.05  # less cannot hold a word
STREAM_LIMIT_BYTES = 256 * 2**20
HEADER_BYTES = 4096  # the beginning of a file, in which a WAV tells its length
BLOCK_FRAMES = 4096  # small: what a damaged file gives before its damage is kept
KINDS = "WAV, FLAC, OGG or MP3"
# How sound files begin: one of these that cannot be read is damaged, not something else.
SIGNATURES = (
    b"RIFF",
    b"RIFX",
    b"RF64",
    b"fLaC",
    b"OggS",
    b"ID3",
    b"FORM",
    b"\xff\xfb",
    b"\xff\xf3",
)


def read_recording(
    path: Path | BinaryIO, *, limit_seconds: float | None = None
) -> NDArray[np.int16]:
    """Read a sound file, or a stream such as standard input, as 16 kHz mono samples.

    Channels are averaged. A file that breaks off is read as far as it goes. A stream is read to its
    end first, because decoders seek. Raises AudioError, with a hint, for what cannot be heard and
    for more than `limit_seconds` (judged by the header, before anything is decoded).
    """
    if not isinstance(path, Path):
        return _read_stream(path, "standard input", limit_seconds)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise AudioError(
                f"{path} is a folder, not a recording",
                hint=f"Name the files in it, for example {path}/*.wav",
            )
        with path.open("rb") as file:
            if not stat.S_ISREG(kind):  # a pipe, such as <(...) of a shell
                return _read_stream(file, str(path), limit_seconds)
            if os.fstat(file.fileno()).st_size == 0:
                raise _empty(str(path))
            # pread leaves the descriptor at the beginning.
            start = os.pread(file.fileno(), HEADER_BYTES, 0)
            if _unfinished(start):
                return _read_stream(file, str(path), limit_seconds)
            # A descriptor: libsndfile would guess from a name (".raw") or from Python's reads.
            return _decode(file.fileno(), str(path), start, limit_seconds)
    except FileNotFoundError:
        raise AudioError(
            f"there is no file {path}", hint="Check the name, and the folder you are in."
        ) from None
    except PermissionError:
        raise AudioError(
            f"{path} may not be read by you", hint=f"Give yourself the right: chmod u+r {path}"
        ) from None
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="Check the disk or the device it is on, or copy it elsewhere.",
        ) from error


def _read_stream(stream: BinaryIO, name: str, limit_seconds: float | None) -> NDArray[np.int16]:
    data = stream.read(STREAM_LIMIT_BYTES + 1)
    if not data:
        raise _empty(name)
    if len(data) > STREAM_LIMIT_BYTES:
        raise AudioError(
            f"{name} gives more than {STREAM_LIMIT_BYTES // 2**20} MiB",
            hint="Save it as a file, or send less of it.",
        )
    return _decode(io.BytesIO(_finished(data)), name, data[:HEADER_BYTES], limit_seconds)


def _unfinished(start: bytes) -> bool:
    """Whether a WAV says that it holds nothing, as one does whose recorder was interrupted."""
    length = start.find(b"data") + 4
    return start.startswith(b"RIFF") and length > 4 and start[length : length + 4] == bytes(4)


def _finished(data: bytes) -> bytes:
    """Let such a WAV go on to the end of what is there."""
    if not _unfinished(data[:HEADER_BYTES]):
        return data
    begin = data.find(b"data") + 8
    return data[: begin - 4] + (len(data) - begin).to_bytes(4, "little") + data[begin:]


def _decode(
    source: int | BinaryIO, name: str, start: bytes, limit_seconds: float | None
) -> NDArray[np.int16]:
    """Decode an open file; `start` is how it begins, to tell damage from another kind."""
    try:
        with quiet(), soundfile.SoundFile(source, closefd=False) as sound:
            _check_header(sound, name, limit_seconds)
            samples = _read_samples(sound)
    except soundfile.LibsndfileError as error:
        raise _unreadable(name, start, error) from error
    if len(samples) == 0:
        raise AudioError(f"{name} holds no sound", hint="Record it again.")
    if len(samples) < SHORTEST_SECONDS * SAMPLE_RATE:
        raise AudioError(
            f"{name} ends after {1000 * len(samples) / SAMPLE_RATE:.0f} ms: it is cut off",
            hint="Copy or record it again.",
        )
    return samples


def _check_header(sound: soundfile.SoundFile, name: str, limit_seconds: float | None) -> None:
    rate = sound.samplerate
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise AudioError(
            f"{name} claims {rate} samples a second: speech needs {LOWEST_RATE} or more, "
            f"and no recorder gives over {HIGHEST_RATE}",
            hint="The file is damaged, or not speech: record it at 16,000 or 44,100.",
        )
    seconds = sound.frames / rate
    if limit_seconds is not None and seconds > limit_seconds:
        raise AudioError(
            f"{name} is {seconds:.0f} seconds long; one utterance may last {limit_seconds:.0f}",
            hint=f"For a whole conversation use: voice-skill converse {name}",
        )


def _read_samples(sound: soundfile.SoundFile) -> NDArray[np.int16]:
    """Read to the end, or to the damage; average the channels and resample."""
    converter: soxr.ResampleStream | None = None
    if sound.samplerate != SAMPLE_RATE:
        converter = soxr.ResampleStream(sound.samplerate, SAMPLE_RATE, 1, dtype="float32")
    parts: list[NDArray[np.float32]] = []
    while True:
        try:
            block = sound.read(BLOCK_FRAMES, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            if not parts:
                raise
            break
        if len(block) == 0:
            break
        mono = np.nan_to_num(
            block.mean(axis=1), posinf=0.0, neginf=0.0
        )  # a float file may hold NaN
        parts.append(mono if converter is None else converter.resample_chunk(mono))
    if converter is not None and parts:
        parts.append(converter.resample_chunk(np.zeros(0, np.float32), last=True))
    whole = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    # libsndfile divides 16 bit samples by 32768, so that this gives them back exactly.
    samples: NDArray[np.int16] = np.clip(np.rint(whole * 32768.0), -32768, 32767).astype(np.int16)
    return samples


def _unreadable(name: str, start: bytes, error: soundfile.LibsndfileError) -> AudioError:
    if start.startswith(SIGNATURES):
        return AudioError(
            f"{name} is damaged or cut off: {error.error_string.rstrip('.')}",
            hint="Copy or record it again.",
        )
    return AudioError(
        f"{name} is not a recording this program knows", hint=f"Use a file of kind {KINDS}."
    )


def _empty(name: str) -> AudioError:
    return AudioError(f"{name} is empty", hint="Copy or record it again.")


def write_wav(path: Path, samples: NDArray[np.int16], sample_rate: int) -> None:
    """Write mono 16 bit samples as a WAV file: complete, or not at all.

    The file is written beside its place and then renamed. Raises AudioError for a folder that does
    not exist or may not be written to, and for a full disk.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with temporary.open("wb") as file:
                _write(file, samples, sample_rate)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AudioError(
            f"{path} cannot be written: {reason}",
            hint=f"Check that the folder {path.parent} exists, is yours to write to and has space.",
        ) from error


def _write(file: BinaryIO, samples: NDArray[np.int16], sample_rate: int) -> None:
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(sample_rate)
        sound.writeframes(np.ascontiguousarray(samples, dtype="<i2").tobytes())
