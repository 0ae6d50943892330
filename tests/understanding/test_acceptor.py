"""The flat automaton accepts what `Templates.parse` accepts, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import load
from voice_skill.domain.language import Language, WordAutomaton
from voice_skill.domain.model import DialogueState
from voice_skill.understanding import acceptor
from voice_skill.understanding.acceptor import TooManyStatesError, minimal
from voice_skill.understanding.templates import Templates

STATES: tuple[DialogueState, ...] = ("idle", "offer", "routine")
WORDS = ("left", "foot", "hurts", "stop", "it", "two", "days")


def templates_of(sentences: Sequence[str], **more: Any) -> Templates:
    intents = {f"intent_{n}": {"data": [{"sentences": [s]}]} for n, s in enumerate(sentences)}
    return Templates(Language("en", {"intents": intents, **more}))


def is_legal(templates: Templates, words: Sequence[str], state: DialogueState) -> bool:
    return bool(templates.parse(" ".join(words), state))


def assert_minimal(automaton: WordAutomaton) -> None:
    """Deterministic, nothing out of reach or without an end, no two states alike."""
    for row in automaton.arcs:
        words = [word for word, _ in row]
        assert words == sorted(set(words))
    reached = {to for row in automaton.arcs for _, to in row}
    assert {0, *reached} == set(range(len(automaton.arcs)))  # without cycles: all from the start
    ends = [s for s, row in enumerate(automaton.arcs) if not row and s not in automaton.final]
    assert ends in ([], [0])
    # Without cycles, two states say the same exactly when their rows do.
    rows = {(state in automaton.final, row) for state, row in enumerate(automaton.arcs)}
    assert len(rows) == len(automaton.arcs)


# ------------------------------------------------------------------ small template sets

PIECES = st.deferred(
    lambda: st.one_of(
        st.sampled_from([*WORDS, "<rule>", "{site}", "{n}"]),
        st.lists(PIECES, min_size=1, max_size=3).map(lambda p: f"({'|'.join(p)})"),
        st.lists(PIECES, min_size=1, max_size=2).map(lambda p: f"[{' '.join(p)}]"),
        st.lists(PIECES, min_size=2, max_size=2).map(lambda p: f"({';'.join(p)})"),
        st.lists(PIECES, min_size=1, max_size=3).map(" ".join),
        st.sampled_from(["hurt[s]", "(foot|toe)s", "{site}s", "stop[ it]"]),
    )
)
SHARED: dict[str, Any] = {
    "lists": {
        "site": {"values": ["foot", "left foot", {"in": "(left|big) toe", "out": "toe"}]},
        "n": {"range": {"from": 1, "to": 22}},
    },
    "expansion_rules": {"rule": "(stop [it]|{n} days|{site} hurts)"},
}


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4), st.data())
def test_it_accepts_what_the_templates_accept(sentences: list[str], data: st.DataObject) -> None:
    templates = templates_of(sentences, **SHARED)
    automaton = templates.automaton(["idle"])
    assert_minimal(automaton)
    sampled = [text.split() for text in templates.sample("idle", 20, seed=1)]
    assert all(map(automaton.accepts, sampled))
    vocabulary = [*WORDS, "toe", "big", "one", "twenty", "feet", "toes"]
    for _ in range(10):
        words = data.draw(st.lists(st.sampled_from(vocabulary), max_size=5))
        assert automaton.accepts(words) == is_legal(templates, words, "idle")


@settings(max_examples=50, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4), st.sets(st.sampled_from(WORDS), max_size=3))
def test_sentences_with_words_that_are_not_known_are_gone(
    sentences: list[str], missing: set[str]
) -> None:
    templates = templates_of(sentences, **SHARED)
    automaton = templates.automaton(["idle"], lambda word: word not in missing)
    assert_minimal(automaton)
    for text in templates.sample("idle", 20, seed=1):
        assert automaton.accepts(text.split()) == missing.isdisjoint(text.split())


def test_skip_words_are_no_part_of_it() -> None:
    templates = templates_of(["stop [it]"], skip_words=["please"])
    automaton = templates.automaton(["idle"])
    assert automaton.accepts(["stop", "it"])
    assert not automaton.accepts(["please", "stop"])


def test_typed_digits_are_no_words() -> None:
    automaton = templates_of(["{n} days"], **SHARED).automaton(["idle"])
    assert automaton.accepts(["twenty", "two", "days"])
    assert not automaton.accepts(["22", "days"])


def test_a_state_has_the_sentences_of_its_intents() -> None:
    language = Language(
        "en",
        {
            "intents": {
                "stop": {"data": [{"sentences": ["stop [it]"]}]},
                "hurt": {"data": [{"sentences": ["it hurts"]}]},
            }
        },
        states={"idle": ("hurt",), "routine": ("stop",)},
    )
    templates = Templates(language)
    idle, both = templates.automaton(["idle"]), templates.automaton(["idle", "routine"])
    assert [idle.accepts(text.split()) for text in ("it hurts", "stop it")] == [True, False]
    assert [both.accepts(text.split()) for text in ("it hurts", "stop it")] == [True, True]


def test_equal_endings_are_one() -> None:
    automaton = templates_of(["(my|the) (left|right) foot hurts"]).automaton(["idle"])
    assert len(automaton.arcs) == 5
    assert sum(map(len, automaton.arcs)) == 6


def test_nothing_sayable_is_an_automaton_of_one_state() -> None:
    automaton = templates_of(["midfoot"]).automaton(["idle"], lambda word: False)
    assert automaton == WordAutomaton(((),), frozenset())


def test_templates_that_grow_without_bound_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "MOST_STATES", 6)
    assert templates_of(["one two three four five"]).automaton(["idle"])
    with pytest.raises(TooManyStatesError):
        templates_of(["one two three four five six"]).automaton(["idle"])


@given(
    st.lists(
        st.tuples(st.booleans(), st.dictionaries(st.sampled_from("abc"), st.integers(1, 9))),
        min_size=1,
        max_size=10,
    )
)
def test_merging_states_changes_no_sentence(drawn: list[tuple[bool, dict[str, int]]]) -> None:
    count = len(drawn)
    rows = [
        (final, {word: state + step for word, step in words.items() if state + step < count})
        for state, (final, words) in enumerate(drawn)
    ]
    assert sentences_of(minimal(rows)) == sentences_of(rows)


def sentences_of(rows: Sequence[tuple[bool, dict[str, int]]]) -> set[str]:
    found: set[str] = set()
    waiting = [("", 0)]
    for text, state in waiting:
        final, words = rows[state]
        if final:
            found.add(text)
        waiting += [(text + word, to) for word, to in words.items()]
    return found


# ------------------------------------------------------------------ the built-in skill


@pytest.fixture(scope="module")
def skill_templates() -> Templates:
    return Templates(load(None).language)


@pytest.mark.parametrize("state", STATES)
def test_the_built_in_skill(skill_templates: Templates, state: DialogueState) -> None:
    automaton = skill_templates.automaton([state])
    assert_minimal(automaton)
    assert len(automaton.arcs) < 20_000
    chance = random.Random(5)
    vocabulary = sorted(skill_templates.words(state))
    for text in skill_templates.sample(state, 500, seed=77):
        words = text.split()
        assert automaton.accepts(words)
        mutated = mutation(words, vocabulary, chance)
        if skill_templates._without_skip_words(mutated) == mutated:
            assert automaton.accepts(mutated) == is_legal(skill_templates, mutated, state)


def mutation(words: list[str], vocabulary: list[str], chance: random.Random) -> list[str]:
    """Leave out, add, replace or exchange a word."""
    at, kind = chance.randrange(len(words)), chance.randrange(4)
    if kind == 0:
        return words[:at] + words[at + 1 :]
    if kind == 1:
        return [*words[:at], chance.choice(vocabulary), *words[at:]]
    if kind == 2:
        return [*words[:at], chance.choice(vocabulary), *words[at + 1 :]]
    return words[:at] + words[at : at + 2][::-1] + words[at + 2 :]


def test_all_states_together_are_their_union(skill_templates: Templates) -> None:
    union = skill_templates.automaton(STATES)
    assert_minimal(union)
    for state in STATES:
        for text in skill_templates.sample(state, 300, seed=78):
            assert union.accepts(text.split())
