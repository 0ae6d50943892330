"""Recommended thresholds for a person: what changes, and what it does on both sets."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from voice_skill.evaluation.recommendation import Figure, Recommendation, Side

NAMES = {
    "intent_accuracy": "intent right",
    "right_after_question": "right after one question",
    "acted_wrong": "acted on wrongly",
    "false_accepts": "out of scope: acted on",
    "near_misses": "near misses: acted on",
    "asked": "out of scope: asked",
}
_NAME = 26


def recommendation_lines(found: Recommendation, *, width: int) -> list[str]:
    """Return the tables of thresholds and figures."""
    head = (
        f"chosen on {found.chosen_on.name} ({found.chosen_on.utterances} utterances), reported on"
        f" {found.reported_on.name} ({found.reported_on.utterances})"
    )
    return [
        *textwrap.wrap(head, max(width, 72)),
        "",
        *_thresholds(found),
        "",
        *_chosen_on(found.chosen_on),
        "",
        *_reported_on(found.reported_on, found),
    ]


def broken_lines(found: Recommendation) -> list[str]:
    """Return a sentence for each limit that no thresholds keep."""
    allowed = {name: getattr(found.limits, name) for name in found.broken}
    return [
        f"no thresholds keep the limit for {NAMES[name]}: {_percent(allowed[name] + much)} % at"
        f" best, {_percent(allowed[name])} % allowed"
        for name, much in found.broken.items()
    ]


def _thresholds(found: Recommendation) -> list[str]:
    lines = [f"{'threshold':<{_NAME}}{'before':>8}{'after':>8}   as good"]
    for name, after in found.after.items():
        low, high = found.plateaus[name]
        good = f"{low:g} to {high:g}" if low < high else "no other"
        if name in found.undecided:
            good = "nothing here depends on it"
        lines.append(f"{name:<{_NAME}}{found.before[name]:>8g}{after:>8g}   {good}")
    return lines


def _chosen_on(side: Side) -> list[str]:
    lines = ["chosen on this, not a result:", f"{'':<{_NAME}}{'before':>8}{'after':>8}"]
    for name, title in NAMES.items():
        cells = "".join(f"{_value(figures[name]):>8}" for figures in (side.before, side.after))
        lines.append(f"{title:<{_NAME}}{cells}")
    return lines


def _reported_on(side: Side, found: Recommendation) -> list[str]:
    lines = ["result (per cent, 95 % interval):", f"{'':<{_NAME}}{'before':>20}{'after':>20}"]
    for name, title in NAMES.items():
        cells = "".join(
            f"{_with_interval(figures[name]):>20}" for figures in (side.before, side.after)
        )
        lines.append(f"{title:<{_NAME}}{cells}{_over(side.after, name, found)}")
    return lines


def _over(figures: Mapping[str, Figure], name: str, found: Recommendation) -> str:
    limit, value = getattr(found.limits, name, None), figures[name]["value"]
    if limit is None or value is None or value <= limit + 1e-9:
        return ""
    return f"  over {_percent(limit)}"


def _value(figure: Figure) -> str:
    return "-" if figure["value"] is None else _percent(figure["value"])


def _with_interval(figure: Figure) -> str:
    if figure["value"] is None or figure["interval"] is None:
        return "-"
    low, high = figure["interval"]
    return f"{_percent(figure['value'])} ({_percent(low)}-{_percent(high)})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
