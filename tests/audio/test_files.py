"""Any usual recording is read; what cannot be is refused with a remedy."""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voice_skill.audio.files import read_recording, write_wav
from voice_skill.audio.round_trip import locate
from voice_skill.domain.errors import AudioError

Samples = NDArray[np.int16]
Voice = Callable[[int], Samples]
NOBODY = 65_534
EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)


def wav_bytes(samples: Samples, rate: int = 16_000) -> bytes:
    sound = io.BytesIO()
    soundfile.write(sound, samples, rate, format="WAV", subtype="PCM_16")
    return sound.getvalue()


def refusal(path: Path | io.BytesIO, limit_seconds: float | None = 60) -> AudioError:
    """Read what must not be read, and return the complaint."""
    with pytest.raises(AudioError) as caught:
        read_recording(path, limit_seconds=limit_seconds)
    assert caught.value.hint
    return caught.value


# -------------------------------------------------------------------- what is read


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "ULAW"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_wav_of_any_width_and_rate(tmp_path: Path, voice: Voice, subtype: str, rate: int) -> None:
    path = tmp_path / "voice.wav"
    soundfile.write(path, voice(rate) / 32768, rate, subtype=subtype)
    samples = read_recording(path, limit_seconds=60)
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(1.6 * 16_000, abs=2)
    assert locate(samples[400:-400], voice(16_000)).likeness > 0.94


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("voice.flac", {}),
        ("voice.ogg", {}),
        ("voice.opus.ogg", {"subtype": "OPUS"}),
        ("voice.mp3", {}),
        ("voice.aiff", {}),
    ],
)
def test_the_usual_compressed_kinds(
    tmp_path: Path, voice: Voice, name: str, options: dict[str, str]
) -> None:
    path = tmp_path / name
    soundfile.write(path, voice(48_000), 48_000, **options)
    heard = np.concatenate([read_recording(path, limit_seconds=60), np.zeros(2000, np.int16)])
    assert locate(voice(16_000)[:-2000], heard).likeness > 0.9


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_channels_are_averaged(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "many.wav"
    columns = np.full((16_000, channels), 300, np.int16)
    columns[:, 0] = 300 + 100 * channels
    soundfile.write(path, columns, 16_000)
    assert np.array_equal(read_recording(path, limit_seconds=60), np.full(16_000, 400))


def test_16_bit_samples_at_16_khz_are_read_exactly() -> None:
    samples = EVERY_SAMPLE
    assert np.array_equal(read_recording(io.BytesIO(wav_bytes(samples))), samples)


def test_the_name_does_not_matter(tmp_path: Path, voice: Voice) -> None:
    path = tmp_path / "voice.raw"
    path.write_bytes(wav_bytes(voice(16_000)))
    assert np.array_equal(read_recording(path), voice(16_000))


def test_a_stream_is_read_like_a_file(voice: Voice) -> None:
    assert np.array_equal(read_recording(io.BytesIO(wav_bytes(voice(16_000)))), voice(16_000))


@pytest.mark.parametrize("length", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_wav_that_does_not_know_its_length(tmp_path: Path, voice: Voice, length: int) -> None:
    """As `espeak-ng --stdout`, sox and ffmpeg write into a pipe, or a broken recorder."""
    data = bytearray(wav_bytes(voice(16_000)))
    data[4:8] = struct.pack("<I", length and length - 8)
    data[40:44] = struct.pack("<I", length)
    path = tmp_path / "endless.wav"
    path.write_bytes(data)
    assert np.array_equal(read_recording(io.BytesIO(bytes(data)), limit_seconds=60), voice(16_000))
    assert np.array_equal(read_recording(path, limit_seconds=60), voice(16_000))


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path, voice: Voice) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(wav_bytes(voice(16_000))))
    writer.start()
    samples = read_recording(pipe, limit_seconds=60)
    writer.join()
    assert np.array_equal(samples, voice(16_000))


