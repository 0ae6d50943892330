"""What is of the wrong shape is told with its place, what it is, and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voice_skill.content import load
from voice_skill.domain.errors import ContentError

ROUTINE = "origin: product, spoken: circles, steps: [{id: a, say: Go.}]"

SHAPES = {
    "unknown section": ("intens: {}", '1:1: unknown section "intens"; did you mean "intents"?'),
    "unknown key": (
        "thresholds: {chosen_on: x, acept: 1}",
        '1:28: unknown key "acept" in thresholds; did you mean "accept"?',
    ),
    "unknown key, nothing near": (
        "skill: {name: x, zzz: 1}",
        '1:18: unknown key "zzz" in the skill; expected one of: name',
    ),
    "missing key": ("skill: {}", '1:8: the skill needs "name"'),
    "duplicate key": (
        "decoys: [a]\nnegatives: [b]\ndecoys: [c]",
        '3:1: "decoys" stands here a second time; first on line 1',
    ),
    "text for a list": ("decoys: word", '1:9: expected a list, found "word"'),
    "list for a text": ("decoys: [[a]]", "1:10: expected text, found a list"),
    "mapping for a list": ("decoys: {a: b}", "1:9: expected a list, found a mapping"),
    "nothing for a list": ("decoys:", "1:8: expected a list, found nothing"),
    "an empty text": ('decoys: [""]', "1:10: expected text, found an empty one"),
    "list for a mapping": ("lists: []", "1:8: expected a mapping, found a list"),
    "a list as a key": ("phrases: {[a]: b}", "1:11: expected a word as the key, found a list"),
    "not a number": (
        "settings: {day_or_so_hours: soon}",
        '1:29: expected a number from 1 to 1000, found "soon"',
    ),
    "a quoted number": (
        'settings: {day_or_so_hours: "24"}',
        '1:29: expected a number from 1 to 1000, found "24"',
    ),
    "a threshold out of range": (
        "thresholds: {chosen_on: x, accept: 1.5}",
        "1:36: expected a number from 0 to 1, found 1.5",
    ),
    "thresholds chosen on nothing": (
        "thresholds: {accept: 0.5}",
        '1:13: thresholds needs "chosen_on"',
    ),
    "confirm above accept": (
        "thresholds: {chosen_on: x, accept: 0.3, confirm: 0.5}",
        "1:13: confirm (0.5) is above accept (0.3)",
    ),
    "paces that fall": (
        "settings: {paces: [2, 1]}",
        "1:19: expected paces that rise and hold 1, the pace as written",
    ),
    "a night of nothing": (
        "settings: {night: {silence_seconds: 0}}",
        "1:37: expected a number from 5 to 600, found 0",
    ),
    "an unknown state": (
        "states: {idel: []}",
        '1:10: unknown key "idel" in the states; did you mean "idle"?',
    ),
    "a list of both kinds": (
        "lists: {n: {values: [a], range: {from: 1, to: 2}}}",
        '1:12: a list needs either "values" or "range"',
    ),
    "a wildcard": (
        "lists: {n: {wildcard: true}}",
        "1:12: a wildcard list cannot be heard; write out its values",
    ),
    "an empty range": (
        "lists: {n: {range: {from: 3, to: 2}}}",
        "1:20: a range from 3 to 2 is empty",
    ),
    "half a number": (
        "lists: {n: {range: {from: 1.5, to: 2}}}",
        "1:27: expected a whole number, found 1.5",
    ),
    "a word of two concepts": (
        "lexicon: {concepts: {A: [jump], B: [jump]}}",
        '1:37: "jump" stands for A already',
    ),
    "two aliases": (
        "lexicon: {aliases: [{heard: a, means: b}, {heard: a, means: c}]}",
        '1:43: "a" has an alias already: b',
    ),
}


@pytest.mark.parametrize(("text", "problem"), SHAPES.values(), ids=SHAPES)
def test_shape(refused: Callable[..., list[str]], text: str, problem: str) -> None:
    assert refused(a=text) == [f"a.yaml:{problem}"]


KNOWLEDGE = {
    "a word for true": (
        "sites: {toe: {spoken: your toe, origin: product, exercise: yes}}",
        '1:60: expected true or false, found "yes"',
    ),
    "an unknown origin": (
        "sites: {toe: {spoken: your toe, origin: web}}",
        '1:41: expected one of article, beyond, product, found "web"',
    ),
    "an unknown level": (
        "alarm_rules: {R01: {name: x, level: high, say: [Go.], match: [[[a]]], origin: product}}",
        '1:37: expected one of self_care, see_soon, same_day, emergency_now, found "high"',
    ),
    "a rule that fires on everything": (
        "alarm_rules: {R01: {name: x, level: same_day, say: [Go.], match: [[]], origin: product}}",
        "1:67: an alternative without a group would fire on everything",
    ),
    "a rule with groups too flat": (
        "alarm_rules: {R01: {name: x, level: same_day, say: [Go.], match: [[a]], origin: product}}",
        '1:68: expected a group: a list of words or phrases, found "a"',
    ),
    "a rule that never fires": (
        "alarm_rules: {R01: {name: x, level: same_day, say: [Go.], match: [], origin: product}}",
        "1:66: expected at least one alternative, found an empty list",
    ),
    "seconds that are not positive": (
        "routines: {r: {origin: product, spoken: x,"
        " steps: [{id: a, say: Go., beats: [{seconds: 0}]}]}}",
        "1:88: expected a number of at least 0.1, found 0",
    ),
    "a count of nothing": (
        "routines: {r: {origin: product, spoken: x, steps: [{id: a, say: Go., count: 0}]}}",
        "1:77: expected a number of at least 1, found 0",
    ),
    "a routine without steps": (
        "routines: {r: {origin: product, spoken: x, steps: []}}",
        "1:51: expected at least one step, found an empty list",
    ),
    "two steps of one name": (
        "routines: {r: {origin: product, spoken: x, steps: [{id: a}, {id: a}]}}",
        '1:61: the routine has a step "a" already',
    ),
    "an answer without a question": (
        "routines: {r: {origin: product, spoken: x, steps: [{id: a, on_yes: a}]}}",
        '1:52: "on_yes" and "on_no" need a question in "ask"',
    ),
    "a timer that raises nothing": (
        f"routines: {{r: {{{ROUTINE}, timer_seconds: 5}}}}",
        '1:15: "timer_seconds" and "on_timer" belong together',
    ),
}
LOCALES = "locales: {fallback: {emergency_spoken: a number, urgent: a doctor, provider: a doctor}}"


@pytest.mark.parametrize(("text", "problem"), KNOWLEDGE.values(), ids=KNOWLEDGE)
def test_shape_of_knowledge(refused: Callable[..., list[str]], text: str, problem: str) -> None:
    assert refused(a=text, locales=LOCALES) == [f"a.yaml:{problem}"]


def test_knowledge_needs_the_fallback_locale(refused: Callable[..., list[str]]) -> None:
    assert refused(a="facts: {}") == [
        'a.yaml:1:1: the content needs a locale "fallback", for where no country is named'
    ]


def test_the_same_id_in_two_files(refused: Callable[..., list[str]]) -> None:
    assert refused(
        a="lists:\n  room: {values: [kitchen]}", b="lists:\n  room: {values: [bath]}"
    ) == ['b.yaml:2:3: "room" is defined twice; first in a.yaml:2']


def test_a_section_that_stands_alone_in_two_files(refused: Callable[..., list[str]]) -> None:
    assert refused(a="skill: {name: a}", b="skill: {name: b}") == [
        'b.yaml:1:8: "skill" stands in two files; first in a.yaml:1'
    ]


def test_two_languages(refused: Callable[..., list[str]]) -> None:
    assert refused(a="language: en", b="language: de") == [
        'b.yaml:1:11: the language is "de" here and "en" in another file'
    ]


def test_broken_yaml_does_not_hide_the_problems_of_other_files(
    refused: Callable[..., list[str]],
) -> None:
    assert refused(a="decoys: [a", b="decoys: word", c="commands: [gone]") == [
        "a.yaml:2:1: is not YAML: while parsing a flow sequence, did not find expected ',' or ']'",
        'b.yaml:1:9: expected a list, found "word"',
    ]


def test_a_file_that_is_not_text(refused: Callable[..., list[str]], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"decoys:\n  - \xff\xfe")
    assert refused(b="commands: word") == [
        "a.yaml:2:1: is not UTF-8 text; save it as UTF-8",
        'b.yaml:1:11: expected a list, found "word"',
    ]


def test_a_broken_file_does_not_hide_broken_templates_of_others(
    refused: Callable[..., list[str]], tmp_path: Path
) -> None:
    """Names that are not found are not told: the broken file may hold them."""
    (tmp_path / "b.yaml").write_bytes(b"decoys:\n  - \xff\xfe")
    intents = 'intents: {go: {data: [{sentences: ["go [to", "go to <there>"]}]}}'
    circle = 'expansion_rules: {very: "very [<very>]"}'
    assert refused(a=f"{intents}\n{circle}") == [
        "a.yaml:1:36: is not a sentence template: the [ at character 4 has no ]",
        'a.yaml:2:25: "very" refers to itself without end',
        "b.yaml:2:1: is not UTF-8 text; save it as UTF-8",
    ]


def test_a_locale_may_stand_in_the_broken_file(folder: Callable[..., Path]) -> None:
    path = folder(a="facts: {}", b="locales: {en-GB: [a")
    for locale in (None, "en-GB"):
        with pytest.raises(ContentError) as caught:
            load(path, locale=locale)
        (problem,) = caught.value.problems
        assert "b.yaml:2:1: is not YAML" in problem


def test_a_broken_file_does_not_hide_what_others_must_not_say(
    checked: Callable[..., list[str]],
) -> None:
    facts = "facts: {one: {say: [You have 10 toes.], origin: product}}"
    assert checked(a=f"{LOCALES}\n{facts}", b="decoys: [a") == [
        'a.yaml:2:21: "you have" sounds like a finding; word it otherwise: "You have 10 toes."',
        'a.yaml:2:21: write numbers as they are said, not in figures: "You have 10 toes."',
        "b.yaml:2:1: is not YAML: while parsing a flow sequence, did not find expected ',' or ']'",
    ]


@pytest.mark.parametrize("text", ["[" * 50_000, "[" * 50_000 + "]" * 50_000, "- " * 50_000])
def test_nesting_that_would_exhaust_the_stack(refused: Callable[..., list[str]], text: str) -> None:
    assert refused(a=text) == ["a.yaml:1:1: is nested too deeply"]


def test_files_that_hold_nothing(refused: Callable[..., list[str]]) -> None:
    assert refused(a="# only a comment") == ["a.yaml:1:1: the files of this folder hold nothing"]
