"""A sentence that goes on after a pause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bedside import Bedside
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.conversation.joining import MOST_HYPOTHESES, in_time, join, says_more
from voice_skill.conversation.transcript import AssistantSpoke, PersonSpoke
from voice_skill.domain.attention import Policy
from voice_skill.domain.events import Key
from voice_skill.domain.model import (
    Alarm,
    Decision,
    Hypothesis,
    Level,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.domain.phases import Idle, Urgent

# ------------------------------------------------------------------ the text


def heard(*hypotheses: Hypothesis, start: float = 0.0, end: float = 1.0) -> Utterance:
    return Utterance(hypotheses, "idle", start, end)


def test_each_decoder_is_joined_with_itself_best_with_best() -> None:
    first = heard(
        Hypothesis("my left ankle", "domain", -10.0, 30),
        Hypothesis("my left angle", "domain", -12.0, 30),
        Hypothesis("my left ankle", "open", -20.0, 30),
    )
    second = heard(
        Hypothesis("keeps twitching", "domain", -5.0, 20),
        Hypothesis("keep switching", "open", -7.0, 20),
        start=1.6,
        end=2.5,
    )
    whole = join(first, second)
    assert (whole.start, whole.end, whole.state) == (0.0, 2.5, "idle")
    assert whole.hypotheses == (
        Hypothesis("my left ankle keeps twitching", "domain", -15.0, 50),
        Hypothesis("my left angle keeps twitching", "domain", -17.0, 50),
        Hypothesis("my left ankle keep switching", "open", -27.0, 50),
    )


def test_a_decoder_that_heard_only_one_half_has_no_say() -> None:
    whole = join(heard(Hypothesis("stop", "exact"), Hypothesis("top", "open")),
                 heard(Hypothesis("it", "open")))  # fmt: skip
    assert [h.decoder for h in whole.hypotheses] == ["open"]


def test_a_decoder_that_heard_no_word_in_one_half_does_not_repeat_the_other() -> None:
    first, second = heard(Hypothesis("go on", "exact")), heard(Hypothesis("", "exact"))
    assert join(first, second).hypotheses == ()


hypotheses = st.lists(
    st.builds(
        Hypothesis,
        st.sampled_from(["", "my", "my toe", "twitches"]),
        st.sampled_from(["domain", "open", "exact"]),
        st.floats(-100, 0),
        st.integers(0, 100),
    ),
    max_size=8,
)


@given(hypotheses, hypotheses)
def test_a_join_is_best_first_and_short(first: list[Hypothesis], second: list[Hypothesis]) -> None:
    whole = join(heard(*first), heard(*second)).hypotheses
    for decoder in ("domain", "open", "exact"):
        own = [h for h in whole if h.decoder == decoder]
        assert len(own) <= MOST_HYPOTHESES
        assert [h.score for h in own] == sorted((h.score for h in own), reverse=True)
        assert len({h.text for h in own}) == len(own)


@pytest.mark.parametrize(
    ("pause", "sentences_said", "expected"),
    [(0.6, 3, True), (1.4, 3, True), (2.0, 3, False), (2.0, 1, True), (9.0, 0, False)],
)
def test_it_must_go_on_soon_or_in_the_first_gap(
    pause: float, sentences_said: int, expected: bool
) -> None:
    assert in_time(heard(), heard(start=1.0 + pause, end=5.0), sentences_said) is expected


# ------------------------------------------------------------------ the rule


def meant(
    intent: str | None, *slots: str, decision: Decision = Decision.ACT, legal: bool = True
) -> Understanding:
    return Understanding(
        decision, intent, tuple(Slot(name, name, name) for name in slots), legal=legal
    )


NOTHING = Understanding(Decision.REJECT)
ALARM = Understanding(Decision.URGENT, "alarm", alarm=Alarm("dvt", Level.SAME_DAY, ("swollen",)))
TWITCH = meant("report_symptom", "site")
CRAMP = meant("cramp_now", "site", legal=False)
CRAMP_AND_QUESTION = replace(CRAMP, screen="urgent_screen")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (NOTHING, NOTHING, TWITCH),
        (TWITCH, NOTHING, meant("report_symptom", "site", "timing")),
        (NOTHING, TWITCH, meant("report_symptom", "site", "side")),
        (TWITCH, meant("give_duration", "duration"), meant("report_symptom", "site", "duration")),
        (meant("no"), NOTHING, meant("not_helped")),
        (meant("stop"), meant("sound", legal=False), meant("stop")),
        (meant("stop"), meant("sound"), meant("stop")),
        (NOTHING, NOTHING, ALARM),
        (TWITCH, NOTHING, ALARM),
        (CRAMP, NOTHING, CRAMP_AND_QUESTION),
    ],
)
def test_the_whole_says_more(
    first: Understanding, second: Understanding, joined: Understanding
) -> None:
    assert says_more(first, second, joined)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (ALARM, NOTHING, TWITCH),
        (NOTHING, ALARM, TWITCH),
        (ALARM, NOTHING, ALARM),
        (Understanding(Decision.CONFIRM, screen="urgent_screen"), NOTHING, TWITCH),
        (NOTHING, NOTHING, NOTHING),
        (NOTHING, meant("stop"), NOTHING),
        (TWITCH, meant("stop"), meant("report_symptom", "site", legal=False)),
        (TWITCH, meant("yes"), TWITCH),
        (meant("slower"), meant("slower"), meant("slower")),
        (TWITCH, NOTHING, meant("report_symptom", "site", legal=False)),
        (meant("wake"), NOTHING, TWITCH),
        (CRAMP, meant("stop"), CRAMP_AND_QUESTION),
        (CRAMP_AND_QUESTION, NOTHING, CRAMP_AND_QUESTION),
    ],
)
def test_the_whole_says_no_more(
    first: Understanding, second: Understanding, joined: Understanding
) -> None:
    assert not says_more(first, second, joined)


# ------------------------------------------------------------------ in a conversation


def say_with_a_pause(bedside: Bedside, *parts: str, pause: float = 0.8) -> None:
    """Say a sentence in parts of half a second each; the endpointer ends each after the pause."""
    for part in parts:
        start = bedside.now
        bedside.wait(0.5)
        state = bedside.loop.listening_state
        spoken = Utterance((Hypothesis(part, "text"),), state, start, bedside.now)
        bedside.loop.hear(spoken, bedside.now)
        bedside.wait(pause)


def understood(bedside: Bedside) -> list[str | None]:
    spoken = [e for e in bedside.entries if isinstance(e, PersonSpoke)]
    return [entry.understanding.intent for entry in spoken]


def test_a_rejected_half_is_taken_back_and_the_whole_answered() -> None:
    bedside = Bedside()
    say_with_a_pause(bedside, "my left ankle", "keeps twitching at night")
    assert understood(bedside)[-1] == "report_symptom"
    assert any("left ankle, at night" in sentence for sentence in bedside.said())
    assert bedside.loop.state.memory.symptom.side == "left"


def test_a_reply_is_revised_when_more_is_told() -> None:
    bedside = Bedside()
    say_with_a_pause(bedside, "my left ankle is twitching", "at night")
    (first, second) = [e.prompt for e in bedside.spoken()]
    assert "night" not in " ".join(first.sentences)
    assert "night" in " ".join(second.sentences)
    assert second.number > first.number
    bedside.finish_speaking()
    assert bedside.loop.listening_state == "offer"


def test_an_answer_in_the_first_gap_is_an_answer() -> None:
    bedside = Bedside()
    say_with_a_pause(bedside, "my left ankle is twitching", "yes")
    assert understood(bedside) == ["report_symptom", "yes"]


@pytest.mark.parametrize("wake", [None, "required"])
def test_the_first_sentence_after_hours_may_go_on_too(wake: Policy | None) -> None:
    bedside = Bedside(wake=wake)
    bedside.talk(["hey ankle coach start the ankle circles", "no", "no", "no", "pause"])
    bedside.now += 7 * 3600.0
    began = bedside.now
    say_with_a_pause(bedside, "my left ankle is twitching", "at night when i lie down")
    starts = [e.start for e in bedside.entries if isinstance(e, PersonSpoke)]
    assert starts[-2:] == [began, began], "the whole begins where its first half does"
    assert "night" in " ".join(bedside.spoken()[-1].prompt.sentences)
    assert not bedside.loop.state.memory.screened, "what the hours made of it stays"


def test_what_was_let_in_between_two_sentences_of_a_reply_may_go_on_after_it_stopped() -> None:
    bedside = Bedside(wake="required")
    bedside.say("hey ankle coach what helps against a cramp")
    while bedside.loop.attentive(bedside.now + 60) and bedside.now < 12:
        bedside.wait(0.1)
    assert bedside.loop.narrator.busy, "the window is over, the reply is not"
    say_with_a_pause(bedside, "my chest", "hurts badly", pause=0.4)
    assert bedside.loop.state.memory.level > Level.SELF_CARE


def test_a_warning_is_never_taken_back() -> None:
    bedside = Bedside()
    say_with_a_pause(bedside, "one of my legs is swollen and red", "at night when i lie down")
    level = bedside.loop.state.memory.level
    assert level >= Level.SAME_DAY
    urgent = [e for e in bedside.entries if isinstance(e, AssistantSpoke)]
    assert urgent[0].prompt.style == "urgent"


@pytest.mark.parametrize(
    ("answers", "goes_on"),
    [(["yes"], "it feels better"), (["yes"], "much better"), (["blah blah", "um well"], "no")],
)
def test_an_answer_that_brought_a_warning_is_not_taken_back(
    answers: list[str], goes_on: str
) -> None:
    bedside = Bedside()
    for sentence in ["there is a twitch in my chest", *answers]:
        say_with_a_pause(bedside, sentence)
        warned = bedside.loop.state
        if sentence is not answers[-1]:
            bedside.finish_speaking()
    assert warned.memory.level == Level.EMERGENCY_NOW
    say_with_a_pause(bedside, goes_on)
    assert bedside.loop.state.memory.level == Level.EMERGENCY_NOW
    assert isinstance(bedside.loop.state.phase, Urgent)


def test_after_a_key_nothing_is_taken_back() -> None:
    bedside = Bedside()
    say_with_a_pause(bedside, "my left ankle", pause=0.2)
    bedside.loop.handle(Key("stop"), bedside.now)
    say_with_a_pause(bedside, "keeps twitching at night")
    starts = [e.start for e in bedside.entries if isinstance(e, PersonSpoke)]
    assert starts == [0.0, pytest.approx(0.7)]


def test_the_end_of_the_reply_that_was_stopped_ends_nothing() -> None:
    bedside = Bedside()
    say_with_a_pause(bedside, "my left ankle is twitching", "at night")
    first = bedside.spoken()[0].prompt.number
    state = bedside.loop.state
    bedside.loop.clip_ended(first, bedside.now)
    assert bedside.loop.state == state
    assert not isinstance(state.phase, Idle)
