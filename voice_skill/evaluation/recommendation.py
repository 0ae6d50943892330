"""What is recommended after a search: thresholds before and after, and figures on both sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from voice_skill.domain.errors import UsageError
from voice_skill.domain.language import Thresholds
from voice_skill.evaluation.calibration import (
    GATES,
    HEARD,
    MATCHING,
    Limits,
    Search,
    Values,
    excess,
)
from voice_skill.evaluation.judging import NEAR_MISS, Judge, Trial, has_sound, with_values
from voice_skill.evaluation.results import Result, in_scope
from voice_skill.evaluation.summary import measured

Figure = Mapping[str, Any]
"""`value`, and its 95 % `interval` (low, high); both None where there is nothing to measure on."""

OF_ALL = {
    "intent_accuracy": "intent_accuracy",
    "right_after_question": "right_after_question",
    "acted_wrong": "acted_wrong",
    "asked": "out_of_scope_asked",
}
OF_REFUSALS = ("near_misses", "false_accepts")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sets: its name, and what came of it by the thresholds before and after."""

    name: str
    utterances: int
    before: Mapping[str, Figure]
    after: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`before` and `after` are thresholds by name; `broken`: by how much a limit is exceeded.

    `plateaus` and `undecided` are those of `calibration.Choice`; `thresholds` are the whole ones,
    with the values of `after`.
    """

    before: Values
    after: Values
    plateaus: Mapping[str, tuple[float, float]]
    undecided: tuple[str, ...]
    broken: Mapping[str, float]
    limits: Limits
    chosen_on: Side
    reported_on: Side
    thresholds: Thresholds

    def document(self) -> dict[str, Any]:
        """Return it as it is written to a JSON file."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Set:
    """Utterances under a name."""

    name: str
    trials: Sequence[Trial]


def present_values(thresholds: Thresholds, *, letters: bool, sound: bool) -> Values:
    """Return the thresholds that are to be chosen: those of heard words only where some were."""
    mine = (thresholds.letters or thresholds) if letters else thresholds
    names = (*MATCHING, HEARD) if sound else MATCHING
    values = {name: float(getattr(mine, name)) for name in names}
    gates = GATES if sound else ()
    return {**values, **{name: float(getattr(thresholds, name)) for name in gates}}


def recommend(
    judge: Judge,
    thresholds: Thresholds,
    chosen_on: Set,
    reported_on: Set,
    limits: Limits,
    seed: int,
) -> Recommendation:
    """Choose on one set, report on the other. `thresholds`: the present ones, all of them.

    UsageError where the set to choose on holds nothing to be understood, or nothing to be refused.
    """
    _require_both(chosen_on.trials)
    before = present_values(thresholds, letters=judge.letters, sound=has_sound(chosen_on.trials))
    choice = Search(lambda values: judge.tally(chosen_on.trials, values), limits).best(before)

    def side(of: Set) -> Side:
        figures = [
            _figures(judge.results(of.trials, values), seed) for values in (before, choice.values)
        ]
        return Side(of.name, len(of.trials), figures[0], figures[1])

    return Recommendation(
        before=before,
        after=choice.values,
        plateaus=choice.plateaus,
        undecided=choice.undecided,
        broken=excess(choice.tally, limits),
        limits=limits,
        chosen_on=side(chosen_on),
        reported_on=side(reported_on),
        thresholds=with_values(thresholds, choice.values, letters=judge.letters),
    )


def _require_both(trials: Sequence[Trial]) -> None:
    if all(trial.row.intent is None for trial in trials):
        raise UsageError(
            "nothing in the set to choose on is to be understood",
            hint='give rows with an "intent"',
        )
    if all(trial.row.intent is not None for trial in trials):
        raise UsageError(
            "nothing in the set to choose on is to be refused: everything would be acted on",
            hint='give rows with "intent": null, as people say them near the microphone',
        )


def _figures(results: Sequence[Result], seed: int) -> Mapping[str, Figure]:
    """Return the figures that the choice is about, by their names."""
    whole = measured(results, seed)
    found: dict[str, Figure] = {
        name: {"value": whole["figures"][key], "interval": whole["intervals"][key]}
        for name, key in OF_ALL.items()
    }
    refused = [result for result in results if not in_scope(result)]
    for name in OF_REFUSALS:
        near = name == "near_misses"
        part = measured([r for r in refused if (NEAR_MISS in r["tags"]) is near], seed)
        key = "out_of_scope_acted"
        found[name] = {"value": part["figures"][key], "interval": part["intervals"].get(key)}
    return found
