"""Recording sentences, walked through without microphone, screen or keyboard."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice_skill.conversation.recording_session import RecordingSession, Step
from voice_skill.conversation.take import BLOCK_SECONDS, TakeRecorder
from voice_skill.conversation.take_folder import Sentence, TakeFolder
from voice_skill.domain.errors import UsageError

Samples = NDArray[np.int16]

BLOCK = 512
SENTENCES = [Sentence(text) for text in ("my toe twitches", "stop", "good night")]


class Loud:
    """A voice is whatever is louder than a tenth of full scale."""

    def probability(self, block: Samples) -> float:
        return float(np.abs(block.astype(np.int32)).max() > 3_000)

    def reset(self) -> None:
        pass


class Shelf:
    """Keeps takes in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Samples]] = {}

    def __contains__(self, sentence: Sentence) -> bool:
        return sentence.text in self.kept

    def keep(self, sentence: Sentence, samples: Samples) -> None:
        self.kept.setdefault(sentence.text, []).append(samples)


class Booth:
    """A session with all that is around it."""

    def __init__(self, shelf: Shelf | TakeFolder | None = None) -> None:
        self.shelf = Shelf() if shelf is None else shelf
        self.played: list[Samples] = []
        self.session = RecordingSession(
            SENTENCES, self.shelf, TakeRecorder(Loud()), self.played.append
        )

    def silence(self, seconds: float) -> None:
        self.hear(seconds, 20)

    def speak(self, seconds: float = 1.0, peak: int = 10_000) -> None:
        self.hear(seconds, peak)

    def hear(self, seconds: float, peak: int) -> None:
        """Give it a hum of this peak, in blocks as the microphone does (20 ms)."""
        for _ in range(round(seconds / 0.02)):
            wave = peak * np.sin(np.arange(320) * 0.4)
            self.session.hear(wave.astype(np.int16))

    def say(self) -> None:
        """Say the sentence as it should be said."""
        self.silence(1.0)
        self.speak()
        self.silence(1.5)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.session.press(key)


class TestTheUsualWay:
    def test_a_voice_begins_silence_ends_enter_keeps(self) -> None:
        booth = Booth()
        booth.silence(1.0)
        assert booth.session.step is Step.WAITING
        booth.speak()
        assert booth.session.step is Step.RECORDING
        booth.silence(1.5)
        assert booth.session.step is Step.JUDGING
        assert booth.session.take is not None
        assert booth.session.take.faults == ()
        booth.press("\r")
        assert list(booth.shelf.kept) == ["my toe twitches"]
        assert booth.session.sentence.text == "stop"

    def test_the_take_holds_a_moment_before_and_after_the_voice(self) -> None:
        booth = Booth()
        booth.say()
        take = booth.session.take
        assert take is not None
        loud = np.flatnonzero(np.abs(take.samples.astype(np.int32)) > 3_000)
        assert loud[0] / 16_000 == pytest.approx(0.42, abs=0.1)
        assert (len(take.samples) - loud[-1]) / 16_000 == pytest.approx(0.5, abs=0.05)

    def test_enter_begins_and_ends_by_hand(self) -> None:
        booth = Booth()
        booth.silence(0.6)
        booth.press("\r")
        assert booth.session.step is Step.RECORDING
        booth.silence(0.3)
        booth.speak(0.5)
        booth.silence(0.3)
        booth.press("\n")
        assert booth.session.step is Step.JUDGING
        assert booth.session.take is not None
        assert booth.session.take.faults == ()

    def test_all_kept_is_the_end(self) -> None:
        booth = Booth()
        for _ in SENTENCES:
            booth.say()
            booth.press("\r")
        assert booth.session.step is Step.DONE
        assert (booth.session.kept, booth.session.left) == (3, 0)


