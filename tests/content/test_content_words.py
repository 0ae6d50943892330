"""What is said by people and by the assistant: clashes, unknown words, and forbidden ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

LOCALES = """
    locales:
      fallback:
        emergency_spoken: your local emergency number
        urgent: a doctor
        provider: a doctor
    """


def fact(sentence: str) -> str:
    return f"facts: {{it: {{say: [Yes., {sentence!r}], origin: product}}}}"


# ------------------------------------------------------------------ between intents


def test_a_phrase_in_two_intents(checked: Callable[..., list[str]]) -> None:
    assert checked(
        a="""
        intents: {stop: {data: []}, quit: {data: []}}
        phrases:
          stop: ["That's enough!", halt]
          quit: [go away, thats it, that's enough]
        """
    ) == ['a.yaml:4:29: "that\'s enough" is said for quit here and for stop in a.yaml:3']


def test_templates_that_share_a_sentence(checked: Callable[..., list[str]]) -> None:
    assert checked(
        a="""
        intents:
          report: {data: [{sentences: ["my {site} (hurts|is <bad>)", "it hurts"]}]}
          alarm: {data: [{sentences: ["[oh] my (left|right|big) toe is (numb|sore) [now]"]}]}
        lists: {site: {values: ["[big] toe", arch]}}
        expansion_rules: {bad: "[so] (sore|bad)"}
        """
    ) == ['a.yaml:3:31: "my big toe is sore" is said for alarm here and for report in a.yaml:2']


def test_numbers_in_figures_and_words(checked: Callable[..., list[str]]) -> None:
    assert checked(
        a="""
        intents:
          wait: {data: [{sentences: ["{n} minutes"]}]}
          last: {data: [{sentences: ["twenty one minutes"]}]}
        lists: {n: {range: {from: 1, to: 60}}}
        """
    ) == ['a.yaml:3:30: "twenty one minutes" is said for last here and for wait in a.yaml:2']


def test_the_same_words_may_mean_two_things_in_two_states(
    checked: Callable[..., list[str]],
) -> None:
    text = """
        intents: {next: {data: [{sentences: [go on]}]}, accept: {data: [{sentences: [go on]}]}}
        """
    states = "states: {offer: [accept], routine: [next]}"
    assert checked(a=text, states=states) == []
    states = "states: {offer: [accept], routine: [next, accept]}"
    assert checked(a=text, states=states) == [
        'a.yaml:1:78: "go on" is said for accept here and for next in a.yaml:1'
    ]


def test_a_sentence_that_is_to_be_refused_and_understood(checked: Callable[..., list[str]]) -> None:
    assert checked(
        a="""
        intents: {report: {data: [{sentences: ["my (toe|foot) itches"]}]}}
        decoys: [my nose itches, My foot itches.]
        negatives: [my toe itches]
        """
    ) == [
        'a.yaml:2:26: "My foot itches." is to be refused here, but said for report in a.yaml:1',
        'a.yaml:3:13: "my toe itches" is to be refused here, but said for report in a.yaml:1',
    ]


def test_an_intent_that_is_legal_nowhere(checked: Callable[..., list[str]]) -> None:
    assert checked(
        a="""
        intents:
          stop: {data: [{sentences: [stop]}]}
          go: {data: [{sentences: [go]}]}
        states: {idle: [stop]}
        """
    ) == ['a.yaml:3:3: "go" is legal in no state']


def test_a_word_that_the_speech_model_does_not_know_once_at_its_first_place(
    checked: Callable[..., list[str]],
) -> None:
    lines = checked(
        known_word=[
            "my",
            "arch",
            "twitches",
            "twitch",
            "please",
            "and",
            "is",
            "so",
            "i've",
            "the",
        ].__contains__,
        a="""
        intents:
          report: {data: [{sentences: ["[please] my {site} (twitch[es]|fasciculates)"]}]}
        lists: {site: {values: [arch, {in: "the hallux", out: toe}]}}
        phrases: {report: ["My hallux fasciculates, and so is the arch", "I've the gubbins"]}
        decoys: [zounds]
        """,
    )
    assert [line.split(":")[1:3] for line in lines] == [
        ["2", "32"],
        ["3", "36"],
        ["4", "66"],
        ["5", "10"],
    ]
    assert lines[0] == (
        'a.yaml:2:32: the speech model does not know "fasciculates": it will never be heard; use '
        "another word, or state under sounds_like in the lexicon how the model may write it"
    )


# ------------------------------------------------------------------ what is spoken


def test_a_prompt_that_is_itself_a_command(checked: Callable[..., list[str]]) -> None:
    lines = checked(
        locales=LOCALES,
        a="""
        intents:
          stop: {data: [{sentences: ["(stop|halt) [now]"]}]}
          help: {data: [{sentences: [help]}]}
        commands: [stop]
        prompts:
          paused: [We pause., "All right. Stop now! Rest."]
          resumed: [Help]
        levels: {emergency_now: [Stop., Call for help.]}
        """,
    )
    assert [line for line in lines if "command" in line] == [
        'a.yaml:6:23: "Stop now!" would be heard as the command stop'
    ]


SPOKEN = {
    "Rest for a while, keep the foot warm, drink some water, and wait until it stops.": (
        '16 words in one spoken sentence, at most 15: "Rest for a while, keep the foot warm, '
        'drink some water, and wait until it stops."'
    ),
    "If this is not over by the next morning, please call {emergency_spoken} from home.": (
        '17 words in one spoken sentence, at most 15: "If this is not over by the next morning, '
        'please call your local emergency number from home."'
    ),
    "Call {emergency_number}.": (
        'nothing fills {emergency_number} here; did you mean "emergency_spoken"?'
    ),
    "Call 911.": 'write numbers as they are said, not in figures: "Call 911."',
    "You have a cramp.": (
        '"you have" sounds like a finding; word it otherwise: "You have a cramp."'
    ),
    "It seems you’ve got low calcium.": (
        '"you\'ve got" sounds like a finding; word it otherwise: "It seems you’ve got low calcium."'
    ),
    "You lack vitamin D.": (
        '"you lack" sounds like a finding; word it otherwise: "You lack vitamin D."'
    ),
    "Stop taking your tablets.": (
        '"stop taking your tablets" is an order about a medicine; '
        'word it otherwise: "Stop taking your tablets."'
    ),
    "Take three hundred milligrams.": (
        '"milligrams" is a dose; word it otherwise: "Take three hundred milligrams."'
    ),
}


@pytest.mark.parametrize(("sentence", "problem"), SPOKEN.items())
def test_a_sentence_that_should_not_be_said(
    checked: Callable[..., list[str]], sentence: str, problem: str
) -> None:
    assert checked(a=fact(sentence), locales=LOCALES) == [f"a.yaml:1:26: {problem}"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Do you have chest pain?",
        "If you have a fever, see a doctor.",
        "You have done both feet.",
        "You have to rest.",
        "Never stop your medicine on your own.",
        "Please call {emergency_spoken}.",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.",
    ],
)
def test_a_sentence_that_may_be_said(checked: Callable[..., list[str]], sentence: str) -> None:
    assert checked(a=fact(sentence), locales=LOCALES) == []


def test_each_kind_of_text_has_names_of_its_own(checked: Callable[..., list[str]]) -> None:
    lines = checked(
        locales=LOCALES,
        a="""
        intents: {go: {data: [{sentences: ["{r:routine}"]}]}}
        lists: {r: {values: [r]}}
        routines:
          r:
            spoken: circles
            origin: product
            steps:
              - id: a
                say: "Turn {foot} {count} times, {elapsed}."
                beats: [{say: "{elapsed} {site}", seconds: 1}]
        prompts: {offer: ["Shall we do {routine}?"], paused: ["We pause {routine}."]}
        """,
    )
    assert [line for line in lines if "fills" in line] == [
        "a.yaml:9:14: nothing fills {elapsed} here; expected one of: "
        "count, emergency_spoken, foot, provider, urgent",
        "a.yaml:10:23: nothing fills {site} here; expected one of: "
        "count, elapsed, emergency_spoken, foot, provider, urgent",
        "a.yaml:11:55: nothing fills {routine} here; expected one of: "
        "emergency_spoken, provider, urgent",
    ]


def test_figures_in_a_locale(checked: Callable[..., list[str]]) -> None:
    locales = "locales: {fallback: {emergency_spoken: 911, urgent: a doctor, provider: a doctor}}"
    assert checked(a=locales) == [
        'a.yaml:1:40: write numbers as they are said, not in figures: "911"'
    ]
