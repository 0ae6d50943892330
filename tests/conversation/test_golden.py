"""Whole conversations, word for word: tests/conversations/*.txt.

In a file, `> words` is said by the person when the assistant is silent (`>> words`: at once);
`~ 20` lets 20 seconds pass, `~ Three` waits until that has been said. Every other line is what the
assistant says. GOLDEN=write writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bedside import Bedside

from voice_skill.conversation.transcript import AssistantSpoke

FOLDER = Path(__file__).resolve().parents[1] / "conversations"


def play(script: list[str]) -> str:
    """Play the person's lines; return the conversation as it went."""
    bedside = Bedside()
    written: list[str] = []
    done = 0

    def note() -> None:
        nonlocal done
        new = bedside.entries[done:]
        spoken = [entry.prompt for entry in new if isinstance(entry, AssistantSpoke)]
        written.extend(" ".join(prompt.sentences) for prompt in spoken)
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
    script = [line for line in lines if line.startswith((">", "~"))]
    went = f"{title}\n{play(script)}"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(went, "utf-8")
    assert went == golden