class TestOtherWays:
    def test_again(self) -> None:
        booth = Booth()
        booth.say()
        booth.press("r")
        assert booth.session.step is Step.WAITING
        assert booth.session.number == 0
        assert booth.shelf.kept == {}

    def test_replay_plays_what_was_recorded(self) -> None:
        booth = Booth()
        booth.say()
        booth.press("p", "p")
        assert booth.session.take is not None
        assert [len(each) for each in booth.played] == [len(booth.session.take.samples)] * 2

    def test_what_is_heard_while_one_decides_changes_nothing(self) -> None:
        booth = Booth()
        booth.say()
        before = booth.session.take
        booth.speak(3.0)
        assert booth.session.take is before

    def test_skip_leaves_it_for_another_time(self) -> None:
        booth = Booth()
        booth.press("s", "s", "s")
        assert booth.session.step is Step.DONE
        assert booth.session.left == 3

    def test_back_and_recording_again_asks_before_it_replaces(self) -> None:
        booth = Booth()
        booth.say()
        booth.press("\r", "b")
        assert booth.session.is_there
        booth.say()
        booth.press("\r")
        assert booth.session.step is Step.REPLACING
        booth.press("n")
        assert booth.session.step is Step.JUDGING
        booth.press("k", "y")
        assert len(booth.shelf.kept["my toe twitches"]) == 2
        assert booth.session.sentence.text == "stop"

    def test_back_at_the_beginning_stays_there(self) -> None:
        booth = Booth()
        booth.press("b")
        assert booth.session.number == 0

    def test_quit_from_every_step(self) -> None:
        for keys in ([], ["\r"], ["\r", "\r"]):
            booth = Booth()
            booth.silence(0.5)
            booth.press(*keys, "q")
            assert booth.session.step is Step.DONE

    def test_a_click_is_no_take(self) -> None:
        booth = Booth()
        booth.silence(0.6)
        booth.speak(0.02)
        booth.silence(2.0)
        assert booth.session.step is Step.WAITING

    def test_nobody_reads_for_ever(self) -> None:
        booth = Booth()
        booth.silence(0.6)
        booth.speak(31.0)
        assert booth.session.take is not None
        assert booth.session.take.seconds <= 30.0 + BLOCK_SECONDS


class TestWhatIsWrongWithATake:
    def faults(self, *heard: tuple[float, int]) -> str:
        """Return the faults of what is heard between two presses of enter."""
        booth = Booth()
        booth.press("\r")
        for seconds, peak in heard:
            booth.hear(seconds, peak)
        booth.press("\r")
        assert booth.session.take is not None
        return " ".join(booth.session.take.faults)

    @pytest.mark.parametrize(
        ("heard", "fault"),
        [
            ([(0.5, 0)], "nothing but zeros"),
            ([(0.5, 20)], "no voice was heard"),
            ([(0.5, 20), (0.5, 40_000), (0.5, 20)], "too loud"),
            ([(0.5, 10_000), (0.5, 20)], "the beginning may be cut off"),
            ([(0.5, 20), (0.5, 10_000)], "the end may be cut off"),
        ],
    )
    def test_is_said(self, heard: list[tuple[float, int]], fault: str) -> None:
        assert fault in self.faults(*((s, min(p, 32_767)) for s, p in heard))

    def test_then_enter_means_again_and_k_keeps_it_all_the_same(self) -> None:
        booth = Booth()
        booth.press("\r")
        booth.speak(0.5)
        booth.press("\r", "\r")
        assert (booth.session.number, booth.session.step) == (0, Step.WAITING)
        booth.press("\r")
        booth.speak(0.5)
        booth.press("\r", "k")
        assert list(booth.shelf.kept) == ["my toe twitches"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["\r", "r", "k", "p", "s", "b", "y", "n", "x", "say", "hum"])))
def test_whatever_is_pressed_nothing_is_replaced_without_a_yes(keys: list[str]) -> None:
    booth = Booth()
    for key in keys:
        before = {text: len(takes) for text, takes in booth.shelf.kept.items()}
        step = booth.session.step
        if key == "say":
            booth.say()
        elif key == "hum":
            booth.silence(0.2)
        else:
            booth.press(key)
        for text, count in before.items():
            if len(booth.shelf.kept[text]) > count:
                assert (step, key) == (Step.REPLACING, "y")


