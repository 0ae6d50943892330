"""Signs of a lost device are told from the ordinary silence of a room."""

from __future__ import annotations

import pytest

from voice_skill.audio.watch import QUIET_PEAK, Limits, NoiseFloor, Trouble, Watch

LIMITS = Limits(
    start_seconds=5, missing_seconds=3, sudden_zero_seconds=2.5, zero_seconds=10, echo_seconds=1
)
LOUD = 20 * QUIET_PEAK


def troubles(
    watch: Watch, now: float, *, input_active: bool = True, output_active: bool = True
) -> tuple[Trouble, ...]:
    """Look every half second up to `now`, as the thread does; return what the last look saw."""
    found: tuple[Trouble, ...] = ()
    while watch.looked < now:
        found = watch.troubles(
            min(watch.looked + 0.5, now), input_active=input_active, output_active=output_active
        )
    return found


def running(now: float = 0.0) -> Watch:
    watch = Watch(LIMITS, now)
    watch.saw_input(now)
    watch.saw_output(now)
    return watch


def listen(watch: Watch, seconds: float, *, peak: int, audible: bool = False) -> None:
    for _ in range(round(seconds * 50)):
        watch.judge_block(0.02, peak=peak, audible=audible)


def zero_trouble(watch: Watch) -> tuple[Trouble, ...]:
    return watch.troubles(0.0, input_active=True, output_active=True)


def test_the_slow_beginning_of_a_stream_is_no_trouble() -> None:
    watch = Watch(LIMITS, 100.0)
    assert troubles(watch, 104.9) == ()
    assert troubles(watch, 105.1) == (Trouble.MICROPHONE_LOST, Trouble.SPEAKER_LOST)


def test_a_stream_that_is_slow_for_good_gets_more_time() -> None:
    watch = Watch(LIMITS, 0.0)
    for second in range(14):
        assert not watch.troubles(
            second, input_active=True, output_active=True, start_patience=3
        ), second
        watch.saw_output(second)
        watch.looked = second + 0.9


def test_missing_callbacks_are_trouble() -> None:
    watch = running()
    watch.saw_output(4.0)
    assert troubles(watch, 2.9) == ()
    assert troubles(watch, 4.0) == (Trouble.MICROPHONE_LOST,)


def test_a_process_that_stood_still_blames_no_device() -> None:
    """The machine was suspended for an hour: the callbacks have their time again."""
    watch = running()
    assert watch.troubles(3600.0, input_active=True, output_active=True) == ()
    watch.saw_input(3601.0)
    assert troubles(watch, 3602.9) == ()
    assert troubles(watch, 3603.1) == (Trouble.SPEAKER_LOST,)


def test_an_ended_stream_is_trouble_at_once() -> None:
    assert troubles(running(), 0.1, input_active=False) == (Trouble.MICROPHONE_LOST,)
    assert troubles(running(), 0.1, output_active=False) == (Trouble.SPEAKER_LOST,)


def test_long_zeros_are_a_doubt_and_one_other_sample_ends_it() -> None:
    watch = running()
    listen(watch, 9.5, peak=0)
    assert zero_trouble(watch) == ()
    listen(watch, 0.02, peak=1)
    listen(watch, 9.5, peak=0)
    assert zero_trouble(watch) == ()
    listen(watch, 0.6, peak=0)
    assert zero_trouble(watch) == (Trouble.ONLY_ZEROS,)
    assert watch.troubles(0, input_active=True, output_active=True, patience=2) == ()


def test_zeros_from_a_microphone_with_a_noise_floor_are_trouble_within_three_seconds() -> None:
    watch = running()
    listen(watch, 1.5, peak=0)  # a stream begins with zeros
    listen(watch, 11, peak=3)
    listen(watch, 2.4, peak=0)
    assert zero_trouble(watch) == ()
    listen(watch, 0.1, peak=0)
    assert zero_trouble(watch) == (Trouble.SUDDEN_ZEROS,)
    assert not watch.heard_sound


@pytest.mark.parametrize("noise", [LOUD, 3])
def test_a_noise_gate_that_closes_after_an_evening_of_television_is_no_loss(noise: int) -> None:
    """Sound above the gate proves nothing, nor does a gate that lets a soft tail through."""
    watch = running()
    listen(watch, 3600, peak=LOUD)
    for _ in range(100):
        listen(watch, 0.3, peak=noise)
        listen(watch, 1.0, peak=0)
    listen(watch, 5, peak=0)
    assert zero_trouble(watch) == ()


def test_a_floor_outlives_the_streams() -> None:
    floor = NoiseFloor()
    listen(Watch(LIMITS, 0.0, floor), 11, peak=3)
    watch = Watch(LIMITS, 20.0, floor)
    listen(watch, 2.5, peak=0)
    assert watch.troubles(20, input_active=True, output_active=True)[-1] is Trouble.SUDDEN_ZEROS
    watch.end()
    assert not floor.proven


def test_hours_of_noise_do_not_make_zeros_sudden_twice() -> None:
    """Or the streams would be opened again every few seconds, and no sentence come to its end."""
    floor = NoiseFloor()
    listen(Watch(LIMITS, 0.0, floor), 7200, peak=3)
    first, second = Watch(LIMITS, 0.0, floor), Watch(LIMITS, 0.0, floor)
    listen(first, 2.5, peak=0)
    assert zero_trouble(first) == (Trouble.SUDDEN_ZEROS,)
    first.end()
    listen(second, 9, peak=0)
    assert zero_trouble(second) == ()


def test_hearing_only_oneself_is_as_good_as_zeros() -> None:
    """A stream moved to the speaker's monitor gives zeros, and the assistant's own voice."""
    watch = running()
    for _ in range(4):
        listen(watch, 4, peak=0)
        listen(watch, 2, peak=LOUD, audible=True)
        listen(watch, 0.9, peak=LOUD)  # its last echo
    assert not watch.heard_sound
    assert zero_trouble(watch) == (Trouble.ONLY_ZEROS,)
