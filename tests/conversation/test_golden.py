"""Whole conversations, word for word: tests/conversations/*.txt.

In a file, `> words` is said by the person when the assistant is silent (`>> words`: at once), and
`! wake` is a key; `~ 20` lets 20 seconds pass, `~ Three` waits until that has been said. Every
other line is what the assistant says, or, in brackets, its sounds and what it takes no notice of. A
line `# wake: required` below the title is a policy of waking, `# night` is the night's manner.
GOLDEN=write writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pytest
from bedside import Bedside

from voice_skill.conversation.transcript import (
    AssistantSpoke,
    Entry,
    Ignored,
    PersonSpoke,
    Remark,
)
from voice_skill.domain.attention import Policy

WAKE = "# wake: "
NIGHT = "# night"
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


def play(script: list[str], wake: Policy | None, *, night: bool) -> str:
    """Play the person's lines; return the conversation as it went."""
    bedside = Bedside(wake=wake, night=night)
    written: list[str] = []
    done = 0

    def note() -> None:
        nonlocal done
        written.extend(filter(None, map(line_of, bedside.entries[done:])))
        done = len(bedside.entries)

    for line in script:
        if line.startswith("> "):
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
def test_the_conversation_goes_as_written(path: Path) -> None:
    golden = path.read_text("utf-8")
    title, *lines = golden.splitlines()
    assert title.startswith("# ")
    script = [line for line in lines if line.startswith((">", "~", "!"))]
    wakes = [line for line in lines if line.startswith(WAKE)]
    wake = cast(Policy, wakes[0].removeprefix(WAKE)) if wakes else None
    nights = [line for line in lines if line == NIGHT]
    begin = "".join(f"{line}\n" for line in (title, *wakes, *nights))
    went = begin + play(script, wake, night=bool(nights))
    if os.environ.get("GOLDEN") == "write":
        path.write_text(went, "utf-8")
    assert went == golden
