"""Only a clear answer settles a question about a warning sign, or deletes a diary."""

from __future__ import annotations

import datetime
from functools import cache

import pytest

from voice_skill.content import load
from voice_skill.conversation.skills import make_understander
from voice_skill.domain import dialogue
from voice_skill.domain.events import ChangeDiary, DiaryRead, Heard, PromptEnded
from voice_skill.domain.model import Hypothesis, Level, Utterance
from voice_skill.domain.phases import AskingDiary, Idle, Offered, Screening, State
from voice_skill.understanding.decide import Understander

CHEST = "there is a twitch in my chest"
HELP = "i feel dizzy and clammy"
ROUTINE = "ankle circles"
NIGHT = datetime.datetime(2026, 3, 3, 2, 30, tzinfo=datetime.timezone.utc)

SKILL = load(None, locale="en-GB")
assert SKILL.knowledge is not None
KNOWLEDGE = SKILL.knowledge


@cache
def understander() -> Understander:
    return make_understander(SKILL)


class Typed:
    """A conversation in writing; what is asked has been spoken to its end."""

    def __init__(self, *sentences: str, diary: bool = False) -> None:
        self.state: State = dialogue.start(KNOWLEDGE)
        self.changed: list[str] = []
        if diary:
            self._handle(DiaryRead(exists=True, kept=False))
        self.moment = NIGHT if diary else None
        self.say(*sentences)

    def say(self, *sentences: str) -> None:
        for sentence in sentences:
            listening = dialogue.listening_state(self.state)
            utterance = Utterance((Hypothesis(sentence, "text"),), listening)
            self._handle(Heard(understander().understand(utterance), moment=self.moment))
            self._handle(PromptEnded(self.state.memory.number))

    def _handle(self, event: dialogue.Event) -> None:
        self.state, actions = dialogue.handle(KNOWLEDGE, self.state, event)
        self.changed += [a.request for a in actions if isinstance(a, ChangeDiary)]


@pytest.mark.parametrize(
    ("opening", "answer"),
    [
        (HELP, "no please help me"),
        (HELP, "no i need help"),
        (HELP, "no i don't know"),
        (HELP, "i'm not well"),
        (HELP, "no i'm not well"),
        (HELP, "no i can't"),
        (HELP, "it's not well"),
        (HELP, "no it's not well"),
        (HELP, "they're not well"),
        (HELP, "not that i know"),
        (CHEST, "no it's only a little tight"),
        (CHEST, "not very"),
        (CHEST, "not really"),
        (CHEST, "no it is hard"),
        (CHEST, "it didn't before"),
        (CHEST, "not at first"),
        (CHEST, "maybe later"),
        (CHEST, "that's wrong"),
        (ROUTINE, "no just a bit red"),
        (ROUTINE, "no i don't know"),
        (ROUTINE, "no i think so"),
        (ROUTINE, "not until now"),
        (ROUTINE, "not always"),
        (ROUTINE, "i haven't looked"),
    ],
)
def test_what_is_no_clear_no_leaves_the_question_open(opening: str, answer: str) -> None:
    talk = Typed(opening)
    question = talk.state.phase
    assert isinstance(question, Screening)
    talk.say(answer)
    after = talk.state
    stays = isinstance(after.phase, Screening) and after.phase.screens == question.screens
    assert stays or after.memory.level > Level.SELF_CARE
    assert question.screens[0] not in after.memory.screened


def test_unclear_twice_is_the_more_serious_answer() -> None:
    talk = Typed(CHEST, "no it is hard")
    talk.say("not at first")
    assert talk.state.memory.level == Level.EMERGENCY_NOW


@pytest.mark.parametrize(
    "answer",
    ["not now", "maybe later", "another time", "i'd rather not", "let's not", "no leave it"],
)
def test_who_puts_a_question_off_begins_no_exercise(answer: str) -> None:
    talk = Typed(ROUTINE)
    talk.say(answer)
    after = talk.state
    assert isinstance(after.phase, Idle)
    assert not after.memory.screened


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        "nope",
        "no thank you",
        "no it isn't",
        "no neither of them",
        "no none of that",
        "nothing like that",
        "not at all",
        "no they look the same",
        "no it's fine",
        "of course not",
        "no it doesn't",
    ],
)
def test_a_clear_no_is_taken_at_once(answer: str) -> None:
    talk = Typed(ROUTINE)
    first = talk.state.phase
    assert isinstance(first, Screening)
    talk.say(answer)
    assert first.screens[0] in talk.state.memory.screened


SWOLLEN, INJURED, NUMB = "swollen_leg_screen", "injury_screen", "numb_foot_screen"


def asked(screen_id: str) -> Typed:
    """A conversation in which this very question waits for its answer."""
    talk = Typed(HELP if screen_id == "urgent_screen" else ROUTINE)
    for _ in range(3):
        assert isinstance(talk.state.phase, Screening)
        if talk.state.phase.screens[0] == screen_id:
            return talk
        talk.say("no")
    raise AssertionError(f"{screen_id} was not asked")


