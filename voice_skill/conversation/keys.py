"""What a key on the keyboard means in a conversation."""

from __future__ import annotations

from typing import Literal

KeyName = Literal["pause", "next", "stop", "quit"]

MEANINGS: dict[str, KeyName] = {
    " ": "pause",
    "\r": "next",
    "\n": "next",
    "s": "stop",
    "q": "quit",
    "\x04": "quit",
}
"""Space pauses and resumes, enter goes on, s ends the routine, q ends the program."""
