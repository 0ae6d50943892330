"""A name that leads nowhere is told where it stands; such content is not loaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

INTENTS = """
    intents: {go: {data: [{sentences: [go]}]}}
    """

LANGUAGE = {
    "a list": (
        'intents: {go: {data: [{sentences: ["go to {rom}"]}]}}\nlists: {room: {values: [bath]}}',
        'a.yaml:1:36: there is no list "rom"; did you mean "room"?',
    ),
    "a list in another slot": (
        'intents: {go: {data: [{sentences: ["go {rom:room}"]}]}}',
        'a.yaml:1:36: there is no list "rom"; there is none',
    ),
    "a rule": (
        'intents: {go: {data: [{sentences: ["go", "<please> go"]}]}}',
        'a.yaml:1:42: there is no expansion rule "please"; there is none',
    ),
    "a rule in a rule": (
        'expansion_rules: {now: "<soon>", son: "x"}',
        'a.yaml:1:24: there is no expansion rule "soon"; did you mean "son"?',
    ),
    "a rule in a list value": (
        'lists: {room: {values: [bath, {in: "[<the>] hall", out: hall}]}}',
        'a.yaml:1:36: there is no expansion rule "the"; there is none',
    ),
    "a rule of itself": (
        'expansion_rules: {very: "very [<very>]"}',
        'a.yaml:1:25: "very" refers to itself without end',
    ),
    "a template with a bracket too many": (
        'intents: {go: {data: [{sentences: ["go)"]}]}}',
        "a.yaml:1:36: is not a sentence template: the ) at character 3 closes nothing",
    ),
    "a template with a bracket too few": (
        'intents: {go: {data: [{sentences: ["go [to (the|a)"]}]}}',
        "a.yaml:1:36: is not a sentence template: the [ at character 4 has no ]",
    ),
    "a template with an unfinished name": (
        'expansion_rules: {to: "to {room"}',
        "a.yaml:1:23: is not a sentence template: the { at character 4 does not enclose a name",
    ),
    "an intent of a state": (
        "states: {idle: [go, goo]}" + INTENTS.replace("    ", ""),
        'a.yaml:1:21: there is no intent "goo"; did you mean "go"?',
    ),
    "an intent of a command": (
        "commands: [halt]" + INTENTS.replace("    ", ""),
        'a.yaml:1:12: there is no intent "halt"; expected one of: go',
    ),
    "an intent of a phrase": (
        "phrases: {goo: [let us go]}" + INTENTS.replace("    ", ""),
        'a.yaml:1:11: there is no intent "goo"; did you mean "go"?',
    ),
    "an intent of evidence": (
        "evidence: {halt: []}" + INTENTS.replace("    ", ""),
        'a.yaml:1:12: there is no intent "halt"; expected one of: go',
    ),
    "a concept": (
        "evidence: {go: [WALK]}\nlexicon: {concepts: {MOVE: [walk]}}" + INTENTS.replace("    ", ""),
        'a.yaml:1:17: there is no concept "WALK"; expected one of: MOVE',
    ),
}


@pytest.mark.parametrize(("text", "problem"), LANGUAGE.values(), ids=LANGUAGE)
def test_language(refused: Callable[..., list[str]], text: str, problem: str) -> None:
    assert refused(a=text) == [problem]


BASE = """
    intents: {report: {data: [{sentences: ["{site} {trigger} {group}"]}]}}
    lists: {site: {values: [toe]}, trigger: {values: [standing]}, group: {values: [surgery]}}
    locales: {fallback: {emergency_spoken: a number, urgent: a doctor, provider: a doctor}}
    sites: {toe: {spoken: your toe, origin: product}}
    groups: {surgery: {say: Ask first., origin: product}}
    sources: {article: {title: T, at: here, spoken: the article}}
    alarm_rules: {R01: {name: x, level: same_day, say: Go., match: [[[chest]]], origin: product}}
    """

KNOWLEDGE = {
    "a source of a cause": (
        "causes: {use: {say: Overuse., origin: beyond, sources: [artikle]}}",
        '1:57: there is no source "artikle"; did you mean "article"?',
    ),
    "a routine of a remedy": (
        "remedies: {rest: {say: Rest., origin: product, routine: sleep}}",
        '1:57: there is no routine "sleep"; expected one of: both',
    ),
    "a slot that suggests": (
        'causes: {use: {say: Overuse., origin: product, suggested_by: ["triger=standing"]}}',
        '1:63: there is no slot "triger"; did you mean "trigger"?',
    ),
    "a value that suggests": (
        'causes: {use: {say: Overuse., origin: product, suggested_by: ["trigger=standin"]}}',
        '1:63: there is no value of the slot trigger "standin"; did you mean "standing"?',
    ),
    "a suggestion without a value": (
        "causes: {use: {say: Overuse., origin: product, suggested_by: [standing]}}",
        '1:63: expected slot=value, found "standing"',
    ),
    "a screen of a site": (
        "sites: {arch: {spoken: your arch, origin: product, screen: chest}}",
        '1:60: there is no screen "chest"; there is none',
    ),
    "an outcome of a screen": (
        "screens: {s: {ask: Any pain?, on_yes: R02, on_unclear: no_exercise}}",
        '1:39: there is no alarm rule, level or no_exercise "R02"; did you mean "R01"?',
    ),
    "a level without a message": (
        "screens: {s: {ask: Any pain?, on_yes: R01, on_unclear: same_day}}",
        '1:56: there is no message for "same_day" under levels',
    ),
    "a rule without a message": (
        "alarm_rules: {R02: {name: x, level: see_soon, match: [[[a]]], origin: product}}",
        '1:15: there is no message for "see_soon" under levels',
    ),
    "the screen of alarm words": (
        "alarm_words: {words: [chest], screen: urgent}",
        '1:39: there is no screen "urgent"; there is none',
    ),
    "a routine that a group blocks": (
        "groups: {child: {say: Ask., origin: product, blocks: [all, circles]}}",
        '1:60: there is no routine or remedy "circles"; expected one of: all',
    ),
    "a guard": (
        "routines: {r: {spoken: x, origin: product, guard: [cramp, surgry], steps: [{id: a}]}}",
        '1:59: there is no group "surgry"; did you mean "surgery"?',
    ),
    "the rule of a timer": (
        "routines: {r: {spoken: x, origin: product, timer_seconds: 9, on_timer: R1,"
        " steps: [{id: a}]}}",
        '1:72: there is no alarm rule "R1"; did you mean "R01"?',
    ),
    "the step of an answer": (
        "routines: {r: {spoken: x, origin: product, steps: [{id: a, ask: Well?, on_no: b}]}}",
        '1:79: there is no step "b"; expected one of: a',
    ),
    "a group that skips a step": (
        "routines: {r: {spoken: x, origin: product, steps: [{id: a, skip_if: [child]}]}}",
        '1:70: there is no group "child"; expected one of: surgery',
    ),
    "a source of a step": (
        "routines: {r: {spoken: x, origin: product, steps: [{id: a, sources: [web]}]}}",
        '1:70: there is no source "web"; expected one of: article',
    ),
    "what a version is of": (
        "routines: {r: {spoken: x, origin: product, variant_of: q, variant: easier,"
        " steps: [{id: a}]}}",
        '1:56: there is no routine "q"; expected one of: r',
    ),
    "an intent with a spoken name": (
        "intent_names: {reprot: a report}",
        '1:24: there is no intent "reprot"; did you mean "report"?',
    ),
    "a sign that sentences are said for": (
        "intents: {alarm: {data: [{sentences: [my chest hurts], slots: {sign: R02}}]}}",
        '1:70: there is no sign "R02"; did you mean "R01"?',
    ),
    "a site that can be said": (
        'intents: {more: {data: [{sentences: ["{feet:site}"]}]}}\n'
        "lists: {feet: {values: [{in: big toe, out: toe}, {in: sole, out: arch}]}}",
        '2:66: there is no site "arch"; expected one of: toe',
    ),
}


@pytest.mark.parametrize(("text", "problem"), KNOWLEDGE.values(), ids=KNOWLEDGE)
def test_knowledge(refused: Callable[..., list[str]], text: str, problem: str) -> None:
    assert refused(a=text, base=BASE) == [f"a.yaml:{problem}"]


def test_names_are_not_looked_up_while_a_file_is_broken(refused: Callable[..., list[str]]) -> None:
    """Else every name of the broken file would be reported as missing."""
    lines = refused(
        a="lists: {room: {values: [bath", b="intents: {go: {data: [{sentences: ['{room}']}]}}"
    )
    assert len(lines) == 1
    assert "is not YAML" in lines[0]
