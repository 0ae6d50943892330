"""Different wordings of one thing meet in the middle; nothing said is lost by accident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.language import Lexicon
from voice_skill.understanding.text import Normalizer, split_plain, stem

LEXICON = Lexicon(
    concepts={"twitch": "TWITCH", "jump": "TWITCH", "charley horse": "CRAMP", "foot": "FOOT"},
    aliases={"uncle": "ankle", "to points": "toe points", "calm": "calf"},
    near={"calm": ("cramp", "muscle")},
    contractions={"it's": "it is", "won't": "will not"},
    fillers=("um", "you know", "please"),
)
NORMALIZER = Normalizer(LEXICON)


@pytest.mark.parametrize(
    "words",
    [
        "twitch twitches twitching twitched twitchy",
        "jump jumps jumping jumped jumpy",
        "pulse pulses pulsing pulsed",
        "stop stops stopping stopped",
        "cramp cramps cramping cramped",
        "worry worries",
    ],
)
def test_forms_of_a_word_have_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize("word", ["yes", "this", "bus", "foot", "sing", "red", "is"])
def test_short_words_and_words_that_only_look_inflected_stay_apart(word: str) -> None:
    assert stem(word) == word


def test_plain_writes_contractions_out_and_drops_fillers() -> None:
    assert NORMALIZER.plain("Um, it's twitching, you know!") == "it is twitching"
    assert NORMALIZER.plain("it won\u2019t stop") == "it will not stop"


def test_a_sentence_of_fillers_keeps_them() -> None:
    assert NORMALIZER.plain("um please") == "um please"


def test_normal_speaks_in_concepts_and_says_each_word_once() -> None:
    assert NORMALIZER.normal("my foot jumps and jumps") == "my FOOT TWITCH and"
    assert NORMALIZER.normal("a charley horse") == "a CRAMP"


def test_concepts_of_a_sentence() -> None:
    assert NORMALIZER.concepts("charley horse in my foot") == {"CRAMP", "FOOT"}
    assert not NORMALIZER.concepts("CRAMP")


def test_what_the_recogniser_writes_is_read_as_what_was_meant() -> None:
    assert NORMALIZER.meant("start to points for my uncle") == "start toe points for my ankle"


def test_a_doubtful_alias_needs_a_word_near_it() -> None:
    assert NORMALIZER.meant("calm down") == "calm down"
    assert NORMALIZER.meant("cramping in my calm") == "cramping in my calf"


@given(st.text(max_size=60))
def test_any_text_can_be_normalised_and_normalising_again_changes_nothing(text: str) -> None:
    plain = NORMALIZER.plain(text)
    assert NORMALIZER.plain(plain) == plain
    assert plain == " ".join(plain.split())
    NORMALIZER.normal(text)


@given(st.text(max_size=60))
def test_words_are_lower_case_and_not_empty(text: str) -> None:
    for word in split_plain(text):
        assert word
        assert word == word.lower()


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_a_stem_is_a_beginning_of_the_word_or_nearly(word: str) -> None:
    assert 1 <= len(stem(word)) <= len(word)
    assert stem(word)[:2] == word[:2] or word.startswith(stem(word)[:-1])