def test_a_float_file_with_no_numbers_in_it_is_heard_around_them(tmp_path: Path) -> None:
    wave = np.full(16_000, 0.25, np.float32)
    wave[100:200] = np.nan
    wave[300] = np.inf
    path = tmp_path / "nan.wav"
    soundfile.write(path, wave, 16_000, subtype="FLOAT")
    samples = read_recording(path)
    assert not samples[100:200].any()
    assert samples[0] == samples[-1] == 8192


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_file_that_breaks_off_is_heard_as_far_as_it_goes(voice: Voice, kind: str) -> None:
    whole = io.BytesIO()
    soundfile.write(whole, np.tile(voice(44_100), 4), 44_100, format=kind)
    half = whole.getvalue()[: len(whole.getvalue()) // 2]
    samples = read_recording(io.BytesIO(half), limit_seconds=60)
    assert 1.0 < len(samples) / 16_000 < 5.0
    assert np.abs(samples).max() > 5000


# -------------------------------------------------------------------- what is refused


def test_a_missing_file(tmp_path: Path) -> None:
    assert "there is no file" in str(refusal(tmp_path / "nowhere.wav"))


def test_a_folder(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert "folder" in str(error)
    assert "*.wav" in error.hint


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    assert "is empty" in str(refusal(path))
    assert "standard input is empty" in str(refusal(io.BytesIO()))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the right of root to read everything, for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_file_that_may_not_be_read(tmp_path: Path, voice: Voice) -> None:
    path = tmp_path / "secret.wav"
    path.write_bytes(wav_bytes(voice(16_000)))
    path.chmod(0)
    with as_nobody():
        error = refusal(path)
    assert "may not be read" in str(error)
    assert "chmod" in error.hint


@pytest.mark.parametrize(
    "data",
    [b"This is a letter.\n" * 50, b"\x89PNG\r\n\x1a\n" + bytes(500), b"a", b"intents: {}\n"],
    ids=["text", "a picture", "one byte", "yaml"],
)
def test_what_is_no_recording(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.wav"
    path.write_bytes(data)
    error = refusal(path)
    assert "is not a recording" in str(error)
    assert "FLAC" in error.hint


@pytest.mark.parametrize("length", [5, 20, 30, 44, 60])
def test_a_wav_cut_off_near_its_beginning(voice: Voice, length: int) -> None:
    error = refusal(io.BytesIO(wav_bytes(voice(16_000))[:length]))
    assert "cut off" in str(error) or "no sound" in str(error)


def test_a_damaged_header(voice: Voice) -> None:
    data = bytearray(wav_bytes(voice(16_000)))
    data[12:36] = bytes(range(200, 224))
    assert "damaged" in str(refusal(io.BytesIO(bytes(data))))


@pytest.mark.parametrize("kind", ["FLAC", "OGG", "MP3"])
def test_only_the_first_bytes_of_a_compressed_file(voice: Voice, kind: str) -> None:
    whole = io.BytesIO()
    soundfile.write(whole, voice(44_100), 44_100, format=kind)
    refusal(io.BytesIO(whole.getvalue()[:60]))


def test_no_frames(voice: Voice) -> None:
    assert "no sound" in str(refusal(io.BytesIO(wav_bytes(voice(16_000)[:0]))))


@pytest.mark.parametrize("rate", [1, 100, 2**31 - 1])
def test_an_absurd_sample_rate(voice: Voice, rate: int) -> None:
    data = bytearray(wav_bytes(voice(16_000)))
    data[24:28] = struct.pack("<I", rate)
    assert f"claims {rate} samples" in str(refusal(io.BytesIO(bytes(data))))


def test_too_long_for_one_utterance(tmp_path: Path) -> None:
    path = tmp_path / "night.wav"
    soundfile.write(path, np.zeros(61 * 8_000, np.int16), 8_000)
    error = refusal(path)
    assert "61 seconds long; one utterance may last 60" in str(error)
    assert error.hint == f"For a whole conversation use: voice-skill converse {path}"
    assert len(read_recording(path, limit_seconds=None)) == pytest.approx(61 * 16_000, abs=2)


def test_hours_are_refused_by_the_header_before_they_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "hours.wav"
    with path.open("wb") as file:
        header = bytearray(wav_bytes(np.zeros(100, np.int16))[:44])
        header[4:8], header[40:44] = struct.pack("<I", 2**31 + 36), struct.pack("<I", 2**31)
        file.write(header)
        file.truncate(2**31 + 44)  # a sparse file: 18 hours that take no space
    assert "67109 seconds long" in str(refusal(path))


def test_a_broken_file_prints_nothing_of_its_own(tmp_path: Path, voice: Voice) -> None:
    """The MP3 decoder writes to standard error; the person gets our words alone."""
    whole = io.BytesIO()
    soundfile.write(whole, np.tile(voice(44_100), 4), 44_100, format="MP3")
    data = bytearray(whole.getvalue())
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    path = tmp_path / "hole.mp3"
    path.write_bytes(data)
    script = (
        "import sys, pathlib; from voice_skill.audio.files import read_recording;"
        "print(len(read_recording(pathlib.Path(sys.argv[1]), limit_seconds=60)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 16_000
    assert done.stderr == ""


# -------------------------------------------------------------------- what is written


def test_what_is_written_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "again.wav"
    write_wav(path, EVERY_SAMPLE, 16_000)
    assert np.array_equal(read_recording(path), EVERY_SAMPLE)


def test_it_is_an_ordinary_wav(tmp_path: Path, voice: Voice) -> None:
    path = tmp_path / "reply.wav"
    write_wav(path, voice(22_050), 22_050)
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate, info.channels) == (
        *("WAV", "PCM_16"),
        *(22_050, 1),
    )
    assert [file.name for file in tmp_path.iterdir()] == ["reply.wav"]


def test_a_folder_that_is_not_there(tmp_path: Path, voice: Voice) -> None:
    with pytest.raises(AudioError, match=r"reply\.wav cannot be written") as caught:
        write_wav(tmp_path / "nowhere" / "reply.wav", voice(16_000), 16_000)
    assert "nowhere" in caught.value.hint


def test_a_folder_that_may_not_be_written_to(tmp_path: Path, voice: Voice) -> None:
    tmp_path.chmod(0o555)
    with as_nobody(), pytest.raises(AudioError, match="cannot be written") as caught:
        write_wav(tmp_path / "reply.wav", voice(16_000), 16_000)
    assert "yours to write to" in caught.value.hint


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path: Path, voice: Voice) -> None:
    path = tmp_path / "reply.wav"
    write_wav(path, voice(16_000), 16_000)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))  # as if there were no more space
    try:
        with pytest.raises(AudioError, match="cannot be written") as caught:
            write_wav(path, np.zeros(100_000, np.int16), 16_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "space" in caught.value.hint
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["reply.wav"]
