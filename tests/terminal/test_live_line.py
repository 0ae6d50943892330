"""Lines on a full disk, a closed output, and no terminal."""

from __future__ import annotations

import errno
import io
import sys

import pytest

from voice_skill.terminal.live_line import LiveLine


class FullDisk(io.StringIO):
    """A log on a disk that is full until there is room again."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_full_disk_loses_lines_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    log = FullDisk()
    monkeypatch.setattr(sys, "stdout", log)
    line = LiveLine(on=True)
    line.print_above(["lost"])
    log.full = False
    line.print_above(["kept"])
    line.end()
    assert log.getvalue() == "kept\n"


def test_who_reads_our_output_may_end_us(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(BrokenPipeError):
        LiveLine(on=True).print_above(["hello"])


def test_off_a_terminal_lines_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    line = LiveLine(on=True)
    line.dim = True
    line.draw("listening")
    line.print_above(["one", "two"])
    line.end()
    assert capsys.readouterr().out == "one\ntwo\n"


def test_without_an_output_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    line = LiveLine(on=True)
    line.draw("listening")
    line.print_above(["one"])
    line.end()
