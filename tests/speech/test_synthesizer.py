from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.domain.errors import EngineError
from voice_skill.speech.espeak import EspeakSynthesizer
from voice_skill.speech.pyttsx_voice import PyttsxSynthesizer
from voice_skill.speech.synthesizer import FallbackSynthesizer, open_voice

SENTENCE = "Your left foot may twitch after a long day of standing."
AWKWARD = [
    "-w /tmp/elsewhere.wav",
    "--help",
    "a < b and c & d > e",
    "<speak>not markup</speak>",
    "he said \"rest\" and 'stretch' and `stop`",
    "first line\nsecond line\n\nthird line",
    "ankle\0and foot",
    "say [[h@l'oU]] now",
    "caf\u00e9 na\u00efve \u6f22 \ud800 end",
    "$(reboot) ; echo %s %n",
    "a",
]


def seconds(samples: NDArray[np.int16]) -> float:
    return samples.size / 22050


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


@pytest.fixture(scope="module")
def voice():
    with PyttsxSynthesizer() as synthesizer:
        yield synthesizer


@pytest.fixture
def worker(tmp_path):
    """A worker of our own, from the Python that answers a request; it can count its starts."""

    def write(answering: str, ready: str = '{"ready": true}') -> Path:
        script = f"""
            import json, pathlib, sys, time, wave
            starts = pathlib.Path({str(tmp_path / "starts")!r})
            starts.write_text(starts.read_text() + "x" if starts.exists() else "x")
            def answer(line):
                sys.stdout.write(line + "\\n")
                sys.stdout.flush()
            def sound(path, seconds):
                with wave.open(path, "wb") as f:
                    f.setnchannels(1); f.setsampwidth(2); f.setframerate(22050)
                    f.writeframes(b"\\1\\0" * int(22050 * seconds))
            answer({ready!r})
            for line in sys.stdin:
                request = json.loads(line)
                {answering}
        """
        path = tmp_path / "worker.py"
        path.write_text(textwrap.dedent(script))
        return path

    return write


# ------------------------------------------------------------------ pyttsx3 in its process


def test_a_sentence_is_rendered(voice):
    samples = voice.render(SENTENCE)
    assert samples.dtype == np.int16
    assert 3 < seconds(samples) < 7
    assert np.abs(samples).max() > 1000


def test_the_pace_is_that_of_its_own_sentence(voice):
    """espeak takes a new pace late: without waiting, it would be that of the sentence before."""
    plain = seconds(voice.render(SENTENCE))
    for _ in range(10):
        assert seconds(voice.render(SENTENCE, rate=0.8)) > 1.15 * plain
        assert abs(seconds(voice.render(SENTENCE)) - plain) < 0.1


