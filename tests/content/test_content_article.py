"""The claims of the article in the content; and what is spoken is written as it is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

BASE = """
    locales: {fallback: {emergency_spoken: a number, urgent: a doctor, provider: a doctor}}
    sources:
      article: {title: T, at: here, spoken: the article}
      web: {title: W, at: there, spoken: a leaflet}
    facts: {why: {say: Standing tires it., origin: article, sources: [article], claims: [S16]}}
    """

CLAIMS = {
    "told": ("S16: {by: doctor, says: Overuse., words: standing, ask: [why]}", ""),
    "in other words": (
        "S16: {by: doctor, says: Overuse., words: heels, ask: [why]}",
        'no sentence of what names the claim S16 holds its words "heels"',
    ),
    "without a question": (
        "S16: {by: doctor, says: Overuse., words: standing}",
        "the claim S16 needs a question that brings it, or `unspoken`: why not",
    ),
    "not spoken, with a question": (
        "S16: {by: page, says: A picture., ask: [why], words: standing, unspoken: a credit}",
        "the claim S16 is asked for, so it is not unspoken",
    ),
}


@pytest.mark.parametrize(("claim", "message"), CLAIMS.values(), ids=CLAIMS)
def test_a_claim_is_told_and_asked_for(
    checked: Callable[..., list[str]], claim: str, message: str
) -> None:
    problems = checked(a=f"claims:\n  {claim}\n", base=BASE)
    assert problems == ([f"a.yaml:2:3: {message}"] if message else [])


def test_a_claim_that_nothing_says(checked: Callable[..., list[str]]) -> None:
    claims = """
        claims:
          S16: {by: doctor, says: Overuse., words: standing, ask: [why]}
          S17: {by: doctor, says: Heels., words: heels, ask: [why]}
        """
    assert checked(a=claims, base=BASE) == [
        "a.yaml:3:3: nothing says the claim S17: no cause, remedy, fact or site names it"
    ]


def test_a_claim_that_is_not_there(checked: Callable[..., list[str]]) -> None:
    claims = "claims: {S61: {by: doctor, says: Overuse., unspoken: for the test}}"
    assert checked(a=claims, base=BASE) == ['base.yaml:5:86: there is no claim "S16"; did you '
                                            'mean "S61"?']  # fmt: skip


def test_a_sentence_beyond_the_article_has_room_for_saying_so(
    checked: Callable[..., list[str]],
) -> None:
    said = "one two three four five six seven eight nine ten eleven twelve thirteen"
    facts = f"facts: {{it: {{say: [{said}.], origin: beyond, sources: [web]}}}}"
    (problem,) = checked(a=facts, base=BASE)
    assert 'no room to say "Beyond the article:" before it in 15 words' in problem
    facts = facts.replace("one two", "the article")
    assert checked(a=facts, base=BASE) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The NHS says so.", "NHS"),
        ("Dr. Anderson says so.", "Dr."),
        ("It takes five min.", "min."),
        ("Use warmth, e.g. a towel.", "e.g."),
        ("It is fifty % likely.", "%"),
        ("He is a certified M.D. there.", "M.D."),
    ],
)
def test_abbreviations_are_written_as_they_are_said(
    checked: Callable[..., list[str]], sentence: str, found: str
) -> None:
    fact = f"facts: {{it: {{say: [{sentence!r}], origin: product}}}}"
    problems = checked(a=fact, base=BASE)
    assert len(problems) == 1
    assert f'write "{found}" as it is said' in problems[0]


@pytest.mark.parametrize("sentence", ["Ask your G P.", "Doctor J Mark Anderson.", "No, I am here."])
def test_single_letters_and_plain_words_are_no_abbreviations(
    checked: Callable[..., list[str]], sentence: str
) -> None:
    assert checked(a=f"facts: {{it: {{say: [{sentence!r}], origin: product}}}}", base=BASE) == []


def test_names_that_are_put_into_sentences_are_looked_at_too(
    checked: Callable[..., list[str]],
) -> None:
    source = "sources: {nhs: {title: N, at: there, spoken: the NHS in Britain}}"
    (problem,) = checked(a=source, base=BASE)
    assert problem == 'a.yaml:1:46: write "NHS" as it is said: "the NHS in Britain"'
