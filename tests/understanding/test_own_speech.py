"""The assistant's own sentences are nobody's request, and a person is not taken for it."""

from __future__ import annotations

import pytest

from voice_skill.domain.model import Decoder, Hypothesis
from voice_skill.understanding.own_speech import OwnSpeech

LONG = "Leave that out if the leg is swollen or red."
OWN = OwnSpeech(
    (LONG, "I will speak up.", "I am glad.", "Sleep well.", "Good night, and sleep well."),
    lambda text: text == "i am glad",
)


def heard(text: str, decoder: Decoder = "open", *, warned: bool = False) -> bool:
    return (
        OWN.heard((Hypothesis(text, decoder), Hypothesis("", "exact")), warned=warned) is not None
    )


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("i will speak up", True),
        ("will speak up", True),
        ("speak up", False),
        ("leave that out if the leg and swollen or red", True),
        ("leave it out if a leg is swollen or red", True),
        ("my leg is swollen and red", False),
        ("is the leg swollen or red", False),
        ("i am glad", False),
        ("sleep well", False),
        ("", False),
    ],
)
def test_word_for_word_or_nearly(text: str, ours: bool) -> None:
    assert heard(text) == ours


def test_a_warning_sign_is_ours_only_as_the_open_decoder_heard_a_long_sentence() -> None:
    assert heard("leave that out if the leg is swollen or red", warned=True)
    assert not heard("leave that out if the leg is swollen or red", "domain", warned=True)
    assert not heard("i will speak up", warned=True)


def test_typed_and_exact_sentences_are_a_persons() -> None:
    assert not heard("i will speak up", "text")
    assert not heard("i will speak up", "exact")
    assert heard("i will speak up", "domain")