def test_the_first_sentence_of_an_engine_is_whole():
    """Without priming, 10 of 15 first files were missing or cut."""
    sentence = f"{SENTENCE} {SENTENCE} {SENTENCE} {SENTENCE}"
    lengths = set()
    for _ in range(5):
        with PyttsxSynthesizer() as voice:
            lengths.add(voice.render(sentence).size // 1000)
    assert len(lengths) == 1
    assert lengths.pop() > 300


def test_many_sentences_in_a_row_are_whole_and_from_one_worker(voice):
    voice.render(SENTENCE)
    before = children()
    lengths = [seconds(voice.render(SENTENCE)) for _ in range(100)]
    assert max(lengths) - min(lengths) < 0.1
    assert children() == before


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_is_only_text(voice, text, capfd):
    assert voice.render(text).size > 0
    assert voice.render(SENTENCE).size > 0
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("text", ["", " ", "...", "\0"])
def test_what_cannot_be_spoken_is_no_sound(voice, text):
    assert voice.render(text).size == 0


def test_a_rate_must_be_positive(voice):
    with pytest.raises(ValueError, match="positive"):
        voice.render("Hello.", rate=0)


def test_threads_take_turns(voice):
    expected = {n: voice.render(f"Number {n}.").size for n in range(4)}
    found: dict[int, int] = {}

    def speak(n: int) -> None:
        found[n] = voice.render(f"Number {n}.").size

    threads = [threading.Thread(target=speak, args=(n,)) for n in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(abs(found[n] - expected[n]) < 2500 for n in expected)


def test_the_wheels_library_speaks_where_the_system_has_none():
    with PyttsxSynthesizer(packaged_library=True) as voice:
        assert 3 < seconds(voice.render(SENTENCE)) < 7


def test_an_unknown_voice_is_reported():
    with (
        PyttsxSynthesizer(voice="klingon-of-old") as voice,
        pytest.raises(EngineError, match="cannot be started") as failure,
    ):
        voice.render(SENTENCE)
    assert "espeak-ng" in failure.value.hint


def test_nothing_is_left_when_it_is_closed():
    with PyttsxSynthesizer() as voice:
        voice.render("Warm up.")
    processes, files = children(), open_files()
    for _ in range(3):
        with PyttsxSynthesizer() as voice:
            voice.render("Hello.")
            assert len(children()) == len(processes) + 1
    assert children() == processes
    assert open_files() == files


def test_it_can_be_used_again_after_closing():
    with PyttsxSynthesizer() as voice:
        first = voice.render("Hello.")
        voice.close()
        voice.close()
        assert voice.render("Hello.").size == first.size


def test_a_program_that_forgets_to_close_ends_all_the_same():
    code = (
        "from voice_skill.speech.pyttsx_voice import PyttsxSynthesizer as P\n"
        "v = P(); v.render('Hello.'); print(v._worker._process.pid)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
    assert done.stderr == ""


# ------------------------------------------------------------------ a worker that misbehaves


def starts(tmp_path: Path) -> int:
    return len((tmp_path / "starts").read_text())


def test_a_hanging_worker_is_got_rid_of(tmp_path, worker):
    before = children()
    script = worker("signal = __import__('signal'); signal.pause()")
    with PyttsxSynthesizer(worker=script, time_limit_seconds=0.05) as voice:
        with pytest.raises(EngineError, match="did not answer"):
            voice.render("Hi.")
        assert children() == before
    assert starts(tmp_path) == 2


@pytest.mark.parametrize(
    ("answering", "complaint"),
    [
        ("sys.exit(3)", "stopped working"),
        ("answer('nonsense')", "garbled"),
        ("answer('{}')", "no sound"),
        ("sound(request['path'], 0); answer('{}')", "cut off"),
        ("sound(request['path'], 0.02); answer('{}')", "cut off"),
        ("sound(request['path'], 99); answer('{}')", "went on"),
        ("open(request['path'], 'w').write('RIFF'); answer('{}')", "bad sound"),
        ("""answer('{"error": "ValueError: no"}')""", "ValueError: no"),
    ],
)
def test_a_bad_result_is_tried_again_by_a_fresh_worker_and_then_reported(
    tmp_path, worker, answering, complaint
):
    files = open_files()
    with PyttsxSynthesizer(worker=worker(answering)) as voice:
        with pytest.raises(EngineError, match=complaint):
            voice.render("Hello there.")
        assert starts(tmp_path) == 2
    assert open_files() == files


def test_one_bad_result_is_made_good(tmp_path, worker):
    good_the_second_time = "sound(request['path'], len(starts.read_text()) - 1); answer('{}')"
    with PyttsxSynthesizer(worker=worker(good_the_second_time)) as voice:
        assert seconds(voice.render("Hello there.")) == 1.0
    assert starts(tmp_path) == 2


def test_a_voice_that_cannot_start_is_reported_at_once(tmp_path, worker):
    script = worker("pass", ready='{"error": "OSError: no library"}')
    with (
        PyttsxSynthesizer(worker=script) as voice,
        pytest.raises(EngineError, match="no library") as failure,
    ):
        voice.render("Hello.")
    assert "apt install espeak-ng" in failure.value.hint
    assert starts(tmp_path) == 1


def test_a_worker_that_was_killed_is_replaced(voice):
    voice.render("Hello.")
    os.kill(voice._worker._process.pid, signal.SIGKILL)
    assert voice.render("Hello.").size > 0


# ------------------------------------------------------------------ espeak-ng, and falling back


class Scripted:
    """A voice that fails as often as it is told to."""

    sample_rate = 22050
    identity = "scripted"

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.asked = 0
        self.closed = False

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        self.asked += 1
        if self.asked <= self.failures:
            raise EngineError("out of order.", hint="wait")
        return np.ones(self.asked, np.int16)

    def close(self) -> None:
        self.closed = True


def test_espeak_renders_too():
    espeak = EspeakSynthesizer()
    assert 3 < seconds(espeak.render(SENTENCE)) < 7
    assert seconds(espeak.render(SENTENCE, rate=0.8)) > 1.15 * seconds(espeak.render(SENTENCE))
    assert espeak.render("...").size == 0


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_is_only_text_for_espeak_too(text, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert EspeakSynthesizer().render(text).size > 0
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_or_failing_program_is_reported():
    with pytest.raises(EngineError, match="missing") as failure:
        EspeakSynthesizer("espeak-that-is-not-there").render("Hello.")
    assert "apt install espeak-ng" in failure.value.hint
    with pytest.raises(EngineError):
        EspeakSynthesizer("false").render("Hello.")
    with pytest.raises(EngineError, match="no sound"):
        EspeakSynthesizer("true").render("Hello.")


def test_the_second_voice_speaks_where_the_first_fails():
    first, second = Scripted(failures=1), Scripted()
    voice = FallbackSynthesizer(first, second)
    assert voice.render("one").size == 1
    assert second.asked == 1
    assert voice.render("two").size == 2
    assert second.asked == 1


def test_a_first_voice_that_keeps_failing_is_left_alone():
    first, second = Scripted(failures=99), Scripted()
    with FallbackSynthesizer(first, second) as voice:
        for _ in range(5):
            voice.render("hello")
    assert (first.asked, second.asked) == (2, 5)
    assert first.closed
    assert second.closed


def test_a_voice_that_was_given_up_comes_back_when_it_works_again():
    now, trials = [0.0], []
    first, second = Scripted(failures=3), Scripted()
    voice = FallbackSynthesizer(first, second, clock=lambda: now[0], aside=trials.append)

    def speak_after(seconds: float) -> None:
        now[0] += seconds
        voice.render("hello")
        while trials:
            trials.pop()()

    for _ in range(4):
        speak_after(5)
    assert first.asked == 2
    speak_after(30)  # it is tried, and fails
    assert (first.asked, second.asked) == (3, 5)
    speak_after(30)
    assert first.asked == 3
    speak_after(40)  # it is tried again, and works
    speak_after(1)
    assert (first.asked, second.asked) == (5, 7)


def test_a_trial_on_the_side_is_one_at_a_time():
    trials = []
    voice = FallbackSynthesizer(
        Scripted(failures=9), Scripted(), clock=iter(range(0, 10_000, 1_000)).__next__,
        aside=trials.append,
    )  # fmt: skip
    for _ in range(5):
        voice.render("hello")
    assert len(trials) == 1


def test_a_full_disk_leaves_a_voice(tmp_path, monkeypatch):
    """No temporary file can be made: pyttsx3 needs one, espeak-ng does not."""

    def full(*arguments: object, **keywords: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(EngineError, match="No space left"):
        PyttsxSynthesizer().render(SENTENCE)
    with open_voice(tmp_path / "voice") as voice:
        for _ in range(3):
            assert 2 < seconds(voice.render(SENTENCE)) < 5


def test_no_voice_at_all_is_one_error_with_both_reasons():
    voice = FallbackSynthesizer(Scripted(failures=9), EspeakSynthesizer("espeak-not-there"))
    with pytest.raises(EngineError, match=r"out of order\..*espeak-not-there") as failure:
        voice.render("hello")
    assert "apt install" in failure.value.hint


def test_the_voice_of_the_program_starts_nothing_for_a_sentence_it_has(tmp_path):
    before = children()
    with open_voice(tmp_path / "voice") as voice:
        first = voice.render(SENTENCE)
    with open_voice(tmp_path / "voice") as voice:
        assert np.array_equal(voice.render(SENTENCE), first)
        assert children() == before
