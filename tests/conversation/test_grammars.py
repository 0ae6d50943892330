"""Sampled sentences, kept until the content changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_skill.content import load
from voice_skill.conversation.grammars import grammar_phrases
from voice_skill.domain.language import Skill
from voice_skill.understanding.templates import Templates


@pytest.fixture
def skill(tmp_path: Path) -> Skill:
    folder = tmp_path / "lights"
    folder.mkdir()
    (folder / "lights.yaml").write_text(
        "language: en\nintents: {light: {data: [{sentences: ['turn (on|off) the light']}]}}\n"
        "decoys: ['turn on the tap']\n",
        "utf-8",
    )
    return load(folder, locale=None)


def test_they_are_kept_and_read_again(skill: Skill, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = grammar_phrases(skill, Templates(skill.language), cache)
    assert set(first["idle"]) == {"turn on the light", "turn off the light", "turn on the tap"}
    (kept,) = cache.glob("*.json")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text(kept.read_text().replace("turn off", "turn up"))
    again = grammar_phrases(skill, Templates(skill.language), cache)
    assert "turn up the light" in again["idle"]


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"idle": 1, "offer": [], "routine": []}'])
def test_a_damaged_file_is_made_again(skill: Skill, tmp_path: Path, damage: str) -> None:
    templates = Templates(skill.language)
    first = grammar_phrases(skill, templates, tmp_path)
    (kept,) = tmp_path.glob("*.json")
    kept.write_text(damage)
    assert grammar_phrases(skill, templates, tmp_path) == first


def test_a_place_that_cannot_be_written_to_is_no_error(skill: Skill, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    assert grammar_phrases(skill, Templates(skill.language), taken / "cache")["idle"]