class TestTheFolder:
    SOUND = np.arange(16_000, dtype=np.int16)

    def test_a_recording_stands_beside_its_label(self, tmp_path: Path) -> None:
        label = {"intent": "report_symptom", "slots": {"site": "toe"}}
        sentence = Sentence("my toe's twitching", "offer", label)
        path = TakeFolder(tmp_path / "takes", "anna").keep(sentence, self.SOUND)
        assert path.name == "anna_my_toes_twitching.wav"
        assert json.loads(path.with_suffix(".json").read_text("utf-8")) == {
            "text": "my toe's twitching",
            "intent": "report_symptom",
            "slots": {"site": "toe"},
            "state": "offer",
            "tags": ["voice:anna"],
        }
        assert np.array_equal(soundfile.read(path, dtype="int16")[0], self.SOUND)

    def test_it_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = TakeFolder(tmp_path / "takes").keep(SENTENCES[0], self.SOUND)
        modes = [stat.S_IMODE(p.stat().st_mode) for p in (path.parent, *path.parent.iterdir())]
        assert modes == [0o700, 0o600, 0o600]

    def test_it_goes_on_where_it_stopped(self, tmp_path: Path) -> None:
        booth = Booth(TakeFolder(tmp_path))
        booth.say()
        booth.press("\r", "q")
        again = Booth(TakeFolder(tmp_path))
        assert again.session.sentence.text == "stop"
        assert again.session.left == 2

    def test_another_speaker_or_state_has_recordings_of_their_own(self, tmp_path: Path) -> None:
        first = TakeFolder(tmp_path, "anna").keep(SENTENCES[0], self.SOUND)
        assert SENTENCES[0] in TakeFolder(tmp_path, "anna")
        assert SENTENCES[0] not in TakeFolder(tmp_path, "ben")
        assert Sentence(SENTENCES[0].text, "offer") not in TakeFolder(tmp_path, "anna")
        second = TakeFolder(tmp_path, "anna").keep(Sentence(SENTENCES[0].text, "offer"), self.SOUND)
        assert first != second

    def test_a_file_of_that_name_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "stop.wav").write_bytes(b"mine")
        path = TakeFolder(tmp_path).keep(Sentence("stop"), self.SOUND)
        assert path.name == "stop_2.wav"
        assert (tmp_path / "stop.wav").read_bytes() == b"mine"

    def test_no_name_says_that_it_must_be_refused(self, tmp_path: Path) -> None:
        assert TakeFolder(tmp_path).keep(Sentence("oov no"), self.SOUND).name == "s_oov_no.wav"

    def test_a_label_without_its_sound_is_no_recording(self, tmp_path: Path) -> None:
        path = TakeFolder(tmp_path).keep(SENTENCES[0], self.SOUND)
        path.unlink()
        assert SENTENCES[0] not in TakeFolder(tmp_path)

    def test_what_cannot_be_written_leaves_nothing_behind(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file")
        with pytest.raises(UsageError, match="is a file"):
            TakeFolder(tmp_path / "taken")
        with pytest.raises(UsageError, match="cannot be written"):
            TakeFolder(tmp_path / "taken" / "below").keep(SENTENCES[0], self.SOUND)

    def test_a_folder_with_a_manifest_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "manifest.jsonl").write_text("")
        with pytest.raises(UsageError, match="manifest"):
            TakeFolder(tmp_path)

    @given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
    @settings(max_examples=40, deadline=None)
    def test_any_sentence_finds_its_recording_again(
        self, tmp_path_factory: pytest.TempPathFactory, text: str
    ) -> None:
        folder = tmp_path_factory.mktemp("takes")
        path = TakeFolder(folder).keep(Sentence(text), self.SOUND)
        assert path.parent == folder
        assert Sentence(text) in TakeFolder(folder)
