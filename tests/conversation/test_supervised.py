"""A listener that fails is started again, a few times, and the failure is told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from test_listener import LoudIsVoice, NotebookRecognizer, make_listener

from voice_skill.audio.restarts import BACK_OFF_SECONDS
from voice_skill.conversation.backlog import FAR_BEHIND_SECONDS
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.listener import FLOOR_SECONDS, Listener
from voice_skill.conversation.supervised import Ear, Microphone
from voice_skill.conversation.voice_return import VoiceReturn
from voice_skill.domain.errors import EngineError
from voice_skill.domain.model import Hypothesis, Utterance

Samples = NDArray[np.int16]
BLOCK = np.full(320, 5000, np.int16)
SILENCE = np.zeros(320, np.int16)


class FailsAtBlock(NotebookRecognizer):
    """Raises at every nth block it is fed."""

    def __init__(self, nth: int) -> None:
        super().__init__()
        self._left = nth

    def accept(self, samples: Samples) -> None:
        self._left -= 1
        if self._left <= 0:
            raise RuntimeError("the decoder broke")
        super().accept(samples)


def failing(nth: int) -> Listener:
    return Listener(FailsAtBlock(nth), LoudIsVoice(), lambda text, state: Completeness.COMPLETE)


class Bench:
    """A microphone, what it told, and a clock that moves with the sound."""

    def __init__(self, *listeners: Listener) -> None:
        self.seconds = 0.0
        self.told: list[str] = []
        self.heard: list[Utterance] = []
        self._spare = list(listeners[1:])
        self.microphone = Microphone(
            listeners[0],
            self,
            heard=self.heard.append,
            failed=lambda error, last: self.told.append(f"{'last' if last else 'failed'}: {error}"),
            back=lambda: self.told.append("back"),
            skipped=lambda seconds: self.told.append(f"skipped {seconds:.0f} s"),
            renew=lambda: self._spare.pop(0),
        )

    def now(self) -> float:
        return self.seconds

    def take(self, block: Samples, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.seconds += 0.02
            self.microphone.take(block)


def test_a_recogniser_that_raises_at_a_block_is_replaced() -> None:
    bench = Bench(failing(20), make_listener()[0])
    bench.microphone.state("routine")
    bench.take(BLOCK, 2.0)
    assert bench.told == ["failed: listening failed: the decoder broke", "back"]
    assert bench.microphone.listener.state == "routine"
    bench.take(SILENCE, 2.0)
    assert [utterance.state for utterance in bench.heard] == ["routine"]


def test_nobody_has_the_floor_while_nothing_is_heard() -> None:
    """Or the assistant would wait for a person for ever."""
    bench = Bench(failing(20), make_listener()[0])
    while not bench.told:
        bench.take(BLOCK, 0.02)
    assert not bench.microphone.has_the_floor
    assert not bench.microphone.speaking
    assert bench.microphone.partial == ""


def test_it_is_given_up_after_a_stated_number_of_tries() -> None:
    bench = Bench(*(failing(1) for _ in range(20)))
    bench.take(BLOCK, sum(BACK_OFF_SECONDS) + 20)
    failures = [line for line in bench.told if line != "back"]
    assert len(failures) == len(BACK_OFF_SECONDS) + 1
    assert [line.startswith("last") for line in failures] == [False] * 5 + [True]
    bench.take(BLOCK, 60)
    assert len(bench.told) == 2 * len(BACK_OFF_SECONDS) + 1


def test_a_replacement_that_cannot_be_made_is_a_failure_too() -> None:
    bench = Bench(failing(1))
    bench.take(BLOCK, sum(BACK_OFF_SECONDS) + 20)
    assert "back" not in bench.told
    assert bench.told[-1].startswith("last: listening failed: pop from empty list")


def test_a_sentence_that_a_lost_microphone_cut_is_forgotten() -> None:
    listener, recognizer = make_listener()
    bench = Bench(listener)
    bench.take(BLOCK, 1.0)
    assert bench.microphone.speaking
    bench.seconds += 3600
    bench.take(SILENCE, 0.1)
    assert not bench.microphone.speaking
    assert recognizer.discarded == 1
    bench.take(SILENCE, 3)
    assert bench.heard == []


def test_what_was_said_for_long_is_handed_on_when_the_assistant_speaks_but_not_when_muted() -> None:
    for ear, heard in ((Ear.OWN_VOICE, 1), (Ear.MUTED, 0)):
        bench = Bench(make_listener()[0])
        bench.take(BLOCK, FLOOR_SECONDS + 1)
        bench.microphone.take(SILENCE, ear=ear)
        assert len(bench.heard) == heard
        assert not bench.microphone.speaking


class Slow(Bench):
    """A machine that takes `factor` seconds for a second of speech; silence costs it nothing."""

    def __init__(self, factor: float) -> None:
        super().__init__(make_listener()[0])
        self.came = 0.0
        self.oldest = 0.0
        self._factor = factor

    def take(self, block: Samples, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.came += 0.02
            self.seconds = max(self.seconds, self.came)
            age = self.seconds - self.came
            self.oldest = max(self.oldest, age)
            self.microphone.take(block, age=age)
            if block.any() and self.microphone.speaking:
                self.seconds += 0.02 * self._factor


def test_a_slow_machine_beside_a_television_hears_what_is_said_now() -> None:
    """What it heard is decided, what it has no time for is skipped: it is never far behind."""
    for factor in (1.5, 3.0, 5.0):
        slow = Slow(factor)
        slow.take(BLOCK, 120)
        assert slow.oldest <= FAR_BEHIND_SECONDS + 0.2
        assert slow.told
        assert all(told.startswith("skipped ") for told in slow.told)
        pieces = [(each.start, each.end, each.cut) for each in slow.heard]
        share = sum(end - start for start, end, _ in pieces) / 120
        assert share == pytest.approx(1 / factor, abs=0.1)
        assert all(cut for _, _, cut in pieces)
        assert all(end <= after for (_, end, _), (after, _, _) in pairwise(pieces))


def test_a_slow_machine_hears_a_sentence_to_its_end() -> None:
    slow = Slow(2.0)
    slow.take(BLOCK, FLOOR_SECONDS - 0.5)
    slow.take(SILENCE, 3)
    assert slow.told == []
    assert [each.end - each.start > FLOOR_SECONDS - 1 for each in slow.heard] == [True]


class AsksWhileItEnds(NotebookRecognizer):
    """Notes what the loop, in another thread, would see while the end is decoded."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[bool, bool]] = []
        self.microphone: Microphone | None = None

    def finish(self) -> tuple[Hypothesis, ...]:
        assert self.microphone is not None
        self.asked.append((self.microphone.speaking, self.microphone.has_the_floor))
        return super().finish()


