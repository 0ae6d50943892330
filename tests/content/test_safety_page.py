"""docs/safety.md says what is true: of the content, and of the sentences that were missed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from voice_skill.content import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "safety.md").read_text("utf-8")
MISS = re.compile(r'^- ([a-z ]+): "(.+)"$', re.MULTILINE)
TEXT_ROW = re.compile(r"^\| text \| (\.\d+) \| \.\d+ \| (\.\d+) \|", re.MULTILINE)


def urgent_of_held_out() -> dict[str, str]:
    """Return the urgent sentences of the held-out half with their kind."""
    lines = (ROOT / "tests" / "warnings" / "held_out.jsonl").read_text("utf-8").splitlines()
    rows = map(json.loads, lines)
    return {r["text"]: r["kind"] for r in rows if r["level"] in ("emergency", "same_day")}


def test_each_miss_is_a_sentence_of_the_held_out_half_and_none_is_left_out() -> None:
    urgent, missed = urgent_of_held_out(), MISS.findall(PAGE)
    assert {text: kind.replace(" ", "_") for kind, text in missed}.items() <= urgent.items()
    found = TEXT_ROW.search(PAGE)
    assert found is not None
    assert round(len(missed) / len(urgent), 3) == float(found[2])
    assert float(found[1]) + float(found[2]) == pytest.approx(1.0)


def test_the_number_of_examples_is_that_of_the_content() -> None:
    language = load(None, locale=None).language
    signs, harmless = (int(n.replace(",", "")) for n in re.findall(r"with (\d,\d+)", PAGE)[:2])
    assert len(language.signs) == pytest.approx(signs, abs=50)
    assert len(language.harmless) == pytest.approx(harmless, abs=50)


def test_every_special_group_is_told_of() -> None:
    knowledge = load(None, locale=None).knowledge
    assert knowledge is not None
    words = {"medicines": "medic", "fluid_limits": "fluid limit", "surgery_or_injury": "operation"}
    for group in knowledge.groups:
        assert words.get(group, group) in PAGE, group


@pytest.mark.parametrize("page", [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"])
def test_nothing_claims_that_emergencies_are_detected(page: Path) -> None:
    text = page.read_text("utf-8").lower()
    assert "detects emergencies" not in text
    assert "detect emergencies" not in text


def test_what_it_is_not_is_said() -> None:
    for words in ("Not reviewed by a clinician", "not a medical device", "does not assess"):
        assert words in PAGE
