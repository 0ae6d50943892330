"""The text of a systemd user unit that keeps `voice-skill listen` running. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from voice_skill.domain.errors import UsageError

NAME = "voice-skill.service"

_PLAIN = re.compile(r"[\w./:=@+,-]+", re.ASCII)
_MARK = "# Written by `voice-skill install-service`, digest "
_UNIT = """\
[Unit]
Description=voice-skill, hands-free assistant for ankle and foot twitches
After=sound.target pipewire.service pipewire-pulse.service wireplumber.service pulseaudio.service
# A microphone may come back after hours: it is never given up.
StartLimitIntervalSec=0

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=10
# 2: an option or the content is wrong. 3: the speech model is missing. Trying again cures neither.
RestartPreventExitStatus=2 3
UMask=0077
NoNewPrivileges=true

[Install]
WantedBy=default.target
"""


def unit(command: Sequence[str]) -> str:
    """Return the unit that runs a command: an absolute path and its arguments.

    Its first line holds a digest of the rest, by which `is_ours` knows it again. Raises UsageError
    for a control character, which no line of a unit can hold.
    """
    program, *arguments = command
    words = [quoted(program, program=True), *(quoted(word) for word in arguments)]
    body = _UNIT.format(command=" ".join(words))
    return f"{_MARK}{_digest(body)}\n{body}"


def is_ours(text: str) -> bool:
    """Whether a unit was written by us and not changed since."""
    first, _, body = text.partition("\n")
    return first == f"{_MARK}{_digest(body)}"


def quoted(word: str, *, program: bool = False) -> str:
    """Return a word as a unit's command line takes it, so that it comes out as it is.

    systemd reads `%` everywhere and `$` in all but the program's path.
    """
    if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in word):
        raise UsageError(f"a service cannot be given {word!r}: it holds a control character")
    if program and set(word) & set("\"'\\"):
        raise UsageError(
            f"systemd runs no program with a quotation mark or backslash in its path: {word}",
            hint="Install voice-skill in a folder without one.",
        )
    if _PLAIN.fullmatch(word):
        return word
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    if not program:
        word = word.replace("$", "$$")
    return f'"{word}"'


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()[:16]
