"""The inbox between the sound card's thread and ours holds no more than it may."""

from __future__ import annotations

import threading

import numpy as np

from voice_skill.audio.microphone import Block, Inbox


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
