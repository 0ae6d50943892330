"""Utterances that were heard once, decided on again and again by other thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voice_skill.conversation.turns import Turn
from voice_skill.domain.language import Thresholds
from voice_skill.domain.model import Understanding, Utterance
from voice_skill.evaluation.calibration import GATES, Tally, Values
from voice_skill.evaluation.conditions import Condition
from voice_skill.evaluation.outcome import asked_about, outcome_of, result_of
from voice_skill.evaluation.results import Result
from voice_skill.evaluation.rows import Row
from voice_skill.speech.profiles import ExactRun
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.legal import may_be_legal

NEAR_MISS = "near_miss"
"""The tag of what must be refused and sounds as if it were for the skill."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A row and what was heard of it."""

    row: Row
    turn: Turn


def has_sound(trials: Iterable[Trial]) -> bool:
    """Whether anything was heard, so that the gates matter."""
    return any(trial.turn.audio_seconds > 0 for trial in trials)


def with_values(thresholds: Thresholds, values: Values, *, letters: bool) -> Thresholds:
    """Return other thresholds; `letters`: the matching ones of the case without an encoder."""
    gates: dict[str, Any] = {name: value for name, value in values.items() if name in GATES}
    matching: dict[str, Any] = {name: value for name, value in values.items() if name not in GATES}
    if not letters:
        return replace(thresholds, **matching, **gates)
    mine = thresholds.letters or replace(thresholds, letters=None)
    return replace(thresholds, letters=replace(mine, **matching), **gates)


class Judge:
    """Decides on trials by any thresholds. What no threshold changes is worked out once."""

    def __init__(
        self, understander: Understander, thresholds: Thresholds, exact: ExactRun = ExactRun.ALWAYS
    ) -> None:
        """`thresholds`: the skill's own; of an understander without encoder the `letters` count.

        `exact`: when the exact decoder of the recogniser runs.
        """
        self._exact = exact
        self._thresholds = thresholds
        self.letters = not understander.compares_meanings
        self._understander = understander
        understander.keep_answers()

    def prepare(self, trials: Iterable[Trial]) -> Iterator[None]:
        """Do the costly part (comparing with all phrases) of each trial."""
        for trial in trials:
            self._understander.understand(trial.turn.utterance)
            yield

    def tally(self, trials: Sequence[Trial], values: Values) -> Tally:
        """Return what the trials come to by these thresholds."""
        counts = dict.fromkeys(Tally.__dataclass_fields__, 0)
        for trial, understanding in self._decided(trials, values):
            for name in _counted(trial.row, understanding, self._slot_names(trial.row)):
                counts[name] += 1
        return Tally(**counts)

    def results(self, trials: Sequence[Trial], values: Values) -> list[Result]:
        """Return the same as a test would."""
        return [
            result_of(
                trial.row,
                replace(trial.turn, understanding=understanding),
                self._slot_names(trial.row),
                Condition().entry(),
            )
            for trial, understanding in self._decided(trials, values)
        ]

    def _slot_names(self, row: Row) -> frozenset[str]:
        return self._understander.templates.slot_names(row.intent or "")

    def _decided(
        self, trials: Sequence[Trial], values: Values
    ) -> Iterator[tuple[Trial, Understanding]]:
        thresholds = with_values(self._thresholds, values, letters=self.letters)
        understander = self._understander.with_thresholds(thresholds)
        for trial in trials:
            heard = self._heard(trial.turn.utterance, thresholds.gate)
            yield trial, understander.understand(heard)

    def _heard(self, utterance: Utterance, gate: float) -> Utterance:
        """Return what the recogniser would have heard under `gate`.

        By it the profile that spares the exact decoder decides where it may matter.
        """
        others = tuple(h for h in utterance.hypotheses if h.decoder != "exact")
        always = self._exact is ExactRun.ALWAYS
        if always or len(others) == len(utterance.hypotheses):
            return utterance
        templates = self._understander.templates
        heard = templates.spellings.heard_in(others)
        if may_be_legal(heard, utterance.state, templates, gate):
            return utterance
        return replace(utterance, hypotheses=others)


def _counted(row: Row, understanding: Understanding, slot_names: frozenset[str]) -> Iterator[str]:
    """Yield the names of the counts that an utterance adds to."""
    outcome = outcome_of(row, understanding, slot_names)
    if row.intent is None:
        kind = "near_misses" if NEAR_MISS in row.tags else "others"
        yield kind
        if outcome == "acted_out_of_scope":
            yield f"{kind}_acted"
        elif outcome == "asked_out_of_scope":
            yield "out_of_scope_asked"
        return
    yield "in_scope"
    if outcome in ("right", "wrong_slots"):
        yield "right"
    elif outcome == "acted_wrong":
        yield "acted_wrong"
    elif outcome == "asked_back" and row.intent in asked_about(understanding):
        yield "after_question"
