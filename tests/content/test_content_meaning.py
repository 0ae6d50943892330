"""Sources of health claims, and what the dialogue needs or can never come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voice_skill.content import check
from voice_skill.content.spoken import PROMPT_NAMES
from voice_skill.domain.prompts import PROMPT_IDS

BASE = """
    locales: {fallback: {emergency_spoken: a number, urgent: a doctor, provider: a doctor}}
    sources:
      article: {title: T, at: here, spoken: the article}
      web: {title: W, at: there, spoken: a leaflet}
    """

CLAIMS = {
    "a statement": (
        "causes: {use: {say: Overuse., origin: beyond}}",
        "1:10: this cause makes a health claim without a source",
    ),
    "a site": (
        "sites: {toe: {spoken: your toe, origin: beyond}}",
        "1:9: this site makes a health claim without a source",
    ),
    "an alarm rule": (
        "alarm_rules: {R: {name: x, level: same_day, say: Go., match: [[[a]]], origin: beyond}}",
        "1:15: this alarm rule makes a health claim without a source",
    ),
    "a special group": (
        "groups: {child: {say: Ask first., origin: beyond}}",
        "1:10: this special group makes a health claim without a source",
    ),
    "the article": (
        "facts: {it: {say: So it is., origin: article, sources: [web]}}",
        '1:9: this fact has origin article, but not "article" in its sources',
    ),
}


@pytest.mark.parametrize(("text", "problem"), CLAIMS.values(), ids=CLAIMS)
def test_a_health_claim_without_its_source(
    checked: Callable[..., list[str]], text: str, problem: str
) -> None:
    assert checked(a=text, base=BASE) == [f"a.yaml:{problem}"]


def test_our_own_caution_needs_no_source(checked: Callable[..., list[str]]) -> None:
    assert checked(a="facts: {it: {say: Rest., origin: product}}", base=BASE) == []


def test_the_steps_of_a_routine_have_sources_and_are_reached(
    checked: Callable[..., list[str]],
) -> None:
    lines = checked(
        base=BASE,
        a="""
        remedies: {turn: {say: Turn., origin: product, routine: circles}}
        routines:
          circles:
            spoken: circles
            origin: beyond
            sources: [web]
            steps:
              - {id: turn, say: Turn., sources: [web]}
              - {id: well, ask: Better?, on_yes: end, on_no: rub, sources: [web]}
              - {id: shake, say: Shake., sources: [web]}
              - {id: rub, say: Rub.}
              - {id: end, say: Done., sources: [web]}
        """,
    )
    assert lines == [
        'a.yaml:10:9: no way through the routine comes to the step "shake"',
        'a.yaml:11:9: the step "rub" has no source',
    ]


def test_a_routine_that_nothing_leads_to(checked: Callable[..., list[str]]) -> None:
    routine = "{spoken: x, origin: product, steps: [{id: a, say: Go.}]}"
    assert checked(
        base=BASE,
        a=f"routines:\n  lost: {routine}\n  offered: {routine}\n  asked: {routine}\n",
        b="""
        facts: {it: {say: Try., origin: product, routine: offered}}
        intents: {start: {data: [{sentences: ["start {routine}"]}]}}
        lists: {routine: {values: [asked]}}
        """,
    ) == [
        'a.yaml:2:3: nothing leads to the routine "lost": no statement offers it, '
        "and no value of the slot routine names it"
    ]


def test_prompts_that_the_dialogue_needs_or_never_asks_for(folder: Callable[..., Path]) -> None:
    path = folder(
        base=BASE,
        a="""
        causes: {use: {say: Overuse., origin: product}}
        prompts:
          resumd: [We go on.]
          paused: []
          reason_use: [overuse]
        """,
    )
    lines = {f"{p.path.name}:{p.line}:{p.column}: {p.message}" for p in check(path)}
    assert 'a.yaml:3:3: nothing asks for the prompt "resumd"; did you mean "resumed"?' in lines
    assert 'a.yaml:4:3: the prompt "paused" has no wording' in lines
    missing = {line for line in lines if line.startswith("a.yaml:2:1: the dialogue needs")}
    assert len(missing) == len(PROMPT_IDS) - 1


def test_a_folder_of_intents_alone_needs_none_of_it(checked: Callable[..., list[str]]) -> None:
    assert checked(a="intents: {go: {data: [{sentences: [go]}]}}") == []


def test_the_prompts_that_have_names_of_their_own_are_prompts_of_the_dialogue() -> None:
    assert set(PROMPT_NAMES) <= PROMPT_IDS


def test_wake_phrases_have_words_enough_that_the_model_knows(folder: Callable[..., Path]) -> None:
    path = folder(
        a="""
        wake_phrases: [hey you, coach, hey quux]
        intents:
          wake: {data: [{sentences: [wake up]}]}
          goodnight: {data: [{sentences: [good night]}]}
        """
    )
    found = check(path, known_word=lambda word: word != "quux")
    assert [f"{p.path.name}:{p.line}:{p.column}: {p.message}" for p in found] == [
        'a.yaml:1:25: "coach" needs at least 2 words',
        'a.yaml:1:32: the speech model does not know "quux": it could never be woken so',
        'a.yaml:3:3: "wake" is what a wake phrase means: state its wordings under wake_phrases',
    ]


def test_what_can_be_put_to_sleep_can_be_woken(folder: Callable[..., Path]) -> None:
    path = folder(
        base=BASE,
        a="""
        prompts: {goodnight: [Good night.]}
        intents: {goodnight: {data: [{sentences: [good night]}]}}
        """,
    )
    messages = [problem.message for problem in check(path)]
    asked = "goodnight puts it to sleep, and without wake_phrases no voice wakes it"
    assert asked in messages