@pytest.mark.parametrize(
    ("screen_id", "answer"),
    [
        (SWOLLEN, "no it isn't swollen"),
        (SWOLLEN, "no it's not swollen or red"),
        (SWOLLEN, "nope there's no swelling"),
        (INJURED, "no there's no injury"),
        (INJURED, "no i'm not injured"),
        (NUMB, "no it is not numb"),
        (NUMB, "no my foot isn't numb or weak"),
        ("urgent_screen", "no i don't need help"),
    ],
)
def test_a_no_that_denies_what_was_asked_is_a_clear_one(screen_id: str, answer: str) -> None:
    talk = asked(screen_id)
    talk.say(answer)
    assert screen_id in talk.state.memory.screened


@pytest.mark.parametrize(
    ("screen_id", "answer"),
    [
        (SWOLLEN, "no it is not numb"),
        (SWOLLEN, "no i'm not injured"),
        (INJURED, "no it isn't swollen"),
        (NUMB, "no it isn't swollen"),
        (NUMB, "no there's no injury"),
        ("urgent_screen", "no it isn't swollen"),
        # nor what denies one of the signs that were asked about, and may leave another
        (SWOLLEN, "no it's not red"),
        (SWOLLEN, "it isn't swollen"),
        (SWOLLEN, "no it isn't very swollen"),
        (NUMB, "no it's not weak"),
        ("urgent_screen", "no i don't need an ambulance"),
    ],
)
def test_who_denies_another_sign_has_not_answered(screen_id: str, answer: str) -> None:
    talk = asked(screen_id)
    talk.say(answer)
    after = talk.state
    assert screen_id not in after.memory.screened
    stays = isinstance(after.phase, Screening) and screen_id in after.phase.screens
    assert stays or after.memory.level > Level.SELF_CARE


def test_a_spoken_denial_must_be_of_the_sign_that_the_open_decoder_heard() -> None:
    hypotheses = (
        Hypothesis("no it isn't swollen", "exact", 100.0, 40),
        Hypothesis("no it isn't swollen", "domain", 100.0, 40),
        Hypothesis("no it isn't numb", "open", 99.0, 40),
    )
    meant = understander().understand(Utterance(hypotheses, "offer"))
    assert meant.answer != "plain"


def test_elsewhere_not_now_is_a_no() -> None:
    talk = Typed("my left ankle is twitching")
    assert isinstance(talk.state.phase, Offered)
    talk.say("not now")
    assert isinstance(talk.state.phase, Idle)


@pytest.mark.parametrize(
    "answer",
    [
        "yes i mean no",
        "yes no wait no",
        "yes no",
        "yeah sorry no",
        "yes please oh no wait no",
        "yes let's do that no rather no",
        "yes i'd love that oh no thank you",
    ],
)
def test_who_takes_a_yes_back_begins_no_routine(answer: str) -> None:
    talk = Typed("my left ankle is twitching")
    assert isinstance(talk.state.phase, Offered)
    talk.say(answer)
    assert isinstance(talk.state.phase, Idle | Offered)


def test_a_yes_that_is_taken_back_is_no_clear_answer_about_a_sign() -> None:
    talk = Typed(CHEST, "yes i mean no")
    assert isinstance(talk.state.phase, Screening)
    assert not talk.state.memory.screened


def test_a_yes_with_a_no_inside_it_stays_one() -> None:
    talk = Typed("my left ankle is twitching", "yes no problem")
    assert not isinstance(talk.state.phase, Idle)


@pytest.mark.parametrize(
    "answer",
    [
        "yes i mean no",
        "no yes",
        "sometimes",
        "fine",
        "why not",
        "i guess",
        "okay",
        "let's go",
        "uh",
    ],
)
def test_a_diary_is_deleted_by_a_plain_yes_alone(answer: str) -> None:
    talk = Typed("delete my diary", diary=True)
    assert isinstance(talk.state.phase, AskingDiary)
    talk.say(answer, answer)
    assert talk.changed == []


@pytest.mark.parametrize("answer", ["yes", "yes please", "yes delete it", "yeah i'm sure"])
def test_a_plain_yes_deletes_it(answer: str) -> None:
    talk = Typed("delete my diary", answer, diary=True)
    assert talk.changed == ["delete_all"]


def test_a_doubtful_yes_is_asked_about_once_and_then_the_diary_stays_as_it_is() -> None:
    talk = Typed("delete my diary", "why not", diary=True)
    assert isinstance(talk.state.phase, AskingDiary)
    talk.say("i guess")
    assert isinstance(talk.state.phase, Idle)
    assert talk.changed == []


def test_a_diary_is_not_begun_by_free_wording() -> None:
    talk = Typed("log it", "yes i mean no", diary=True)
    assert talk.changed == []
    talk = Typed("log it", "okay", diary=True)
    assert talk.changed == ["keep"]


@pytest.mark.parametrize(
    ("forced", "heard", "plain"),
    [
        ("no", "no", True),
        ("no", "know", True),
        ("no thank you", "no thank you", True),
        ("no i don't", "no i don't know", False),
        ("no it isn't", "no it is", False),
        ("no", "not sure", False),
        ("no", "no please help me", False),
    ],
)
def test_a_spoken_no_is_plain_only_if_the_open_decoder_heard_it(
    forced: str, heard: str, plain: bool
) -> None:
    hypotheses = (
        Hypothesis(forced, "exact", 100.0, 40),
        Hypothesis(forced, "domain", 100.0, 40),
        Hypothesis(heard, "open", 99.0, 40),
    )
    meant = understander().understand(Utterance(hypotheses, "offer"))
    assert (meant.intent == "no" and meant.answer == "plain") is plain
