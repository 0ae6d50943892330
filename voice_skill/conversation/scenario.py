"""A recorded conversation written down: which recordings are spoken, and when.

```yaml
scenario: a night
turns:
  - {say: symptom.flac, when: {at: 1.0}}               # seconds from the start
  - {say: yes.flac, when: {after_prompt: 0.8}}         # seconds after the assistant fell silent
  - {say: stop.flac, when: {into_prompt: 1.5}}         # seconds into the next thing it says
  - {say: slower.flac, when: {during_hold: set_1, count: 3, offset: 0.5}}
  - {say: yes.flac, when: {after_pause: 5}}            # seconds of silence on both sides
```
`say` is a path beside the scenario.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voice_skill.content.nodes import Node, read_document
from voice_skill.domain.errors import ContentError


@dataclass(frozen=True, slots=True)
class At:
    """At a second of the conversation."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AfterPrompt:
    """Seconds after the assistant's next prompt has ended."""

    seconds: float


@dataclass(frozen=True, slots=True)
class IntoPrompt:
    """Seconds after the assistant's next prompt has begun."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AfterPause:
    """After so many seconds in which nobody spoke."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DuringHold:
    """Seconds after the given repeat (from 1) of a routine's step has begun."""

    step: str
    count: int
    seconds: float


When = At | AfterPrompt | IntoPrompt | AfterPause | DuringHold


@dataclass(frozen=True, slots=True)
class Turn:
    """One recording and when it is spoken."""

    recording: Path
    when: When


@dataclass(frozen=True, slots=True)
class Scenario:
    """A conversation's turns, in order; a turn waits for the one before it."""

    name: str
    turns: tuple[Turn, ...]
