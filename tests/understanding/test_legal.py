"""The exact decoder says which sentence it was; the others say whether it was one."""

from __future__ import annotations

import pytest
from feet import KNOWLEDGE, LANGUAGE

from voice_skill.domain.model import (
    Decision,
    Decoder,
    DialogueState,
    Hypothesis,
    Understanding,
    Utterance,
)
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.gate import Passage, credible, judge
from voice_skill.understanding.legal import LegalSentences, may_be_legal
from voice_skill.understanding.templates import Templates
from voice_skill.understanding.text import Normalizer

FRAMES = 60
TEMPLATES = Templates(LANGUAGE)
LEGAL = LegalSentences(TEMPLATES, Normalizer(LANGUAGE.lexicon), LANGUAGE.thresholds)
TWITCH = "my foot keeps twitching"
OTHER = "a bird was sitting there"

Alternative = tuple[str, float]
"""A text and its log score."""


def heard(
    exact: list[Alternative],
    domain: list[Alternative],
    freely: list[Alternative],
    state: DialogueState = "idle",
) -> Utterance:
    decoders: tuple[tuple[Decoder, list[Alternative]], ...] = (
        ("exact", exact),
        ("domain", domain),
        ("open", freely),
    )
    return Utterance(
        tuple(Hypothesis(t, name, s, FRAMES) for name, found in decoders for t, s in found), state
    )


def understood(
    understander: Understander,
    exact: list[Alternative],
    domain: list[Alternative],
    freely: list[Alternative],
    state: DialogueState = "idle",
) -> Understanding:
    return understander.understand(heard(exact, domain, freely, state))


def test_what_the_bigram_garbled_is_understood_exactly(understander: Understander) -> None:
    domain = [("my foot keeps my foot", 990.0), ("my [unk] keeps twitching", 989.0)]
    understanding = understood(understander, [(TWITCH, 1003.0)], domain, [(OTHER, 1000.0)])
    assert (understanding.decision, understanding.text) == (Decision.ACT, TWITCH)
    assert understanding.slot("site") == "foot"
    assert "+0.05 a frame" in understanding.why[0]


@pytest.mark.parametrize(
    ("a_frame", "decision"),
    [(0.01, Decision.ACT), (-0.03, Decision.CONFIRM), (-0.3, Decision.REJECT)],
)
def test_its_own_gate(a_frame: float, decision: Decision) -> None:
    exact = [(TWITCH, 1000 + a_frame * FRAMES)]
    utterance = heard(exact, [("[unk]", 900.0)], [(OTHER, 1000.0)])
    assert LEGAL.weigh(utterance.hypotheses, "idle").understanding.decision is decision


@pytest.mark.parametrize(
    ("domain", "freely"),
    [
        ([(TWITCH, 999.0)], OTHER),  # the bigram's n-best holds a legal sentence
        ([("my foot [unk]", 999.0), (TWITCH, 998.0)], OTHER),
        ([("[unk]", 900.0)], TWITCH),  # the open decoder understood the same
    ],
)
def test_another_decoder_opens_the_gate(
    understander: Understander, domain: list[Alternative], freely: str
) -> None:
    understanding = understood(understander, [(TWITCH, 950.0)], domain, [(freely, 1000.0)])
    assert understanding.decision is Decision.ACT


@pytest.mark.parametrize(("score", "decision"), [(998.0, Decision.ACT), (980.0, Decision.REJECT)])
def test_what_sounds_alike_is_not_forced_into_a_template(score: float, decision: Decision) -> None:
    """The open decoder heard nearly the same: nearly as likely too, or else it was right."""
    utterance = heard([(TWITCH, score)], [("[unk]", 900.0)], [("my food keeps twitching", 1000.0)])
    found = (
        LEGAL.weigh(utterance.hypotheses[:-1], "idle"),
        LEGAL.weigh(utterance.hypotheses, "idle"),
    )
    assert found[0].understanding.decision is Decision.REJECT  # nobody else heard it
    assert found[1].understanding.decision is decision


@pytest.mark.parametrize(("seconds", "decision"), [(3, Decision.ACT), (6, Decision.REJECT)])
def test_a_few_words_do_not_fill_a_long_sound(seconds: float, decision: Decision) -> None:
    """Where people talk at once all decoders fail, so their likelihoods show nothing."""
    frames = round(seconds / 0.03)
    utterance = (
        Hypothesis(TWITCH, "exact", 1003.0, frames),
        Hypothesis("[unk]", "domain", 900.0, frames),
        Hypothesis(OTHER, "open", 1000.0, frames),
    )
    assert LEGAL.weigh(utterance, "idle").understanding.decision is decision


