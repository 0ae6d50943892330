"""Sampled sentences, kept until the content changes."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import pytest

from voice_skill.content import load
from voice_skill.conversation.grammars import grammar_phrases, word_automaton
from voice_skill.domain.language import Skill
from voice_skill.speech.openfst import Header, write_header, write_string
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


# ------------------------------------------------------------------ the automaton


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model that knows the words but one."""
    words = (b"turn", b"on", b"the", b"light")
    content = io.BytesIO()
    write_header(content, Header(b"vector", 2, 1, 0, 0, 0, 0))
    content.write(struct.pack("<iiqq", 2125658996, 0, len(words), len(words)))
    for number, word in enumerate(words, 1):
        write_string(content, word)
        content.write(struct.pack("<q", number))
    (tmp_path / "model" / "graph").mkdir(parents=True)
    (tmp_path / "model" / "graph" / "Gr.fst").write_bytes(content.getvalue())
    return tmp_path / "model"


def test_the_automaton_is_kept_and_read_again(skill: Skill, model: Path, tmp_path: Path) -> None:
    told: list[str] = []
    templates = Templates(skill.language)
    first = word_automaton(skill, templates, model, tmp_path / "cache", told.append)
    assert first.accepts(["turn", "on", "the", "light"])
    assert not first.accepts(["turn", "off", "the", "light"])  # the model does not know "off"
    assert word_automaton(skill, templates, model, tmp_path / "cache", told.append) == first
    assert len(told) == 1


def test_another_model_has_other_words(skill: Skill, model: Path, tmp_path: Path) -> None:
    templates = Templates(skill.language)
    word_automaton(skill, templates, model, tmp_path / "cache")
    graph = model / "graph" / "Gr.fst"
    graph.write_bytes(graph.read_bytes().replace(b"light", b"lemon"))
    os.utime(graph, (1, 1))
    assert not word_automaton(skill, templates, model, tmp_path / "cache").final


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{",
        '{"arcs": [], "final": []}',
        '{"arcs": [[["on", 7]]], "final": [0]}',
        '{"arcs": [[["on", -1]]], "final": [0]}',
        '{"arcs": [["on"]], "final": [0]}',
        '{"arcs": [[]], "final": ["x"]}',
    ],
)
def test_a_damaged_automaton_is_made_again(
    skill: Skill, model: Path, tmp_path: Path, damage: str
) -> None:
    templates = Templates(skill.language)
    first = word_automaton(skill, templates, model, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").glob("*.json")
    kept.write_text(damage)
    assert word_automaton(skill, templates, model, tmp_path / "cache") == first


def test_without_a_cache_the_automaton_is_compiled(
    skill: Skill, model: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    assert word_automaton(skill, Templates(skill.language), model, taken / "cache").final


def test_a_wake_phrase_stands_alone_and_before_every_beginning(tmp_path: Path) -> None:
    folder = tmp_path / "lamp"
    folder.mkdir()
    (folder / "lamp.yaml").write_text(
        "language: en\nintents: {light: {data: [{sentences: ['(dim|light) the lamp']}]}}\n"
        "wake_phrases: [hey lamp]\n",
        "utf-8",
    )
    skill = load(folder, locale=None)
    sentences = grammar_phrases(skill, Templates(skill.language), tmp_path / "cache")["idle"]
    assert set(sentences) == {
        "dim the lamp", "light the lamp", "hey lamp", "hey lamp dim the lamp",
        "hey lamp light the lamp",
    }  # fmt: skip


def test_what_the_assistant_says_is_a_decoy(tmp_path: Path) -> None:
    skill = load(None, locale=None)
    sentences = grammar_phrases(skill, Templates(skill.language), tmp_path)["idle"]
    assert "Only the foot moves." in sentences
    assert not any("{" in sentence for sentence in sentences)
    assert "your left foot" not in sentences, "a part of a sentence is never said alone"
