"""A device's sound becomes 20 ms blocks of 16 kHz mono, and waits in an inbox of bounded size."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.audio.microphone import Block, Converter, Inbox
from voice_skill.audio.round_trip import locate


def block(number: int) -> Block:
    return Block(np.full((320, 1), number, np.int16), audible=False)


def test_blocks_come_out_in_order() -> None:
    inbox = Inbox()
    for number in range(3):
        inbox.put(block(number))
    assert [taken.samples[0, 0] for _ in range(3) if (taken := inbox.take(0))] == [0, 1, 2]
    assert inbox.take(0) is None


def test_a_full_inbox_loses_the_oldest_and_counts_it() -> None:
    inbox = Inbox(most=2)
    for number in range(5):
        inbox.put(block(number))
    assert inbox.dropped == 3
    assert [taken.samples[0, 0] for _ in range(2) if (taken := inbox.take(0))] == [3, 4]


def test_a_waiting_thread_is_woken_by_a_block() -> None:
    inbox = Inbox()
    taken: list[Block | None] = []
    thread = threading.Thread(target=lambda: taken.append(inbox.take(20)))
    thread.start()
    inbox.put(block(7))
    thread.join(20)
    assert taken[0] is not None
    assert taken[0].samples[0, 0] == 7


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 4])
def test_any_format_becomes_blocks_of_320_mono_samples(
    rate: int, channels: int, voice: Callable[[int], NDArray[np.int16]]
) -> None:
    converter = Converter(rate)
    frames = np.zeros((2 * rate, channels), np.int16)
    frames[: len(voice(rate)), 0] = voice(rate)
    blocks = [
        block
        for start in range(0, len(frames), rate // 50)
        for block in converter.feed(frames[start : start + rate // 50])
    ]
    assert {len(block) for block in blocks} == {320}
    heard = np.concatenate(blocks)
    assert len(heard) > 1.9 * 16_000
    assert locate(voice(16_000), heard).likeness > 0.95
    assert np.abs(heard).max() * channels == pytest.approx(np.abs(voice(16_000)).max(), rel=0.1)