@pytest.mark.parametrize(("level", "decision"), [(1.2, Decision.ACT), (0.8, Decision.CONFIRM)])
def test_where_nothing_is_clear_a_likelihood_is_in_doubt(level: float, decision: Decision) -> None:
    exact, freely = (TWITCH, level * FRAMES + 3.0), (OTHER, level * FRAMES)
    utterance = heard([exact], [("[unk]", 0.0)], [freely])
    assert LEGAL.weigh(utterance.hypotheses, "idle").understanding.decision is decision


@pytest.mark.parametrize("score", [990.0, 1010.0])
def test_a_short_sentence_needs_another_decoder(understander: Understander, score: float) -> None:
    """In noise "stop" is as likely as nothing."""
    exact = [("stop", score)]
    alone = understood(understander, exact, [("", 1001.0)], [("", 1000.0)], "routine")
    assert alone.decision is Decision.REJECT
    confirmed = understood(understander, exact, [("stop", 999.0)], [("top", 1000.0)], "routine")
    assert (confirmed.decision, confirmed.intent) == (Decision.ACT, "stop")


def test_alike_as_a_whole_is_not_enough() -> None:
    """ "since i woke" and "and it wakes me" share most letters, as ends of a long sentence."""
    said = "my big toe keeps twitching at night and it wakes me up"
    forced = "my big toe keeps twitching at night since i woke up"
    heard_freely = (Hypothesis(said, "open", 1000.0, FRAMES),)
    verdict = judge(forced, heard_freely, same_meaning=False, gate=0.0)
    assert verdict.passage is not Passage.OPEN


@pytest.mark.parametrize(
    ("freely", "said"),
    [
        ("it's twitching again in my foot and it wakes me", ""),
        ("it's twitching again in my foot for a few day", "for a few days"),
    ],
)
def test_a_length_of_time_that_nobody_else_heard_was_not_said(
    understander: Understander, freely: str, said: str
) -> None:
    """The nearest template may end in other words than what was said: then it was not said."""
    exact = [(f"{TWITCH} for a few days", 998.0)]
    understanding = understood(understander, exact, [("my foot [unk]", 950.0)], [(freely, 1000.0)])
    assert (understanding.decision, understanding.intent) == (Decision.ACT, "report_symptom")
    assert understanding.slot("site") == "foot"
    assert (understanding.slot("duration") is not None) == bool(said)
    assert understanding.text == (exact[0][0] if said else freely)


def test_two_intents_that_are_nearly_as_likely_are_asked_about(understander: Understander) -> None:
    neither, freely = [("louder", 1000.0)], [("not so feast", 1000.0)]
    exact = [("not so fast", 1010.0), ("no it isn't", 1009.0)]
    choice = understood(understander, exact, neither, freely, "routine")
    assert choice.decision is Decision.CHOOSE
    assert [c.intent for c in choice.candidates] == ["slower", "no"]
    assert choice.intent is None
    exact = [("not so fast", 1010.0), ("no it isn't", 1007.0)]
    sure = understood(understander, exact, neither, freely, "routine")
    assert (sure.decision, sure.intent) == (Decision.ACT, "slower")


@pytest.mark.parametrize("agreed", ["stop", "slower"])
def test_of_two_short_ones_that_are_nearly_as_likely_the_bigram_decides(
    understander: Understander, agreed: str
) -> None:
    exact, freely = [("stop", 1010.0), ("slower", 1009.0)], [("sloper", 1000.0)]
    understanding = understood(understander, exact, [(agreed, 1001.0)], freely, "routine")
    assert (understanding.decision, understanding.intent) == (Decision.ACT, agreed)


def test_where_the_bigram_heard_another_intent_it_asks(understander: Understander) -> None:
    """The exact decoder is the better judge, but two that differ leave a doubt."""
    exact, freely = [("stop", 1020.0), ("slower", 1009.0)], [("sloper", 1000.0)]
    agreed = understood(understander, exact, [("stop", 1001.0)], freely, "routine")
    assert (agreed.decision, agreed.intent) == (Decision.ACT, "stop")
    opposed = understood(understander, exact, [("slower", 1001.0)], freely, "routine")
    assert opposed.decision is Decision.CHOOSE
    assert [c.intent for c in opposed.candidates] == ["stop", "slower"]


def test_a_sentence_of_another_state_does_not_count(understander: Understander) -> None:
    exact = [("slower", 1010.0), ("stop", 1009.0)]
    understanding = understood(understander, exact, [("stop", 1001.0)], [("s", 1000.0)], "idle")
    assert understanding.intent != "slower"


