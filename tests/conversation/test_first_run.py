"""The first words: said aloud once, whole and quiet at night, stopped like anything else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from bedside import Bedside

from voice_skill.content import load
from voice_skill.domain.dialogue import first_words
from voice_skill.domain.spoken import WORD_LIMIT, word_count
from voice_skill.files.first_run import NAME, FirstRun
from voice_skill.terminal.introduction import Introduction

KNOWLEDGE = load(None).knowledge
assert KNOWLEDGE is not None


def begin(bedside: Bedside, folder: Path) -> Introduction:
    assert KNOWLEDGE is not None
    introduction = Introduction(KNOWLEDGE, FirstRun(folder))
    if introduction.is_due:
        introduction.begin(bedside.loop, bedside.now)
    introduction.look(speaking=bedside.loop.narrator.busy)
    return introduction


def test_they_tell_what_it_is_and_how_to_stop_it_in_five_short_sentences() -> None:
    assert KNOWLEDGE is not None
    sentences = first_words(KNOWLEDGE, keys=True)
    assert len(sentences) == 5
    assert all(word_count(sentence) <= WORD_LIMIT for sentence in sentences)
    for words in ("not a doctor", "cannot examine", "adults", "clinician", "emergency", "kept",
                  "stop", "letter s"):  # fmt: skip
        assert words in " ".join(sentences)


def test_a_service_that_records_says_so_and_names_no_key() -> None:
    assert KNOWLEDGE is not None
    words = " ".join(first_words(KNOWLEDGE, keys=False, recorded=True))
    assert words.endswith(
        "What I hear is recorded, as you asked. Say stop between my sentences to silence me."
    )


@pytest.mark.parametrize("night", [False, True])
def test_they_are_said_once(tmp_path: Path, night: bool) -> None:
    bedside = Bedside(night=night)
    introduction = begin(bedside, tmp_path)
    bedside.finish_speaking()
    introduction.look(speaking=bedside.loop.narrator.busy)
    assert bedside.said()[0] == "I am a program, not a doctor, and I cannot examine you."
    assert len(bedside.said()) == 5
    assert not Introduction(KNOWLEDGE, FirstRun(tmp_path)).is_due  # type: ignore[arg-type]


def test_at_night_they_are_said_quietly(tmp_path: Path) -> None:
    by_day, by_night = Bedside(), Bedside(night=True)
    begin(by_day, tmp_path / "day")
    begin(by_night, tmp_path / "night")
    assert by_night.player.volume < by_day.player.volume / 2


def test_stop_ends_them_and_they_count_as_said(tmp_path: Path) -> None:
    bedside = Bedside()
    introduction = begin(bedside, tmp_path)
    bedside.wait(2)
    introduction.look(speaking=bedside.loop.narrator.busy)
    assert not (tmp_path / NAME).exists(), "they are still being said"
    bedside.say("stop")
    introduction.look(speaking=bedside.loop.narrator.busy)
    assert (tmp_path / NAME).exists()


def test_words_that_no_voice_could_speak_are_said_the_next_time(tmp_path: Path) -> None:
    bedside = Bedside(mute=True)
    introduction = begin(bedside, tmp_path)
    introduction.no_voice()
    bedside.wait(1)
    introduction.look(speaking=False)
    assert FirstRun(tmp_path).is_due(("anything",))


def test_other_words_are_said_again(tmp_path: Path) -> None:
    first_run = FirstRun(tmp_path)
    first_run.note(("I keep nothing.",))
    assert not first_run.is_due(("I keep nothing.",))
    assert first_run.is_due(("I keep a diary.",))
    assert not first_run.is_due(())


def test_the_note_is_private_and_a_broken_one_is_none(tmp_path: Path) -> None:
    first_run = FirstRun(tmp_path / "data")
    first_run.note(("words",))
    assert stat.S_IMODE((tmp_path / "data" / NAME).stat().st_mode) == 0o600
    (tmp_path / "data" / NAME).write_bytes(b"\xff\xfe")
    assert first_run.is_due(("words",))


def test_where_nothing_can_be_written_they_are_said_again(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    bedside = Bedside()
    introduction = begin(bedside, tmp_path / "data")
    bedside.finish_speaking()
    introduction.look(speaking=False)
    assert FirstRun(tmp_path / "data").is_due(("words",))
