"""The scan of a template agrees with hassil; the grammar agrees with hassil's own sampler."""

from __future__ import annotations

import re
from itertools import product

from hassil.parse_expression import parse_sentence
from hassil.sample import sample_expression
from hypothesis import example, given
from hypothesis import strategies as st

from voice_skill.content.grammar import Grammar, parse, plain
from voice_skill.content.templates import outline


def test_an_outline_names_lists_with_their_slots_and_rules() -> None:
    found = outline(r"[my] {site} <does> (it|that) \{not\} {place:site}")
    assert found.lists == (("site", "site"), ("place", "site"))
    assert found.rules == ("does",)
    assert found.problem == ""


@example("\\ ")
@given(st.text("ab {}[]()<>|;\\:", max_size=12))
def test_what_the_scan_takes_hassil_takes_too(text: str) -> None:
    if not outline(text).problem:
        parse_sentence(text)


@given(st.text("ab []()|\\", max_size=12))
def test_what_the_scan_refuses_hassil_refuses_too(text: str) -> None:
    if outline(text).problem and text.strip():
        assert parse(text) is None


WORDS = st.sampled_from(["my", "toe", "foot", "hurts", "at night", "toe hurts"])


def joined(parts: list[str]) -> str:
    return " ".join(parts)


TEMPLATES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(joined),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.lists(inner, min_size=2, max_size=2).map(lambda parts: f"({';'.join(parts)})"),
        inner.map(lambda part: f"[{part}]"),
    ),
    max_leaves=5,
)


def sampled(template: str) -> set[str]:
    return {plain(text) for text in sample_expression(parse_sentence(template).expression)} - {""}


@given(TEMPLATES, TEMPLATES)
def test_the_grammar_accepts_what_hassil_samples_and_nothing_else(
    template: str, other: str
) -> None:
    grammar = Grammar()
    start = grammar.start([grammar.add(parse(template))])
    texts = sampled(template)
    assert all(grammar.accepts(start, text) for text in texts)
    assert all((text in texts) == bool(grammar.accepts(start, text)) for text in sampled(other))


@given(TEMPLATES, TEMPLATES)
def test_a_clash_is_found_where_two_templates_share_a_sentence(first: str, second: str) -> None:
    grammar = Grammar()
    grammar.add(parse(first))
    grammar.add(parse(second))
    rivals = {"a": frozenset("b"), "b": frozenset("a")}
    clashes = list(grammar.clashes(["a", "b"], rivals, most_states=10_000))
    shared = sampled(first) & sampled(second)
    assert len(clashes) == bool(shared)
    if clashes:
        assert clashes[0].text in shared
        assert len(clashes[0].text) == min(map(len, shared))


@given(TEMPLATES)
def test_the_words_of_a_template(template: str) -> None:
    grammar = Grammar()
    words = grammar.words(grammar.add(parse(template)))
    assert words == {word for text in sampled(template) for word in text.split()}


def test_words_that_are_glued_together() -> None:
    grammar = Grammar()
    assert grammar.words(grammar.add(parse("twitch[es|ing] {n}th <all>"))) == {
        "twitch", "twitches", "twitching",
    }  # fmt: skip


def test_a_search_has_an_end() -> None:
    """Twenty times one of two words is a million sentences; the shared one is found at once."""
    grammar = Grammar()
    for _ in range(2):
        grammar.add(parse(" ".join(["(ay|bee)"] * 20)))
    rivals = {"a": frozenset("b"), "b": frozenset("a")}
    clash, *others = grammar.clashes(["a", "b"], rivals, most_states=2_000)
    assert (clash.text, others) == (" ".join(["ay"] * 20), [])


def test_plain_text_is_as_it_is_heard() -> None:
    assert plain("  It’s my  TOE, isn't it?! ") == "it's my toe isn't it"
    combinations = product("a-b", repeat=2)
    assert all(re.fullmatch("[ab ]*", plain("".join(pair))) for pair in combinations)
