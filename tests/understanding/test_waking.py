"""Wake phrases: heard anywhere in an utterance, believed only from who is believable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.language import Language, Phrase, Thresholds, WordAutomaton
from voice_skill.domain.model import WAKE, Decision, Hypothesis, Utterance
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.templates import Prefix, Templates
from voice_skill.understanding.waking import WakePhrases, with_calls

PHRASES = ("hey ankle coach", "okay coach")
WAKING = WakePhrases(PHRASES, Thresholds())
LANGUAGE = Language(
    "en",
    {
        "language": "en",
        "intents": {
            "stop": {"data": [{"sentences": ["stop [it]"]}]},
            "go": {"data": [{"sentences": ["okay go"]}]},
        },
        "lists": {},
        "expansion_rules": {},
        "skip_words": [],
    },
    phrases=(Phrase("please stop that now", "stop"),),
    wake_phrases=PHRASES,
)


def heard(open_: str, domain: str, *, margin: float = 0.0) -> tuple[Hypothesis, ...]:
    """Hypotheses of both decoders; `margin`: log score a frame of the forced one over the other."""
    return (
        Hypothesis(domain, "domain", -100.0 + 40 * margin, 40),
        Hypothesis(open_, "open", -100.0, 40),
    )


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("hey ankle coach", ""),
        ("hey ankle coach stop", "stop"),
        ("Hey, ankle coach! Stop it.", "Stop it."),
        ("and now the weather okay coach stop", "stop"),
        ("hey ankle", None),
        ("ankle coach hey", None),
        ("", None),
    ],
)
def test_what_follows_the_call(text: str, rest: str | None) -> None:
    assert WAKING.after(text) == rest


def test_without_phrases_nothing_is_a_call() -> None:
    assert WakePhrases((), Thresholds()).after("hey ankle coach") is None
    assert WakePhrases((), Thresholds()).called(heard("hey ankle coach", "")) is None


def test_the_open_decoder_is_believed() -> None:
    called = WAKING.called(heard("hey ankle coach stop", "stop"))
    assert called is not None
    assert {h.text for h in called.request} == {"stop"}


def test_a_forced_decoder_is_believed_as_far_as_the_gate_believes_it() -> None:
    doubtful = "they uncle could stop"
    assert WAKING.called(heard(doubtful, "hey ankle coach stop", margin=-0.5)) is None
    called = WAKING.called(heard(doubtful, "hey ankle coach stop", margin=0.2))
    assert called is not None


def test_a_call_that_one_decoder_misheard_is_cut_off_there_too() -> None:
    called = WAKING.called(heard("hey uncle coach stop it", "hey ankle coach stop it", margin=0.2))
    assert called is not None
    assert {h.text for h in called.request} == {"stop it"}


def understood(text: str) -> object:
    utterance = Utterance((Hypothesis(text, "text"),))
    return Understander(LANGUAGE).understand(utterance)


def test_a_call_alone_is_an_intent_and_with_a_request_it_is_the_request() -> None:
    alone = understood("hey ankle coach")
    assert (alone.decision, alone.intent, alone.woken) == (Decision.ACT, WAKE, True)  # type: ignore[attr-defined]
    both = understood("hey ankle coach stop it")
    assert (both.intent, both.woken, both.legal) == ("stop", True, True)  # type: ignore[attr-defined]
    neither = understood("stop it")
    assert (neither.intent, neither.woken, neither.legal) == ("stop", False, True)  # type: ignore[attr-defined]
    lost = understood("hey ankle coach the milk is off again today")
    assert (lost.legal, lost.woken) == (False, True)  # type: ignore[attr-defined]


def test_after_a_call_a_sentence_may_go_on() -> None:
    templates = Templates(LANGUAGE)
    assert templates.prefix_state("okay coach", "idle") is Prefix.COMPLETE_OPEN
    assert templates.prefix_state("okay coach okay", "idle") is Prefix.PREFIX
    assert templates.prefix_state("okay coach okay go", "idle") is Prefix.COMPLETE


WORDS = st.sampled_from(["hey", "ankle", "coach", "okay", "stop", "it", "go"])
AUTOMATON = Templates(LANGUAGE).automaton(("idle", "offer", "routine"))
CALLED = with_calls(AUTOMATON, PHRASES)


@given(st.lists(WORDS, max_size=6))
def test_the_automaton_takes_a_call_before_every_sentence_and_alone(words: list[str]) -> None:
    calls = [phrase.split() for phrase in PHRASES]
    expected = AUTOMATON.accepts(words) or any(
        words[: len(call)] == call
        and (len(words) == len(call) or AUTOMATON.accepts(words[len(call) :]))
        for call in calls
    )
    assert CALLED.accepts(words) == expected


@given(st.sampled_from(["stop", "stop it", "okay go"]), st.sampled_from(PHRASES))
def test_each_sentence_is_taken_after_each_call(sentence: str, phrase: str) -> None:
    assert CALLED.accepts([*phrase.split(), *sentence.split()])


def test_without_phrases_the_automaton_stays() -> None:
    small = WordAutomaton(((("stop", 1),), ()), frozenset({1}))
    assert with_calls(small, ()) is small
