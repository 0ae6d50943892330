"""Keys from a terminal that works, fails, or is not there."""

from __future__ import annotations

import errno
import io
import os
import pty
import queue
import select
import sys
import termios
import threading
from collections.abc import Iterator
from typing import TextIO

import pytest

from voice_skill.terminal.keyboard import Keyboard, is_terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal as standard input; returns where a test types."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield ours
    os.close(ours)


def test_keys_arrive_with_their_meaning(terminal: int) -> None:
    pressed: queue.SimpleQueue[str] = queue.SimpleQueue()
    with Keyboard(pressed.put):
        os.write(terminal, b" xq")
        assert [pressed.get(timeout=20), pressed.get(timeout=20)] == ["pause", "quit"]
    assert all(thread.name != "keyboard" for thread in threading.enumerate())


def test_an_arrow_or_a_function_key_is_no_letter(terminal: int) -> None:
    pressed: queue.SimpleQueue[str] = queue.SimpleQueue()
    with Keyboard(pressed.put):
        os.write(terminal, b"\x1bOQ")  # F2, which holds a q
        os.write(terminal, b"\x13")  # Ctrl+S: without effect on what is written
        select.select([], [], [], 0.2)  # two reads
        os.write(terminal, b" ")
        assert pressed.get(timeout=20) == "pause"
        assert not termios.tcgetattr(sys.stdin.fileno())[0] & termios.IXON


def test_a_key_that_fails_is_told_and_keys_go_on(terminal: int) -> None:
    told: queue.SimpleQueue[object] = queue.SimpleQueue()

    def pressed(key: str) -> None:
        if key == "stop":
            raise RuntimeError("the loop broke")
        told.put(key)

    with Keyboard(pressed, lambda error, last: told.put((str(error), last))):
        os.write(terminal, b"s")
        assert told.get(timeout=20) == ("the loop broke", False)
        os.write(terminal, b" ")
        assert told.get(timeout=20) == "pause"


def test_a_terminal_that_cannot_be_read_is_given_up(
    terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
    monkeypatch.setattr("voice_skill.terminal.keyboard.RESTART_SECONDS", (0.0, 0.0))

    def broken(descriptor: int, most: int) -> bytes:
        raise OSError(errno.EIO, "the terminal is gone")

    with monkeypatch.context() as patch:
        patch.setattr(os, "read", broken)
        with Keyboard(lambda key: None, lambda error, last: told.put((str(error), last))):
            os.write(terminal, b"s")
            assert [told.get(timeout=20)[1] for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("stream", [None, io.StringIO("q")])
def test_without_a_terminal_there_is_no_thread(
    stream: TextIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", stream)
    before = threading.active_count()
    with Keyboard(lambda key: pytest.fail("nobody pressed a key")):
        assert threading.active_count() == before


def test_a_closed_stream_is_no_terminal() -> None:
    closed = io.StringIO()
    closed.close()
    assert not is_terminal(closed)