def test_nobody_is_silent_while_the_end_of_their_sentence_is_decoded() -> None:
    recognizer = AsksWhileItEnds()
    listener = Listener(recognizer, LoudIsVoice(), lambda text, state: Completeness.COMPLETE)
    bench = Bench(listener)
    recognizer.microphone = bench.microphone
    bench.take(BLOCK, 1.0)
    bench.take(SILENCE, 1.0)
    assert len(bench.heard) == 1
    assert recognizer.asked == [(True, True)]
    assert not bench.microphone.speaking


def test_an_utterance_is_dated_by_when_its_sound_came() -> None:
    bench = Bench(make_listener()[0])
    bench.take(BLOCK, 1.0)
    for _ in range(50):
        bench.microphone.take(SILENCE, age=3.0)
    late = bench.heard[0]
    bench = Bench(make_listener()[0])
    bench.take(BLOCK, 1.0)
    for _ in range(50):
        bench.microphone.take(SILENCE)
    assert late.start == pytest.approx(bench.heard[0].start - 3.0)


@pytest.mark.parametrize("trials", [1, 3, 9])
def test_a_voice_that_is_gone_is_tried_until_it_is_back(trials: int) -> None:
    waits: list[float] = []
    back: list[bool] = []

    def works() -> None:
        if len(waits) < trials:
            raise EngineError("no voice today")

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    VoiceReturn(works, lambda: back.append(True), wait).try_until_back()
    assert len(waits) == trials
    assert waits == sorted(waits)
    assert back == [True]


def test_the_end_of_the_program_ends_the_trials() -> None:
    voice = VoiceReturn(lambda: None, lambda: pytest.fail("it is too late for that"))
    voice.close()
    voice.try_until_back()
