"""What a key on the keyboard means in a conversation."""

from __future__ import annotations

from typing import Literal

KeyName = Literal["pause", "next", "stop", "wake", "mute", "quit"]

MEANINGS: dict[str, KeyName] = {
    " ": "pause",
    "\r": "next",
    "\n": "next",
    "s": "stop",
    "w": "wake",
    "m": "mute",
    "q": "quit",
    "\x04": "quit",
}
"""Space pauses and resumes, or wakes where nothing runs, and w always wakes; enter goes on, s ends
the routine, m turns the microphone off and on, q ends the program."""
