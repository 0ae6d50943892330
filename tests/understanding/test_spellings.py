from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.engines import completeness
from voice_skill.domain.language import Language, Lexicon, WordAutomaton
from voice_skill.domain.model import Hypothesis, Utterance
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.spellings import Spellings
from voice_skill.understanding.templates import Templates

SPELLINGS = Spellings(
    {
        "fasciculation": ("facet collation", "fascia collation"),
        "spasming": ("spasm ing",),
        "foot's": ("foots",),
    }
)


def test_what_was_heard_is_turned_back():
    assert SPELLINGS.heard("is a facet collation bad") == "is a fasciculation bad"
    assert SPELLINGS.heard("my foots spasm ing again") == "my foot's spasming again"


def test_only_whole_spellings_count():
    assert SPELLINGS.heard("a facet of spasm in collation") == "a facet of spasm in collation"
    assert SPELLINGS.heard("[unk] facet [unk]") == "[unk] facet [unk]"
    assert SPELLINGS.heard("") == ""


def test_every_decoder_is_turned_back_and_what_was_typed_is_not():
    heard = SPELLINGS.heard_in(
        [Hypothesis("my foots asleep", decoder, -3.0, 9) for decoder in ("open", "domain", "exact")]
        + [Hypothesis("my foots asleep", "text")]
    )
    texts = [hypothesis.text for hypothesis in heard]
    assert texts == ["my foot's asleep"] * 3 + ["my foots asleep"]
    assert heard[0] == Hypothesis("my foot's asleep", "open", -3.0, 9)


def test_a_sentence_is_spelled_in_every_way():
    assert SPELLINGS.spoken("What is a fasciculation?") == (
        "what is a facet collation",
        "what is a fascia collation",
    )
    assert SPELLINGS.spoken("My Ankle!") == ("My Ankle!",)
    assert SPELLINGS.all_spoken(["my foot’s sore", "yes"]) == ["my foots sore", "yes"]


def test_several_such_words_are_not_spelled_without_end():
    long = " ".join(["fasciculation"] * 12)
    assert 1 < len(SPELLINGS.spoken(long)) < 100


words = st.sampled_from(["my", "foot's", "fasciculation", "spasming", "bad"])


@given(st.lists(words, min_size=1, max_size=4))
def test_every_way_is_turned_back_to_the_sentence(sentence):
    for way in SPELLINGS.spoken(" ".join(sentence)):
        assert SPELLINGS.heard(way).split() == sentence


def automaton_of(sentences: list[str]) -> WordAutomaton:
    """A tree: one state for each beginning."""
    begun = dict.fromkeys(
        tuple(s.split()[:n]) for s in ["", *sentences] for n in range(len(s.split()) + 1)
    )
    numbers = {beginning: number for number, beginning in enumerate(begun)}
    arcs = [
        tuple(sorted((b[-1], n) for b, n in numbers.items() if b and b[:-1] == beginning))
        for beginning in numbers
    ]
    return WordAutomaton(tuple(arcs), frozenset(numbers[tuple(s.split())] for s in sentences))


def test_an_automaton_is_spelled_too():
    automaton = automaton_of(["i am spasming", "i spasm ing bad", "my foot's bad"])
    spelled = SPELLINGS.in_automaton(automaton)
    assert spelled.accepts(["i", "am", "spasm", "ing"])
    assert spelled.accepts(["my", "foots", "bad"])
    assert spelled.accepts(["i", "spasm", "ing", "bad"])
    assert not spelled.accepts(["i", "am", "spasming"])
    assert not spelled.accepts(["i", "am", "spasm"])


@given(st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6))
def test_an_automaton_accepts_what_its_sentences_are_spelled_as(sentences):
    spelled = SPELLINGS.in_automaton(automaton_of(sentences))
    ways = SPELLINGS.all_spoken(sentences)
    assert all(spelled.accepts(way.split()) for way in ways)
    assert _count(spelled) == len(set(ways))
    assert all(len({word for word, _ in row}) == len(row) for row in spelled.arcs)


def _count(automaton: WordAutomaton) -> int:
    def below(state: int) -> int:
        return (state in automaton.final) + sum(below(after) for _, after in automaton.arcs[state])

    return below(0)


def test_an_automaton_without_such_words_is_the_same():
    automaton = automaton_of(["yes", "no thanks"])
    assert SPELLINGS.in_automaton(automaton) is automaton


def test_without_spellings_nothing_changes():
    nothing = Spellings({})
    assert nothing.heard("my  foots") == "my  foots"
    assert "foot's" not in nothing
    assert Spellings({"...": ["foots"], "foot's": ["?"]}).heard("foots") == "foots"


LANGUAGE = Language(
    "en",
    {
        "language": "en",
        "intents": {"report": {"data": [{"sentences": ["my foot's sore [again]"]}]}},
        "lists": {},
        "expansion_rules": {},
        "skip_words": [],
    },
    lexicon=Lexicon(sounds_like={"foot's": ("foots",)}),
)


@pytest.mark.parametrize("decoder", ["open", "domain"])
def test_what_is_heard_is_understood_as_the_word(decoder):
    heard = Utterance((Hypothesis("my foots sore", decoder),), "idle")
    understanding = Understander(LANGUAGE).understand(heard)
    assert understanding.intent == "report"
    assert understanding.text == "my foot's sore"


def test_the_endpointer_hears_the_word_too():
    complete = completeness(Templates(LANGUAGE))
    assert complete([Hypothesis("my foots sore", "domain")], "idle") is Completeness.OPEN
    assert complete([Hypothesis("my foots sore again", "domain")], "idle") is Completeness.COMPLETE
