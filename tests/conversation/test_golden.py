"""Whole conversations, word for word: tests/conversations/*.txt.

In a file, `> words` is said by the person when the assistant is silent (`>> words`: at once), and
`! wake` is a key; `~ 20` lets 20 seconds pass, `~ Three` waits until that has been said. Every
other line is what the assistant says, or, in brackets, its sounds and what it takes no notice of. A
line `# wake: required` below the title is a policy of waking, `# night` is the night's manner.
With a line `# diary` there is a place for a diary; then `= 2026-03-02 02:10` is what the clock on
the wall says when the program is started, for the first time or again.
GOLDEN=write writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import cast

import pytest
from bedside import Bedside

from voice_skill.conversation.diarist import Diarist
from voice_skill.conversation.transcript import (
    AssistantSpoke,
    Entry,
    Ignored,
    PersonSpoke,
    Remark,
)
from voice_skill.diary.store import DiaryStore
from voice_skill.domain.attention import Policy

WAKE = "# wake: "
NIGHT = "# night"
DIARY = "# diary"
FOLDER = Path(__file__).resolve().parents[1] / "conversations"


def line_of(entry: Entry) -> str:
    match entry:
        case AssistantSpoke(_, prompt):
            return " ".join(prompt.sentences)
        case Remark(_, text):
            return f"({text})"
        case Ignored():
            return "(not for the assistant)"
        case PersonSpoke():
            return ""


class Program:
    """Starts conversations one after the other, with the same diary where there is one."""

    def __init__(self, wake: Policy | None, diary: Path | None, *, night: bool) -> None:
        self._wake = wake
        self._diary = diary
        self._night = night
        self._wall = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
        self.bedside = self._started()

    def _started(self) -> Bedside:
        store = DiaryStore(self._diary, lambda: self._wall) if self._diary else None
        diarist = Diarist(store, lambda: self._wall) if store else None
        return Bedside(wake=self._wake, night=self._night, diary=diarist)

    def start_again(self, wall_time: str) -> None:
        self._wall = datetime.datetime.fromisoformat(wall_time).replace(tzinfo=self._wall.tzinfo)
        self.bedside = self._started()


def play(script: list[str], program: Program) -> str:
    """Play the person's lines; return the conversation as it went."""
    bedside = program.bedside
    written: list[str] = []
    done = 0

    def note() -> None:
        nonlocal done
        written.extend(filter(None, map(line_of, bedside.entries[done:])))
        done = len(bedside.entries)

    for line in script:
        if line.startswith("= "):
            program.start_again(line[2:])
            bedside, done = program.bedside, 0
        elif line.startswith("> "):
            bedside.finish_speaking()
        elif line.startswith("~ ") and line[2:].isdigit():
            bedside.wait(int(line[2:]))
        elif line.startswith("~ "):
            bedside.wait_for(line[2:])
        note()
        written.append(line)
        if line.startswith("! "):
            bedside.press(line[2:])  # type: ignore[arg-type]
            note()
        if line.startswith((">> ", "> ")):
            bedside.say(line.lstrip("> "))
            note()
    bedside.finish_speaking()
    bedside.wait(1)
    note()
    return "\n".join(written) + "\n"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path, tmp_path: Path) -> None:
    golden = path.read_text("utf-8")
    title, *lines = golden.splitlines()
    assert title.startswith("# ")
    script = [line for line in lines if line.startswith((">", "~", "!", "="))]
    wakes = [line for line in lines if line.startswith(WAKE)]
    wake = cast(Policy, wakes[0].removeprefix(WAKE)) if wakes else None
    nights = [line for line in lines if line == NIGHT]
    diaries = [line for line in lines if line == DIARY]
    begin = "".join(f"{line}\n" for line in (title, *wakes, *nights, *diaries))
    diary = tmp_path / "diary" / "diary.sqlite3" if diaries else None
    went = begin + play(script, Program(wake, diary, night=bool(nights)))
    if os.environ.get("GOLDEN") == "write":
        path.write_text(went, "utf-8")
    assert went == golden
