"""The order of decision: signs, legal sentences through the gate, free wording, alarm words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from feet import KNOWLEDGE, LANGUAGE
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.domain.language import Language, Phrase, Thresholds
from voice_skill.domain.model import (
    Decision,
    Decoder,
    DialogueState,
    Hypothesis,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.understanding.decide import Understander

FRAMES = 60


def typed(text: str, state: DialogueState = "idle") -> Utterance:
    return Utterance((Hypothesis(text, "text"),), state)


def heard(
    domain: str, freely: str | None, a_frame: float = 0.0, state: DialogueState = "idle"
) -> Utterance:
    """An utterance whose domain sentence is `a_frame` likelier a frame than the open one."""
    hypotheses = [Hypothesis(domain, "domain", 1000.0 + a_frame * FRAMES, FRAMES)]
    if freely is not None:
        hypotheses.append(Hypothesis(freely, "open", 1000.0, FRAMES))
    return Utterance(tuple(hypotheses), state)


# ------------------------------------------------------------------ nothing, and warning signs


@pytest.mark.parametrize("texts", [(), ("",), ("  ", "[unk]"), ("...",)])
def test_nothing_was_heard(understander: Understander, texts: tuple[str, ...]) -> None:
    understanding = understander.understand(Utterance(tuple(Hypothesis(t, "open") for t in texts)))
    assert understanding.decision is Decision.REJECT
    assert understanding.why == ("heard nothing",)


@pytest.mark.parametrize("state", ["idle", "offer", "routine"])
def test_a_sign_in_any_hypothesis_is_urgent_in_every_state(
    understander: Understander, state: DialogueState
) -> None:
    utterance = Utterance(
        (
            Hypothesis("stop", "domain", 900, FRAMES),
            Hypothesis("stop it", "open", 800, FRAMES),
            Hypothesis("my chest hurts", "open", 700, FRAMES),
        ),
        state,
    )
    understanding = understander.understand(utterance)
    assert understanding.decision is Decision.URGENT
    assert understanding.intent == "alarm"
    assert understanding.slot("sign") == "R01"
    assert understanding.alarm is not None
    assert understanding.text == "my chest hurts"
    assert "R01" in understanding.why[0]


def test_a_same_day_sign_is_urgent_too(understander: Understander) -> None:
    assert understander.understand(typed("my calf is swollen")).decision is Decision.URGENT


def test_a_sign_to_be_seen_soon_goes_along_with_the_rest(understander: Understander) -> None:
    understanding = understander.understand(typed("why does it twitch is it getting thinner"))
    assert understanding.alarm is not None
    assert understanding.alarm.id == "R30"
    assert understanding.decision is not Decision.URGENT
    assert understanding.intent == "ask_causes"


def test_a_sign_that_was_hardly_heard_brings_the_question(understander: Understander) -> None:
    """The domain decoder makes symptoms of a television: far less likely than what was said."""
    television = heard("my chest hurts", "the best words of the season", a_frame=-3.0)
    understanding = understander.understand(television)
    assert understanding.decision is Decision.CONFIRM
    assert understanding.screen == KNOWLEDGE.alarm_words.screen
    doubtful = heard("my chest hurts", "a just cause", a_frame=-0.1)
    assert understander.understand(doubtful).screen == KNOWLEDGE.alarm_words.screen
    believed = heard("my chest hurts", "a chest that hurts", a_frame=-0.03)
    assert understander.understand(believed).decision is Decision.URGENT
    freely = heard("stop", "my chest hurts", a_frame=-3.0)
    assert understander.understand(freely).decision is Decision.URGENT


def test_a_hardly_heard_sign_does_not_hold_up_a_command(understander: Understander) -> None:
    utterance = Utterance(
        (
            Hypothesis("my chest hurts", "domain", 1000.0 - 3 * FRAMES, FRAMES),
            Hypothesis("stop", "open", 1000.0, FRAMES),
        ),
        "routine",
    )
    understanding = understander.understand(utterance)
    assert (understanding.decision, understanding.intent) == (Decision.ACT, "stop")


def test_a_lone_word_that_was_heard_needs_to_be_legal(understander: Understander) -> None:
    assert understander.understand(heard("stop", "stop", state="routine")).intent == "stop"
    understanding = understander.understand(heard("causes", "causes"))
    assert understanding.decision is Decision.REJECT


def test_intents_alone_have_no_signs() -> None:
    bare = Understander(LANGUAGE)
    assert bare.understand(typed("my chest hurts")).decision is not Decision.URGENT


# ------------------------------------------------------------------ legal sentences


def test_a_legal_sentence_is_acted_on_with_its_slots_folded(understander: Understander) -> None:
    text = "my left big toe keeps twitching at night for two days"
    understanding = understander.understand(typed(text))
    assert understanding == Understanding(
        Decision.ACT,
        intent="report_symptom",
        slots=(
            Slot("side", "left", "left"),
            Slot("site", "toe", "big toe"),
            Slot("sensation", "twitch", "twitching"),
            Slot("timing", "night", "at night"),
            Slot("duration", 48.0, "two days"),
        ),
        confidence=1.0,
        candidates=understanding.candidates,
        text=text,
        why=understanding.why,
        legal=True,
    )
    assert understanding.candidates[0].confidence == 1.0
    assert "legal report_symptom" in understanding.why[0]


def test_a_sentence_that_is_not_legal_in_the_state_is_no_command(
    understander: Understander,
) -> None:
    assert understander.understand(typed("slower", "routine")).intent == "slower"
    assert understander.understand(typed("slower", "idle")).decision is Decision.REJECT


def test_the_first_legal_alternative_of_the_domain_decoder_counts(
    understander: Understander,
) -> None:
    utterance = Utterance(
        (
            Hypothesis("my foot keeps my foot", "domain", 1010, FRAMES),
            Hypothesis("my [unk] keeps twitching", "domain", 1009, FRAMES),
            Hypothesis("my foot keeps twitching", "domain", 1008, FRAMES),
            Hypothesis("my food keeps switching", "open", 1000, FRAMES),
        )
    )
    understanding = understander.understand(utterance)
    assert understanding.decision is Decision.ACT
    assert understanding.text == "my foot keeps twitching"


@pytest.mark.parametrize(
    ("freely", "a_frame", "decision"),
    [
        ("a bird was sitting there", 0.1, Decision.ACT),
        ("a bird was sitting there", -0.4, Decision.ACT),
        ("a bird was sitting there", -0.6, Decision.CONFIRM),
        ("a bird was sitting there", -2.0, Decision.REJECT),
        ("my food keeps twitching", -2.0, Decision.ACT),
        ("my big toe keeps twitching", -2.0, Decision.ACT),
        (None, 0.0, Decision.ACT),
    ],
)
def test_the_gate(
    understander: Understander, freely: str | None, a_frame: float, decision: Decision
) -> None:
    understanding = understander.understand(heard("my foot keeps twitching", freely, a_frame))
    assert understanding.decision is decision
    if decision is not Decision.REJECT:
        assert understanding.intent == "report_symptom"
        assert understanding.slot("site") == "foot"


def test_without_scores_a_different_open_sentence_is_asked_about(
    understander: Understander,
) -> None:
    utterance = Utterance(
        (Hypothesis("stop", "domain"), Hypothesis("it was on the top", "open")), "routine"
    )
    understanding = understander.understand(utterance)
    assert understanding.decision is Decision.CONFIRM
    assert understanding.intent == "stop"


def test_what_the_open_decoder_heard_may_be_legal_as_well(understander: Understander) -> None:
    understanding = understander.understand(heard("[unk] toe", "my uncle keeps twitching"))
    assert understanding.decision is Decision.ACT
    assert understanding.slot("site") == "ankle"
    assert understander.understand(typed("my uncle keeps twitching")).slot("site") is None


# ------------------------------------------------------------------ free wording


def test_free_wording_is_understood_with_its_slots(understander: Understander) -> None:
    understanding = understander.understand(typed("there is some flutter in my left foot again"))
    assert understanding.decision in (Decision.ACT, Decision.CONFIRM)
    assert understanding.intent == "report_symptom"
    assert understanding.slot("site") == "foot"
    assert understanding.slot("side") == "left"
    assert any("flutter in my foot" in line for line in understanding.why)


def test_what_is_not_for_us_is_refused(understander: Understander) -> None:
    for text in ("turn on the light please", "what is the weather like", "sing me a song"):
        understanding = understander.understand(typed(text))
        assert understanding.decision is Decision.REJECT
        assert understanding.intent is None
        assert understanding.slots == ()


def test_a_report_needs_a_word_for_what_it_does(understander: Understander) -> None:
    understanding = understander.understand(typed("there's a sandal on my foot"))
    assert understanding.intent != "report_symptom"
    understanding = understander.understand(typed("there's a flutter in the curtain foot down"))
    assert understanding.decision is not Decision.URGENT


def test_a_command_counts_only_as_the_whole_utterance(understander: Understander) -> None:
    assert understander.understand(typed("enough for to night", "routine")).intent == "stop"
    for text in ("do not stop it yet", "stop is what i told him", "lower", "it stopped"):
        assert understander.understand(typed(text, "routine")).intent not in ("stop", "slower")


def test_two_close_intents_are_put_to_the_person() -> None:
    language = Language(
        "en",
        {
            "intents": {
                "circles": {"data": [{"sentences": ["the exercise for the ankle"]}]},
                "points": {"data": [{"sentences": ["the exercise for the toes"]}]},
            }
        },
        phrases=(Phrase("the ankle thing", "circles"), Phrase("the toes thing", "points")),
        thresholds=Thresholds(confirm=0.3, margin=0.3),
    )
    understanding = Understander(language).understand(typed("the ankle toes thing"))
    assert understanding.decision is Decision.CHOOSE
    assert understanding.intent is None
    assert {c.intent for c in understanding.candidates} == {"circles", "points"}
    assert understanding.why[-1].endswith("ask which")


def test_thresholds_decide_between_acting_asking_and_refusing() -> None:
    text = "my foot has some sort of flutter in it"
    decisions = []
    for accept, confirm in ((0.0, 0.0), (1.1, 0.0), (1.1, 1.05)):
        limits = replace(LANGUAGE.thresholds, accept=accept, confirm=confirm, margin=0.0)
        understander = Understander(replace(LANGUAGE, thresholds=limits))
        decisions.append(understander.understand(typed(text)).decision)
    assert decisions == [Decision.ACT, Decision.CONFIRM, Decision.REJECT]


# ------------------------------------------------------------------ alarm words


def test_an_alarm_word_is_asked_about_and_what_was_understood_is_kept(
    understander: Understander,
) -> None:
    understanding = understander.understand(typed("why does it happen my leg is cold"))
    assert understanding.decision is Decision.CONFIRM
    assert understanding.screen == "urgent_screen"
    assert understanding.alarm is None
    assert understanding.intent in (None, "ask_causes")
    assert "cold" in understanding.why[-1]


def test_an_alarm_word_that_nothing_else_explains_is_asked_about(
    understander: Understander,
) -> None:
    understanding = understander.understand(typed("there was something numbing"))
    assert (understanding.decision, understanding.screen) == (Decision.CONFIRM, "urgent_screen")


def test_a_report_with_a_question_of_its_own_is_acted_on(understander: Understander) -> None:
    understanding = understander.understand(typed("my chest keeps twitching"))
    assert understanding.decision is Decision.ACT
    assert understanding.slot("site") == "chest"
    assert understanding.screen is None


def test_an_answer_or_a_command_is_taken_at_its_word(understander: Understander) -> None:
    for text in ("no", "stop"):
        understanding = understander.understand(heard(text, "numb", 0.2, "routine"))
        assert (understanding.decision, understanding.intent) == (Decision.ACT, text)
        assert understanding.screen is None


def test_a_word_in_the_depth_of_the_alternatives_is_not_asked_about(
    understander: Understander,
) -> None:
    utterance = Utterance(
        (
            Hypothesis("why does it twitch", "open", 1000, FRAMES),
            Hypothesis("why does it twitch cold", "open", 990, FRAMES),
        )
    )
    assert understander.understand(utterance).screen is None


def test_likeness_to_a_warning_sentence_brings_the_question_not_the_warning() -> None:
    phrases = (Phrase("something is badly wrong with me", "alarm"),)
    language = replace(LANGUAGE, phrases=LANGUAGE.phrases + phrases, states={})
    understander = Understander(language, KNOWLEDGE)
    understanding = understander.understand(typed("something is badly wrong with it"))
    assert (understanding.decision, understanding.screen) == (Decision.CONFIRM, "urgent_screen")
    assert understanding.intent is None
    assert understanding.alarm is None


# ------------------------------------------------------------------ always


DECODERS: list[Decoder] = ["domain", "open", "text", "exact"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.builds(
            Hypothesis,
            st.one_of(
                st.text(max_size=40),
                st.sampled_from(["stop", "[unk]", "my foot keeps twitching", "it is numb", "yes"]),
            ),
            st.sampled_from(DECODERS),
            st.floats(-1e6, 1e6),
            st.integers(0, 2000),
        ),
        max_size=5,
    ),
    st.sampled_from(["idle", "offer", "routine"]),
)
def test_anything_can_be_heard(hypotheses: list[Hypothesis], state: DialogueState) -> None:
    utterance = Utterance(tuple(hypotheses), state)
    understanding = UNDERSTANDER.understand(utterance)
    assert UNDERSTANDER.understand(utterance) == understanding
    assert understanding.why
    assert 0.0 <= understanding.confidence <= 1.0
    if understanding.decision is Decision.ACT:
        assert understanding.intent is not None
    if understanding.decision is Decision.URGENT:
        assert understanding.alarm is not None
    if understanding.decision is Decision.CHOOSE:
        assert len(understanding.candidates) >= 2
    if understanding.decision is Decision.CONFIRM:
        assert understanding.intent is not None or understanding.screen is not None


UNDERSTANDER = Understander(LANGUAGE, KNOWLEDGE)
