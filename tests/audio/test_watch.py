"""Signs of a lost device are told from the ordinary silence of a room."""

from __future__ import annotations

from voice_skill.audio.watch import Limits, Trouble, Watch

LIMITS = Limits(start_seconds=5, missing_seconds=3, zero_seconds=10, echo_seconds=1)


def troubles(
    watch: Watch, now: float, *, input_active: bool = True, output_active: bool = True
) -> tuple[Trouble, ...]:
    return watch.troubles(now, input_active=input_active, output_active=output_active)


def running(now: float = 0.0) -> Watch:
    watch = Watch(LIMITS, now)
    watch.saw_input(now)
    watch.saw_output(now)
    return watch


def listen(watch: Watch, seconds: float, *, zeros: bool, audible: bool = False) -> None:
    for _ in range(round(seconds * 50)):
        watch.judge_block(0.02, zeros=zeros, audible=audible)


def test_the_slow_beginning_of_a_stream_is_no_trouble() -> None:
    watch = Watch(LIMITS, 100.0)
    assert troubles(watch, 104.9) == ()
    assert troubles(watch, 105.1) == (Trouble.MICROPHONE_LOST, Trouble.SPEAKER_LOST)


def test_missing_callbacks_are_trouble() -> None:
    watch = running()
    watch.saw_output(4.0)
    assert troubles(watch, 2.9) == ()
    assert troubles(watch, 4.0) == (Trouble.MICROPHONE_LOST,)


def test_an_ended_stream_is_trouble_at_once() -> None:
    assert troubles(running(), 0.1, input_active=False) == (Trouble.MICROPHONE_LOST,)
    assert troubles(running(), 0.1, output_active=False) == (Trouble.SPEAKER_LOST,)


def test_long_zeros_are_a_doubt_and_one_other_sample_ends_it() -> None:
    watch = running()
    listen(watch, 9.5, zeros=True)
    assert troubles(watch, 1) == ()
    listen(watch, 0.02, zeros=False)
    listen(watch, 9.5, zeros=True)
    assert troubles(watch, 1) == ()
    listen(watch, 0.6, zeros=True)
    assert troubles(watch, 1) == (Trouble.ONLY_ZEROS,)
    assert watch.troubles(1, input_active=True, output_active=True, zero_patience=2) == ()


def test_hearing_only_oneself_is_as_good_as_zeros() -> None:
    """A stream moved to the speaker's monitor gives zeros, and the assistant's own voice."""
    watch = running()
    for _ in range(4):
        listen(watch, 4, zeros=True)
        listen(watch, 2, zeros=False, audible=True)
        listen(watch, 0.9, zeros=False)  # its last echo
    assert not watch.heard_sound
    assert troubles(watch, 1) == (Trouble.ONLY_ZEROS,)
