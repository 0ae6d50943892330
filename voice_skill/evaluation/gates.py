"""The limits that a test may be held to: when one is broken, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice_skill.evaluation.baseline import Comparison
from voice_skill.evaluation.results import Summary

_NEARLY = 1e-9  # 0.29 is not quite 29 of 100


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares; None: no limit. `not_worse` is how much a figure may lose against the baseline."""

    min_accuracy: float | None = None
    max_false_accepts: float | None = None
    not_worse: float | None = None


def broken(summary: Summary, limits: Limits, comparison: Comparison | None) -> Iterator[str]:
    """Yield a sentence for each limit that is broken, or that nothing could be held to."""
    accuracy, accepted = summary["intent_accuracy"], summary["out_of_scope_acted"]
    if limits.min_accuracy is not None:
        if accuracy is None:
            yield "the accuracy is unknown: no utterance is to be understood"
        elif accuracy < limits.min_accuracy - _NEARLY:
            yield f"{accuracy:.1%} of intents are right, under the {limits.min_accuracy:.1%} wanted"
    if limits.max_false_accepts is not None:
        if accepted is None:
            yield "false accepts are unknown: no utterance is to be refused"
        elif accepted > limits.max_false_accepts + _NEARLY:
            yield (
                f"{accepted:.1%} of what is out of scope was acted on, over the"
                f" {limits.max_false_accepts:.1%} allowed"
            )
    if limits.not_worse is not None and comparison is not None:
        for change in comparison.worse_than(limits.not_worse):
            yield (
                f"{change.name} got worse by {change.loss:.1%} (from {change.before:.1%} to"
                f" {change.after:.1%}), more than the {limits.not_worse:.1%} allowed"
            )
