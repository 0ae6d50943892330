"""The templates mean what hassil says they mean, faster, and they know what may still follow."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hassil import Intents, recognize_all
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.domain.errors import ContentError
from voice_skill.domain.language import Language
from voice_skill.domain.model import Slot
from voice_skill.understanding.templates import Parse, Prefix, Templates

FEET: dict[str, Any] = {
    "intents": {
        "report_symptom": {
            "data": [
                {
                    "sentences": [
                        "[oh] my [{side}] {site} (keeps|won't stop) (twitch|jump)ing [<when>]",
                        "my ankle[s] (is|are) twitchy[ again]",
                        "(it hurts;in bed;since {day})",
                        "{site}s hurt [for <duration>]",
                    ]
                },
                {
                    "sentences": ["it wakes me up", "please not again"],
                    "slots": {"timing": "night"},
                    "metadata": {"asked": True},
                },
            ]
        },
        "give_duration": {"data": [{"sentences": ["[for] <duration>", "{n} times"]}]},
        "stop": {"data": [{"sentences": ["stop [it] [now]", "that's enough"]}]},
        "go_on": {
            "data": [
                {
                    "sentences": ["<go> on to {place}"],
                    "lists": {"place": {"values": ["the next one", {"in": "the end", "out": 9}]}},
                    "expansion_rules": {"go": "(go|move)"},
                }
            ]
        },
    },
    "lists": {
        "site": {
            "values": [
                {"in": "[big |little ]toe", "out": "toe"},
                {"in": "ankle", "out": "ankle"},
                {"in": "(arch|sole) of [my|the] foot", "out": "arch"},
                "heel",
            ]
        },
        "side": {"values": ["left", "right"]},
        "day": {"values": [{"in": "{side} after", "out": "odd"}, "monday"]},
        "n": {"range": {"from": 1, "to": 40}},
        "unit": {"values": [{"in": "day[s]", "out": 24}, {"in": "hour[s]", "out": 1}]},
    },
    "expansion_rules": {
        "when": "(at night|in bed [again])",
        "duration": "{n:number} {unit}",
    },
    "skip_words": ["um", "you know", "please"],
}


def language(
    document: Mapping[str, Any] = FEET, **changes: Mapping[str, tuple[str, ...]]
) -> Language:
    return Language("en", document, **changes)


TEMPLATES = Templates(language())
HASSIL = Intents.from_dict({"language": "en", **FEET})
SAMPLES = TEMPLATES.sample("idle", 1500, seed=3)
WORDS = [*sorted(TEMPLATES.words("idle")), "um", "you", "know", "knee", "7"]


def by_hassil(text: str) -> set[tuple[str, frozenset[tuple[str, object]]]]:
    """Every reading of hassil: intent, and slots without their words."""
    return {
        (r.intent.name, frozenset((e.name, e.value) for e in r.entities_list))
        for r in recognize_all(text, HASSIL)
    }


def by_us(text: str) -> set[tuple[str, frozenset[tuple[str, object]]]]:
    return {
        (p.intent, frozenset((s.name, s.value) for s in p.slots))
        for p in TEMPLATES.parse(text, "idle")
    }


def test_slots_come_in_the_order_they_were_said_and_then_those_of_the_block() -> None:
    assert TEMPLATES.parse("my left big toe keeps jumping at night", "idle") == (
        Parse("report_symptom", (Slot("side", "left", "left"), Slot("site", "toe", "big toe"))),
    )
    (parse,) = TEMPLATES.parse("It wakes me up!", "idle")
    assert parse == Parse("report_symptom", (Slot("timing", "night", ""),))
    assert parse.metadata == {"asked": True}


@pytest.mark.parametrize("text", ["my ankle is twitchy", "my ankles are twitchy again"])
def test_letters_in_brackets_belong_to_the_word_before(text: str) -> None:
    assert [p.intent for p in TEMPLATES.parse(text, "idle")] == ["report_symptom"]
    assert not TEMPLATES.parse(text.replace("ankle", "ankle x"), "idle")


def test_a_list_value_inside_a_word_fills_its_slot() -> None:
    (parse,) = TEMPLATES.parse("big toes hurt for twenty-five hours", "idle")
    assert parse.slots == (
        Slot("site", "toe", "big toes"),
        Slot("number", 25.0, "twenty five"),
        Slot("unit", 1.0, "hours"),
    )


def test_digits_may_be_typed() -> None:
    (parse,) = TEMPLATES.parse("7 times", "idle")
    assert parse.slots == (Slot("n", 7.0, "7"),)


def test_permutations_come_in_every_order() -> None:
    for text in ("it hurts in bed since monday", "since monday in bed it hurts"):
        assert TEMPLATES.parse(text, "idle")
    assert not TEMPLATES.parse("it hurts in bed", "idle")


def test_skip_words_may_stand_anywhere_but_are_kept_where_a_template_has_them() -> None:
    assert TEMPLATES.parse("um stop you know now please", "idle") == (Parse("stop"),)
    assert TEMPLATES.parse("please not again", "idle")
    assert not TEMPLATES.parse("umbrella stop", "idle")


def test_lists_of_a_block_hold_for_that_block_alone() -> None:
    (parse,) = TEMPLATES.parse("move on to the end", "idle")
    assert parse.slots == (Slot("place", 9.0, "the end"),)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("my left", Prefix.PREFIX),
        ("my left ankle keeps", Prefix.PREFIX),
        ("my left ankle keeps twitching", Prefix.COMPLETE_OPEN),
        ("my left ankle keeps twitching in bed again", Prefix.COMPLETE),
        ("my cat", Prefix.ILLEGAL),
        ("stop", Prefix.COMPLETE_OPEN),
        ("stop it now", Prefix.COMPLETE),
        ("twenty", Prefix.PREFIX),
        ("twenty five", Prefix.PREFIX),
        ("twenty five hours", Prefix.COMPLETE),
        ("[unk] stop", Prefix.ILLEGAL),
        ("", Prefix.PREFIX),
    ],
)
def test_a_prefix_knows_what_may_follow(text: str, state: Prefix) -> None:
    assert TEMPLATES.prefix_state(text, "idle") is state


def test_a_state_has_its_own_legal_intents() -> None:
    templates = Templates(language(states={"routine": ("stop", "unheard_of"), "offer": ()}))
    assert templates.parse("stop", "routine") == (Parse("stop"),)
    assert not templates.parse("it wakes me up", "routine")
    assert templates.parse("it wakes me up", "idle"), "a state that is not named allows all"
    assert not templates.parse("stop", "offer")
    assert templates.prefix_state("my", "routine") is Prefix.ILLEGAL
    assert templates.words("routine") == {"stop", "it", "now", "that's", "enough"}


def test_readings_with_more_spoken_slots_come_first() -> None:
    document = {
        "intents": {
            "plain": {"data": [{"sentences": ["my toe hurts"]}]},
            "named": {"data": [{"sentences": ["my {site} hurts"]}]},
        },
        "lists": {"site": {"values": ["toe"]}},
    }
    parses = Templates(language(document)).parse("my toe hurts", "idle")
    assert [p.intent for p in parses] == ["named", "plain"]


# ------------------------------------------------------------------ agreement with hassil


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES))
def test_every_sample_means_the_same_to_hassil(text: str) -> None:
    assert by_us(text) == by_hassil(text) != set()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_a_changed_sample_means_the_same_to_hassil(text: str, chance: random.Random) -> None:
    words = text.split()
    at = chance.randrange(len(words))
    change = chance.choice(["drop", "double", "replace", "insert", "swap"])
    if change == "drop":
        del words[at]
    elif change == "double":
        words.insert(at, words[at])
    elif change == "replace":
        words[at] = chance.choice(WORDS)
    elif change == "insert":
        words.insert(at, chance.choice(WORDS))
    else:
        other = chance.randrange(len(words))
        words[at], words[other] = words[other], words[at]
    changed = " ".join(words)
    assert by_us(changed) == by_hassil(changed)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abc [](|){}<>!?.'-_\u2019xyz", max_size=30))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert isinstance(TEMPLATES.parse(text, "idle"), tuple)
    assert isinstance(TEMPLATES.prefix_state(text, "idle"), Prefix)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 12))
def test_every_beginning_of_a_sample_is_a_legal_prefix(text: str, length: int) -> None:
    words = text.split()[:length]
    state = TEMPLATES.prefix_state(" ".join(words), "idle")
    assert state is not Prefix.ILLEGAL
    complete = state in (Prefix.COMPLETE, Prefix.COMPLETE_OPEN)
    assert complete == bool(TEMPLATES.parse(" ".join(words), "idle"))
    if len(words) < len(text.split()):
        assert state is not Prefix.COMPLETE


# ------------------------------------------------------------------ samples


def test_samples_say_every_word_and_nothing_twice() -> None:
    assert len(set(SAMPLES)) == len(SAMPLES)
    said = {word for text in SAMPLES for word in text.split()}
    assert said == TEMPLATES.words("idle")


def test_each_template_and_each_list_value_comes_once_before_it_comes_again() -> None:
    document = {
        "intents": {"a": {"data": [{"sentences": ["go {place}", "stay", "run [on]"]}]}},
        "lists": {"place": {"values": ["one", "two", "three", "four"]}},
    }
    templates = Templates(language(document))
    for seed in range(5):
        said = templates.sample("idle", 3, seed)
        assert {text.split()[0] for text in said} == {"go", "stay", "run"}
        assert sorted(templates.sample("idle", 100, seed)) == sorted(
            ["go one", "go two", "go three", "go four", "stay", "run", "run on"]
        )


def test_the_same_seed_gives_the_same_samples() -> None:
    assert TEMPLATES.sample("idle", 50, 1) == TEMPLATES.sample("idle", 50, 1)
    assert TEMPLATES.sample("idle", 50, 1) != TEMPLATES.sample("idle", 50, 2)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"intents": {"a": {"data": [{"sentences": ["say {what}"]}]}}}, r"no list \{what\}"),
        ({"intents": {"a": {"data": [{"sentences": ["say <what>"]}]}}}, "no expansion rule <what>"),
        ({"intents": {"a": {"data": [{"sentences": ["say (what"]}]}}}, "cannot be parsed"),
        (
            {
                "intents": {"a": {"data": [{"sentences": ["say {what}"]}]}},
                "lists": {"what": {"wildcard": True}},
            },
            "wildcard",
        ),
        (
            {
                "intents": {"a": {"data": [{"sentences": ["<x>"]}]}},
                "expansion_rules": {"x": "a <y>", "y": "b [<x>]"},
            },
            "leads back to itself: <x> -> <y> -> <x>",
        ),
        (
            {"intents": {"a": {"data": [{"sentences": ["x"], "requires_context": {"k": "v"}}]}}},
            "requires_context",
        ),
        ({"intents": {"a": {"data": [{"sentences": ["x"], "slots": {"k": [1]}}]}}}, "slot `k`"),
        ({"intents": {"a": {}}}, "cannot be read"),
        (
            {
                "intents": {"a": {"data": [{"sentences": ["say {what}"]}]}},
                "lists": {"what": {"values": [{"in": "x", "out": [1]}]}},
            },
            "one text or number",
        ),
        (
            {"intents": {"a": {"data": [{"sentences": ["(a;b;c;d;e;f;g;h)"]}]}}},
            "permutation of 8",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ContentError, match=complaint):
        Templates(language(document))


def test_all_problems_are_told_at_once() -> None:
    document = {
        "intents": {
            "a": {"data": [{"sentences": ["{x}"]}, {"sentences": ["<y>"]}]},
            "b": {"data": [{"sentences": ["fine"]}]},
        }
    }
    with pytest.raises(ContentError) as caught:
        Templates(language(document))
    assert len(caught.value.problems) == 2