def test_the_exact_decoder_is_no_source_of_free_wording(understander: Understander) -> None:
    """Its words are a template whatever was said: the matcher would find it very much alike."""
    exact = [(TWITCH, 800.0)]
    with_it = understood(understander, exact, [("[unk]", 999.0)], [(OTHER, 1000.0)])
    without = understood(understander, [], [("[unk]", 999.0)], [(OTHER, 1000.0)])
    assert with_it.candidates == without.candidates


@pytest.mark.parametrize(("score", "decision"), [(970.0, Decision.ACT), (967.0, Decision.CONFIRM)])
def test_the_bigram_decoder_still_has_its_gate(score: float, decision: Decision) -> None:
    """What it alone would bring is not lost where the exact decoder's gate is shut."""
    for exact in ([], [("stop", 940.0)]):
        utterance = heard(exact, [("stop", score)], [(OTHER, 1000.0)])
        assert LEGAL.weigh(utterance.hypotheses, "routine").understanding.decision is decision


# ------------------------------------------------------------------ warning signs

CHEST = "my chest hurts"


def test_a_forced_alarm_brings_no_emergency_by_itself(understander: Understander) -> None:
    for domain in (("[unk]", 999.0), ("[unk]", 800.0)):
        understanding = understood(understander, [(CHEST, 995.0)], [domain], [(OTHER, 1000.0)])
        assert understanding.decision is Decision.CONFIRM
        assert understanding.screen == KNOWLEDGE.alarm_words.screen


def test_a_forced_alarm_far_from_what_was_said_is_no_sign(understander: Understander) -> None:
    exact = [(CHEST, 980.0)]
    understanding = understood(understander, exact, [("[unk]", 999.0)], [(OTHER, 1000.0)])
    assert understanding.screen is None


def test_a_believed_alarm_is_urgent(understander: Understander) -> None:
    domain = [("my chest [unk]", 999.0)]
    for freely in ("might chest hurts", "what a chest it hurts"):
        understanding = understood(understander, [(CHEST, 1003.0)], domain, [(freely, 1000.0)])
        assert understanding.decision is Decision.URGENT


def test_an_alarm_that_the_open_decoder_has_no_word_of_is_asked_about(
    understander: Understander,
) -> None:
    said = [("that's terrible weather", 1000.0)]
    understanding = understood(understander, [(CHEST, 1003.0)], [("[unk]", 999.0)], said)
    assert understanding.decision is Decision.CONFIRM
    assert understanding.screen == KNOWLEDGE.alarm_words.screen


def test_one_forced_word_in_a_sentence_that_was_heard_well_is_no_emergency(
    understander: Understander,
) -> None:
    """The bigram decoder lacks "guest" and writes "chest"."""
    said = "it hurts me when a guest leaves so early"
    forced = said.replace("guest", "chest")
    understanding = understander.understand(heard([], [(forced, 999.5)], [(said, 1000.0)]))
    assert understanding.decision is Decision.CONFIRM
    assert understanding.screen == KNOWLEDGE.alarm_words.screen


def test_a_far_alternative_only_brings_the_question(understander: Understander) -> None:
    exact = [(TWITCH, 1010.0), (CHEST, 1002.0)]
    understanding = understood(understander, exact, [("[unk]", 999.0)], [(OTHER, 1000.0)])
    assert understanding.decision is Decision.CONFIRM
    assert understanding.screen == KNOWLEDGE.alarm_words.screen


def test_without_scores_everything_is_believed() -> None:
    hypotheses = (Hypothesis(CHEST, "exact"), Hypothesis(CHEST, "domain"))
    assert credible(hypotheses, LANGUAGE.thresholds) == hypotheses


# ------------------------------------------------------------------ whether it need run


@pytest.mark.parametrize(
    ("domain", "score", "expected"),
    [(TWITCH, 500.0, True), ("my foot my", 995.0, True), ("my foot my", 960.0, False)],
)
def test_where_nothing_legal_was_heard_it_need_not_run(
    domain: str, score: float, expected: bool
) -> None:
    hypotheses = heard([], [(domain, score)], [(OTHER, 1000.0)]).hypotheses
    gate = LANGUAGE.thresholds.gate
    assert may_be_legal(hypotheses, "idle", TEMPLATES, gate) is expected


# ------------------------------------------------------------------ short sounds


@pytest.mark.parametrize(("freely", "believed"), [("flooring", False), ("slurrings", True)])
def test_a_short_forced_sentence_is_believed_where_the_open_decoder_heard_nearly_the_same(
    freely: str, believed: bool
) -> None:
    forced = Hypothesis("slurring", "domain", 100.0, 60)
    hypotheses = (forced, Hypothesis(freely, "open", 101.0, 60))
    assert (forced in credible(hypotheses, LANGUAGE.thresholds)) is believed
