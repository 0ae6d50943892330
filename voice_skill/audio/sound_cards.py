"""The sound cards that the kernel knows: a cheap sign that one was plugged in or pulled out."""

from __future__ import annotations

from pathlib import Path

LIST = Path("/proc/asound/cards")


def present() -> str:
    """Return the kernel's list of sound cards; empty where it has none."""
    try:
        return LIST.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
