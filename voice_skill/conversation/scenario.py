"""A recorded conversation written down: which recordings are spoken, and when.

```yaml
scenario: a night
turns:
  - {say: symptom.flac, when: {at: 1.0}}               # seconds from the start
  - {say: yes.flac, when: {after_question: 0.8}}       # seconds after a question was asked
  - {say: louder.flac, when: {after_prompt: 0.8}}      # seconds after anything was said
  - {say: stop.flac, when: {into_prompt: 1.5}}         # seconds into the next thing it says
  - {say: slower.flac, when: {during_hold: inward, count: 3, offset: 0.5}}
  - {say: yes.flac, when: {after_pause: 5}}            # seconds of silence on both sides
```
`say` is a path beside the scenario. `wake: required` (or `direct`, `key`) beside `turns` has what
is not for the assistant ignored, as `voice-skill listen` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from voice_skill.content.nodes import Problem, Record, Value, read_file
from voice_skill.domain.attention import POLICIES, Policy
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
class AfterQuestion:
    """Seconds after the assistant's next question has been asked."""

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


When = At | AfterPrompt | AfterQuestion | IntoPrompt | AfterPause | DuringHold


@dataclass(frozen=True, slots=True)
class Turn:
    """One recording and when it is spoken."""

    recording: Path
    when: When


@dataclass(frozen=True, slots=True)
class Scenario:
    """A conversation's turns, in order; a turn waits for the one before it.

    `wake`: what opens attention, as `voice-skill listen --wake` takes it; None lets everything in.
    """

    name: str
    turns: tuple[Turn, ...]
    wake: Policy | None = None


KINDS = ("at", "after_prompt", "after_question", "into_prompt", "after_pause", "during_hold")


def read_scenario(path: Path) -> Scenario:
    """Read a scenario; ContentError with every problem as file:line:column."""
    problems: list[Problem] = []
    document = read_file(path, problems)
    scenario = None if document is None else _scenario(document, path)
    if document is None and not problems:
        problems.append(Problem(path, 1, 1, "is empty; a scenario has `scenario:` and `turns:`"))
    if problems or scenario is None:
        raise ContentError(
            f"the scenario {path} cannot be used",
            problems=tuple(str(problem) for problem in sorted(problems)),
            hint="samples/night.yaml is an example of a whole scenario",
        )
    return scenario


def _scenario(document: Value, path: Path) -> Scenario:
    record = document.record("a scenario", ("scenario", "turns"), ("wake",))
    turns = record.get("turns")
    found = [] if turns is None else [_turn(value, path.parent) for value in turns.items()]
    wake = None
    if record.get("wake") is not None:
        wake = cast(Policy, record.choice("wake", POLICIES, POLICIES[0]))
    spoken = tuple(turn for turn in found if turn is not None)
    return Scenario(record.text("scenario"), spoken, wake)


def _turn(value: Value, folder: Path) -> Turn | None:
    record = value.record("a turn", ("say", "when"))
    when = record.get("when")
    moment = None if when is None else _when(when)
    name = record.text("say")
    if not name:  # which was complained of
        return None
    recording = folder / name
    if not recording.is_file():
        (record.get("say") or value).complain(f"there is no recording {recording}")
        return None
    return None if moment is None else Turn(recording, moment)


def _when(value: Value) -> When | None:
    record = value.record("a moment", (), (*KINDS, "count", "offset"))
    named = [kind for kind in KINDS if record.get(kind) is not None]
    if len(named) != 1:
        value.complain(f"expected one of: {', '.join(KINDS)}")
        return None
    kind = named[0]
    if kind == "during_hold":
        return DuringHold(
            record.text(kind),
            record.whole("count", 1, low=1),
            record.number("offset", 0.0, low=0.0),
        )
    return _timed(kind, record)


def _timed(kind: str, record: Record) -> When:
    seconds = record.number(kind, 0.0, low=0.0)
    match kind:
        case "at":
            return At(seconds)
        case "after_prompt":
            return AfterPrompt(seconds)
        case "after_question":
            return AfterQuestion(seconds)
        case "into_prompt":
            return IntoPrompt(seconds)
        case _:
            return AfterPause(seconds)
