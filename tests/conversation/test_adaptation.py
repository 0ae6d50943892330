from __future__ import annotations

from voice_skill.conversation.adaptation import (
    GRAMMAR_WEIGHT,
    PHRASE_WEIGHT,
    weighted_sentences,
)
from voice_skill.domain.language import Language, Phrase
from voice_skill.understanding.spellings import Spellings

PHRASES = (Phrase("It's my FOOT!", "report"), Phrase("my foot's bad", "report"), Phrase("?", "no"))
LANGUAGE = Language("en", {}, phrases=PHRASES)
GRAMMARS = {"idle": ["stop", "it's my foot"], "offer": ["stop", "yes"], "routine": []}
SPELLINGS = Spellings({"foot's": ("foots", "foot is")})


def test_phrases_count_more_than_what_is_sampled_and_each_sentence_once():
    assert dict(weighted_sentences(LANGUAGE, GRAMMARS, SPELLINGS)) == {
        "it's my foot": PHRASE_WEIGHT,
        "my foots bad": PHRASE_WEIGHT / 2,
        "my foot is bad": PHRASE_WEIGHT / 2,
        "stop": GRAMMAR_WEIGHT,
        "yes": GRAMMAR_WEIGHT,
    }
