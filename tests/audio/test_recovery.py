"""When lost streams are opened again, and what is told of them."""

from __future__ import annotations

from itertools import pairwise

from voice_skill.audio.recovery import BACK_OFF_SECONDS, Orders, Recovery, Signs
from voice_skill.audio.restarts import Restarts
from voice_skill.audio.sound_server import Place
from voice_skill.audio.watch import Trouble

TICK = 0.1
MICROPHONE_GONE = Signs((Trouble.MICROPHONE_LOST,))
SPEAKER_GONE = Signs((Trouble.SPEAKER_LOST,))
OPENED = Signs(calling=frozenset(), heard_sound=False)
GOOD = Signs()
SUDDEN = Signs((Trouble.SUDDEN_ZEROS,), heard_sound=False)
ZEROS = Signs((Trouble.ONLY_ZEROS,), heard_sound=False)
QUIET = Signs(heard_sound=False)
"""The streams run, and the microphone gives zeros."""


class Follower:
    """A recovery that is asked ten times a second."""

    def __init__(self) -> None:
        self.recovery = Recovery()
        self.now = 0.0
        self.told: list[str] = []
        self.opened: list[float] = []

    def see(self, signs: Signs, seconds: float = TICK) -> Follower:
        for _ in range(round(seconds / TICK)):
            orders: Orders = self.recovery.look(self.now, signs)
            self.told += [f"lost {kind}" for kind in orders.failed]
            self.told += [f"found {kind}" for kind in orders.recovered]
            if orders.reopen:
                self.opened.append(round(self.now, 1))
            self.now += TICK
        return self


def test_a_loss_is_told_once_and_opening_is_tried_for_ever() -> None:
    follower = Follower().see(MICROPHONE_GONE, 3600)
    assert follower.told == ["lost microphone"]
    steps = [after - before for before, after in pairwise(follower.opened)]
    assert follower.opened[0] <= BACK_OFF_SECONDS[0] + TICK
    assert max(steps) < BACK_OFF_SECONDS[-1] + 3 * TICK, "or its return is noticed too late"
    assert len(follower.opened) > 1500


def test_a_return_is_told_when_the_stream_calls() -> None:
    follower = Follower().see(MICROPHONE_GONE, 1).see(OPENED, 2)
    assert follower.told == ["lost microphone"]
    assert follower.see(GOOD).told == ["lost microphone", "found microphone"]


def test_each_end_is_told_by_itself() -> None:
    both = Signs((Trouble.MICROPHONE_LOST, Trouble.SPEAKER_LOST))
    follower = Follower().see(both, 1).see(SPEAKER_GONE, 1)
    assert follower.told == ["lost microphone", "lost speaker"]
    follower.see(GOOD)
    assert sorted(follower.told[2:]) == ["found microphone", "found speaker"]


def test_a_sentence_is_not_cut_off_for_a_lost_microphone() -> None:
    speaking = Signs((Trouble.MICROPHONE_LOST,), audible=True)
    assert Follower().see(speaking, 4).opened == []
    assert Follower().see(speaking, 4).see(MICROPHONE_GONE).opened == [4.0]
    assert 6 <= Follower().see(speaking, 8).opened[0] <= 7, "but it does not wait for ever"


def test_a_person_is_not_cut_off_for_a_lost_speaker() -> None:
    telling = Signs((Trouble.SPEAKER_LOST,), person_speaks=True)
    assert Follower().see(telling, 4).see(SPEAKER_GONE).opened == [4.0]
    steps = [after - before for before, after in pairwise(Follower().see(telling, 60).opened)]
    assert len(steps) > 5, "a television is not waited for"
    assert min(steps) >= 6, "it has as long a time after every opening"


def test_a_lost_microphone_cuts_a_long_speech_off_no_more_than_need_be() -> None:
    speaking = Signs((Trouble.MICROPHONE_LOST,), audible=True)
    opened = Follower().see(speaking, 60).opened
    assert min(after - before for before, after in pairwise(opened)) >= 6


def test_a_microphone_at_a_monitor_is_lost_and_waits_for_another() -> None:
    """There is none, so opening again would change nothing but cost a click."""
    astray = Signs(places={"microphone": Place.WRONG})
    follower = Follower().see(astray, 60)
    assert follower.told == ["lost microphone"]
    assert follower.opened == []
    follower.see(Signs(places={"microphone": Place.MISPLACED}, news=True)).see(
        Signs(places={"microphone": Place.MISPLACED}), 0.5
    )
    assert len(follower.opened) == 1


def test_a_stream_that_the_server_moved_back_is_found_without_opening() -> None:
    follower = Follower().see(Signs(places={"speaker": Place.WRONG}), 5)
    follower.see(Signs(places={"speaker": Place.RIGHT}))
    assert follower.told == ["lost speaker", "found speaker"]
    assert follower.opened == []


def test_news_ends_a_long_wait() -> None:
    follower = Follower().see(Signs(places={"microphone": Place.MISPLACED}), 60)
    before = len(follower.opened)
    follower.see(Signs(places={"microphone": Place.MISPLACED}, news=True), TICK)
    follower.see(Signs(places={"microphone": Place.MISPLACED}), 0.4)
    assert len(follower.opened) == before + 1


def test_sudden_zeros_are_told_and_only_sound_mends_them() -> None:
    follower = Follower().see(SUDDEN)
    assert follower.told == ["lost microphone"]
    assert len(follower.opened) == 1
    follower.see(QUIET, 20)
    assert follower.told == ["lost microphone"]
    assert follower.see(GOOD).told == ["lost microphone", "found microphone"]


def test_sudden_zeros_while_we_speak_are_told_once_and_wait() -> None:
    speaking = Signs((Trouble.SUDDEN_ZEROS,), heard_sound=False, audible=True)
    follower = Follower().see(speaking, 5)
    assert follower.told == ["lost microphone"]
    assert follower.opened == []
    assert follower.recovery.patience == 1.0


def test_a_gated_microphone_is_doubted_ever_more_rarely_and_told_once() -> None:
    follower = Follower()
    for _ in range(10):
        follower.see(ZEROS).see(QUIET, 1)
    assert follower.told == ["lost microphone"]
    assert follower.recovery.patience == 8.0
    follower.see(GOOD)
    for _ in range(10):
        follower.see(ZEROS).see(QUIET, 1)
    assert follower.told == ["lost microphone", "found microphone"]


def test_slow_streams_get_more_time_at_every_try() -> None:
    slow = Signs((Trouble.MICROPHONE_LOST,), calling=frozenset(("speaker",)))
    follower = Follower().see(slow, 20)
    assert follower.recovery.start_patience == 4.0
    follower.see(GOOD)
    assert follower.recovery.start_patience == 1.0


def test_a_device_that_cannot_be_opened_earns_no_patience() -> None:
    """Or the first stream that opens when it is back would be waited for too long."""
    absent = Signs((Trouble.MICROPHONE_LOST,), calling=frozenset(), running=frozenset())
    assert Follower().see(absent, 20).recovery.start_patience == 1.0


def test_restarts_are_given_up_in_a_bad_minute_and_forgiven_over_a_night() -> None:
    restarts = Restarts(delays=(0.5, 1.0), within_seconds=60)
    assert [restarts.failed(second) for second in (0, 1, 2)] == [0.5, 1.0, None]
    restarts = Restarts(delays=(0.5, 1.0), within_seconds=60)
    assert [restarts.failed(100.0 * number) for number in range(50)] == [0.5] * 50
