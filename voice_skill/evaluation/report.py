"""A test as one HTML page that carries all it needs: charts, failures and their recordings.

The page asks nothing of any network, and a content security policy holds it to that: it may run its
own script, use its own style and play the sounds within it, nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_skill.evaluation import charts, overview
from voice_skill.evaluation.charts import Scores
from voice_skill.evaluation.clips import Clips
from voice_skill.evaluation.conditions import Conditions
from voice_skill.evaluation.failures import failures, filters
from voice_skill.evaluation.matrix import confusion_matrix
from voice_skill.evaluation.results import Result
from voice_skill.files.extras import require
from voice_skill.files.private_file import write_private

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = files(__package__) / "page"
CLOSING = (
    "Written by voice-skill test. This page holds what people said, and their voices: it is for its"
    " owner, and asks nothing of any network."
)


def require_renderer() -> None:
    """Raise UsageError, with what to install, where the report's library is missing."""
    require("a report", "jinja2", instead="leave out --html")


def write_report(
    path: Path, summary: Mapping[str, Any], conditions: Conditions | None = None
) -> None:
    """Write the page of a test, whole or not at all, for its owner alone.

    `summary` is what `summarise` returns; `conditions` those of the test, so that failures sound as
    they were heard (without them a changed recording is offered as it was, and the page says so).
    Raises UsageError where the page cannot be written, or its library is missing.
    """
    require_renderer()
    clips = Clips(path, conditions)
    page = _environment().get_template("report.html.j2").render(_content(summary, clips))
    # A text may hold half a surrogate pair (JSON allows it), which no file can.
    write_private(path, page.encode("utf-8", "replace").decode("utf-8"))


def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: (PAGE / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
    )


def _content(summary: Mapping[str, Any], clips: Clips) -> dict[str, object]:
    """Return all that the page shows."""
    from markupsafe import Markup

    results: Sequence[Result] = summary["results"]
    css, script = ((PAGE / name).read_text("utf-8") for name in ("report.css", "report.js"))
    rows = failures(results, clips)
    levels = overview.noise_levels(results, summary["seed"])
    return {
        "policy": content_policy(css, script),
        "css": Markup(css),
        "script": Markup(script),
        "head": overview.heading(summary),
        "results_count": len(results),
        "cards": overview.cards(summary),
        "stacks": overview.stacks(results),
        "levels": levels,
        "groups": overview.tag_groups(summary["by_tag"], with_noise=bool(levels)),
        "matrix": confusion_matrix(results),
        "confusions": summary["confusions"],
        "scores": charts.scores(results, summary["thresholds"]),
        "panel_note": panel_note,
        "chosen_on": _chosen_on(summary["thresholds"]),
        "latency": charts.latencies(results, summary["latency_p50"], summary["latency_p95"]),
        "failures": rows,
        "filters": filters(rows),
        "unheard": summary["unheard"],
        "closing": CLOSING,
    }


def content_policy(css: str, script: str) -> str:
    """Return the policy that lets a page use this style, this script and sounds within it."""
    return (
        f"default-src 'none'; style-src '{_digest(css)}'; script-src '{_digest(script)}';"
        " media-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def panel_note(panel: Scores) -> str:
    """Return what a histogram of scores leaves out: those at its very ends."""
    parts = []
    if panel.at_one:
        parts.append(f"{panel.at_one} at 1 (a whole legal sentence, or a warning sign)")
    if panel.at_none:
        parts.append(f"{panel.at_none} at 0 (nothing near)")
    if not parts:
        return ""
    drawn = panel.histogram.count
    return f"{drawn} drawn; not drawn: {' and '.join(parts)}."


def _chosen_on(thresholds: Mapping[str, object]) -> str:
    chosen_on = thresholds.get("chosen_on")
    return f"Chosen on: {chosen_on}." if chosen_on else ""
