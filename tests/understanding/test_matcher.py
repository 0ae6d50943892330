"""Free wording finds its intent; what is for nobody stays low; the fit can be kept in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from feet import LANGUAGE, PHRASES
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.domain.language import Language
from voice_skill.understanding.matcher import Matcher

MATCHER = Matcher(LANGUAGE)
EVERYWHERE = Matcher(replace(LANGUAGE, states={}))


@pytest.mark.parametrize(("intent", "texts"), PHRASES.items())
def test_a_phrase_belongs_to_its_own_intent(intent: str, texts: list[str]) -> None:
    for text in texts:
        best, second = EVERYWHERE.rank(text, "idle")[:2]
        assert best.intent == intent
        assert best.confidence > 0.7
        assert best.confidence > second.confidence


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what could be the reason", "ask_causes"),
        ("there is a fluttering thing in my foot", "report_symptom"),
        ("my toe simply won't be still", "report_symptom"),
        ("you are going much too fast", "slower"),
    ],
)
def test_other_words_find_it_too(text: str, intent: str) -> None:
    assert EVERYWHERE.rank(text, "idle")[0].intent == intent


def test_negatives_pull_confidence_down() -> None:
    assert EVERYWHERE.rank("there's a flutter in my heel", "idle")[0].confidence > 0.75
    for text in ("play some more music", "there's a blister on my toe", "what will the weather be"):
        assert EVERYWHERE.rank(text, "idle")[0].confidence < 0.5


def test_only_the_intents_of_the_state_are_ranked() -> None:
    intents = {candidate.intent for candidate in MATCHER.rank("stop that twitch", "offer")}
    assert intents == set(LANGUAGE.states["offer"])


def test_templates_alone_are_enough_to_match_by() -> None:
    matcher = Matcher(Language("en", LANGUAGE.templates))
    assert matcher.rank("why is it that it does twitch", "idle")[0].intent == "ask_causes"


def test_nothing_to_compare_gives_no_candidates() -> None:
    assert MATCHER.rank("...", "idle") == ()
    assert MATCHER.explain("") == ()
    assert Matcher(Language("en", {"intents": {}})).rank("hello", "idle") == ()


def test_it_says_which_phrases_decided() -> None:
    reasons = EVERYWHERE.explain("what was the reason for it", count=3)
    assert reasons[0].phrase == "what is the reason for it"
    assert reasons[0].intent == "ask_causes"
    assert reasons[0].weight > 0
    assert len(reasons) == 3
    assert EVERYWHERE.explain("hello", "no such intent") == ()


def test_likeness_of_the_whole_utterance() -> None:
    assert MATCHER.nearest_ratio("stop", "stop") == 1.0
    assert MATCHER.nearest_ratio("lower", "slower") == 0.0, "one word has to be the word"
    assert MATCHER.nearest_ratio("enough for to night", "stop") > 0.9
    assert MATCHER.nearest_ratio("do not stop it now", "stop") < 0.9
    assert MATCHER.nearest_ratio("stop", "no such intent") == 0.0


def test_a_kept_fit_gives_the_same_answers(tmp_path: Path) -> None:
    text = "the reason of my foot twitching"
    first = Matcher(LANGUAGE, cache_folder=tmp_path).rank(text, "idle")
    (kept,) = tmp_path.iterdir()
    written = kept.stat().st_mtime_ns
    assert Matcher(LANGUAGE, cache_folder=tmp_path).rank(text, "idle") == first
    assert kept.stat().st_mtime_ns == written


def test_other_phrases_never_read_an_old_fit(tmp_path: Path) -> None:
    Matcher(LANGUAGE, cache_folder=tmp_path).rank("why", "idle")
    changed = replace(LANGUAGE, negatives=("why is the sky blue",))
    Matcher(changed, cache_folder=tmp_path).rank("why", "idle")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    first = Matcher(LANGUAGE, cache_folder=tmp_path).rank("why is it", "idle")
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert Matcher(LANGUAGE, cache_folder=tmp_path).rank("why is it", "idle") == first
    assert kept.stat().st_size > 1000


def test_a_cut_file_is_made_anew(tmp_path: Path) -> None:
    first = Matcher(LANGUAGE, cache_folder=tmp_path).rank("why is it", "idle")
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-400])
    assert Matcher(LANGUAGE, cache_folder=tmp_path).rank("why is it", "idle") == first


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert Matcher(LANGUAGE, cache_folder=blocked / "cache").rank("why is it", "idle")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_confidence_is_between_nothing_and_one_best_first(text: str) -> None:
    confidences = [candidate.confidence for candidate in EVERYWHERE.rank(text, "idle")]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0.0 <= confidence <= 1.0 for confidence in confidences)
