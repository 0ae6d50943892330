"""To sleep and awake again, the microphone off and on, and who is listened to (attention)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from talk import NOISE, Talk, alarm, meaning, unsure

from voice_skill.domain import dialogue
from voice_skill.domain.attention import POLICIES, Attention
from voice_skill.domain.events import (
    Earcon,
    Heard,
    Key,
    PromptEnded,
    Sleep,
    StopSpeaking,
    TimerFired,
)
from voice_skill.domain.model import WAKE, Level, Understanding
from voice_skill.domain.phases import Asleep, Idle, Instructing, Offered, Paused, Question, Run

WINDOW = 8.0


@pytest.fixture
def talk() -> Talk:
    return Talk()


# ------------------------------------------------------------------ asleep


CALL = replace(meaning(WAKE), woken=True)


def test_goodnight_sleeps_and_only_a_call_wakes(talk: Talk) -> None:
    assert talk.say("goodnight") == "[goodnight]."
    assert talk.actions[0] == Sleep()
    others = (
        NOISE, meaning("yes"), meaning("resume"), unsure("ask_causes"), meaning("cramp_now"),
        meaning("report_symptom", site="toe"), alarm("R01", Level.EMERGENCY_NOW),
        replace(NOISE, screen="urgent_screen"),
    )  # fmt: skip
    for quiet in others:
        assert talk.say(quiet) == ""
        assert talk.where == "Asleep"
    assert talk.say(CALL) == "[awake]."
    assert talk.where == "Idle"


def test_a_call_and_a_request_in_one_breath_wake_and_are_answered(talk: Talk) -> None:
    talk.say("goodnight")
    assert talk.say(replace(meaning("report_symptom", site="toe"), woken=True)) != ""
    assert talk.where == "Offered"
    talk.say("goodnight")
    talk.say(replace(alarm("R01", Level.EMERGENCY_NOW), woken=True))
    assert talk.where == "Urgent"


def test_it_wakes_a_thousand_times(talk: Talk) -> None:
    for night in range(1000):
        talk.say("goodnight")
        assert talk.where == "Asleep"
        talk.say(alarm("R01", Level.EMERGENCY_NOW))
        talk.prompt_ends()
        assert talk.where == "Asleep"
        assert (talk.say(CALL) if night % 2 else talk.key("wake")) == "[awake]."
        talk.prompt_ends()
        assert talk.where == "Idle"


def test_a_key_wakes(talk: Talk) -> None:
    for key in ("pause", "wake", "next"):
        talk.say("goodnight")
        assert talk.key(key) == "[awake]."
        assert talk.where == "Idle"


def test_a_call_or_a_key_with_something_open_only_sounds(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    offered = talk.phase
    for act in (lambda: talk.say(CALL), lambda: talk.key("wake")):
        assert act() == ""
        assert talk.actions == (Earcon("listening"),)
        assert talk.phase == offered


# ------------------------------------------------------------------ the microphone off


def test_muted_by_voice_and_unmuted_by_the_key_alone(talk: Talk) -> None:
    assert talk.say("mute") == "[muted]."
    assert talk.actions[:2] == (StopSpeaking(), Earcon("muted"))
    assert talk.state.memory.muted
    assert talk.key("wake") == "[muted].", "how to be heard again"
    assert talk.key("mute") == "[unmuted]."
    assert talk.actions[:2] == (StopSpeaking(), Earcon("unmuted"))
    assert not talk.state.memory.muted


def test_a_question_waits_while_nobody_can_be_heard(talk: Talk) -> None:
    talk.say("report_symptom", site="toe")
    question = talk.phase.question.sentences[0]  # type: ignore[union-attr]
    talk.key("mute")
    talk.prompt_ends()
    assert dialogue.seconds_to_wait(talk.knowledge, talk.state) is None
    assert talk.timer() == ""
    assert talk.key("mute") == f"[unmuted]. {question}"
    talk.prompt_ends()
    assert dialogue.seconds_to_wait(talk.knowledge, talk.state) is not None


def test_a_routine_goes_on_with_the_microphone_off(talk: Talk) -> None:
    talk.start("ankle_circles")
    talk.prompt_ends()
    assert talk.key("mute") == "[muted]."
    talk.prompt_ends()
    assert talk.where == "Holding"
    assert talk.state.memory.muted


def test_sleep_and_the_switched_off_microphone_are_two_things(talk: Talk) -> None:
    talk.say("goodnight")
    talk.key("mute")
    assert talk.where == "Asleep"
    talk.key("mute")
    assert talk.where == "Asleep"
    assert talk.say(CALL) == "[awake]."


# ------------------------------------------------------------------ attention

FREE = meaning("report_symptom", site="toe")
LEGAL = replace(FREE, legal=True)
RUN = Run("ankle_circles", ())


def told(text: str) -> Understanding:
    """A warning sign in so many words."""
    return replace(alarm("R01", Level.EMERGENCY_NOW), text=text)


def test_without_a_policy_everything_awake_is_for_the_assistant() -> None:
    everything = Attention()
    assert everything.admits(Idle(), NOISE, 0.0)
    assert not everything.admits(Asleep(), LEGAL, 0.0)
    assert everything.admits(Asleep(), CALL, 0.0)


@pytest.mark.parametrize(
    ("said", "policies"),
    [
        (CALL, {"required", "direct"}),
        (replace(NOISE, woken=True), {"required", "direct"}),
        (replace(meaning("ask_causes"), woken=True), {"required", "direct"}),
        (LEGAL, {"direct"}),
        (replace(meaning("cramp_now"), legal=True), {"direct"}),
        (replace(meaning("report_symptom", screen="urgent_screen"), legal=True), {"direct"}),
        (alarm("R01", Level.EMERGENCY_NOW), {"direct"}),
        (told("my chest hurts and it goes down my arm and " + "i am so afraid " * 3), {"direct"}),
        (told("carry thousands of miles and " * 5 + "my feet are swollen or new " * 2), set()),
        (FREE, set()),
        (replace(unsure("report_symptom"), legal=True), set()),
        (replace(meaning("ask_causes"), legal=True), set()),
        (replace(meaning("goodnight"), legal=True), set()),
        (replace(NOISE, screen="urgent_screen"), set()),
        (NOISE, set()),
    ],
)
def test_what_opens_attention_when_nothing_is_going_on(said: object, policies: set[str]) -> None:
    admitted = {p for p in POLICIES if Attention(p, WINDOW).admits(Idle(), said, 100.0)}  # type: ignore[arg-type]
    assert admitted == policies


@pytest.mark.parametrize("policy", POLICIES)
def test_an_open_question_a_routine_and_a_reply_need_no_wake_phrase(policy: str) -> None:
    attention = Attention(policy, WINDOW)  # type: ignore[arg-type]
    for phase in (Offered("ankle_circles", Question(("Yes?",))), Instructing(RUN), Paused(RUN)):
        assert attention.admits(phase, NOISE, 1000.0)
    assert not attention.admits(Idle(), NOISE, 1000.0)
    assert attention.admits(Idle(), NOISE, 1000.0, speaking=True)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_follow_up_window_counts_from_the_end_of_the_reply(policy: str) -> None:
    attention = Attention(policy, WINDOW).after(PromptEnded(1), 20.0)  # type: ignore[arg-type]
    assert attention.admits(Idle(), NOISE, 28.0), "what began in it counts, whenever it ended"
    assert not attention.admits(Idle(), NOISE, 28.1)
    assert not attention.admits(Asleep(), NOISE, 21.0), "good night has no follow-up"


def test_babble_and_timers_do_not_keep_the_window_open() -> None:
    attention = Attention("required", WINDOW).after(Key("wake"), 20.0)
    for event in (Heard(NOISE), TimerFired()):
        assert attention.after(event, 25.0) == attention
    assert attention.after(Heard(FREE), 25.0).until == 33.0
    assert attention.after(Heard(replace(NOISE, woken=True)), 25.0).until == 33.0


def test_asleep_only_a_call_counts_and_under_key_not_even_that() -> None:
    others = (NOISE, LEGAL, alarm("R01", Level.EMERGENCY_NOW), unsure("ask_causes"))
    for policy, said in product((None, *POLICIES), others):
        assert not Attention(policy, WINDOW, until=1e9).admits(Asleep(), said, 0.0)
    woken = {p for p in POLICIES if Attention(p, WINDOW).admits(Asleep(), CALL, 0.0)}
    assert woken == {"required", "direct"}
