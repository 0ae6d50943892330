from __future__ import annotations

from collections.abc import Callable

import pytest

from voice_skill.content import load

Lines = Callable[..., list[str]]

SKILL = """
    intents:
      report: {data: [{sentences: ["my {site} [is] fasciculating", "a spasm in my {site}"]}]}
    lists: {site: {values: [calf, {in: "hallux", out: toe}]}, count: {range: {from: 1, to: 30}}}
    phrases: {report: ["it's spasming, my calf"]}
    """
KNOWN = {
    *("my", "is", "a", "spasm", "in", "calf", "it's", "toe"),
    *("fast", "circulating", "hal", "lux", "spaz", "ing", "twenty"),
}


def test_spellings_are_read(folder):
    path = folder(
        a=SKILL,
        b="""
        lexicon:
          sounds_like:
            fasciculating: [fast circulating, "Fast  circulating?"]
            spasming: [spasm ing]
        """,
    )
    assert load(path).language.lexicon.sounds_like == {
        "fasciculating": ("fast circulating", "Fast circulating?"),
        "spasming": ("spasm ing",),
    }


def test_words_with_spellings_are_not_unknown(checked: Lines) -> None:
    spellings = """
        lexicon:
          sounds_like: {fasciculating: [fast circulating], hallux: [hal lux]}
        """
    lines = checked(KNOWN.__contains__, a=SKILL, b=spellings)
    assert lines == [
        'a.yaml:4:20: the speech model does not know "spasming": it will never be heard; use '
        "another word, or state under sounds_like in the lexicon how the model may write it"
    ]


@pytest.mark.parametrize(
    ("spellings", "problem"),
    [
        ("calf: [fast]", '1:25: the speech model knows "calf": it needs no other spelling'),
        (
            "hallux: [hal lucks]",
            '1:34: the speech model does not know "lucks" in the spelling of "hallux"',
        ),
        (
            "spasming: [spasm in]",
            '1:36: "spasm in" is said in sentences of report, where it would be taken for '
            '"spasming"; state another spelling',
        ),
        (
            "hallux: [fast], fasciculating: [fast]",
            '1:57: "fast" is the spelling of "hallux" already',
        ),
        ('hallux: ["?"]', '1:34: a spelling of "hallux" holds no word'),
        ("big toe: [fast]", "1:25: only a single word in lower case has spellings"),
        ("Hallux: [fast]", "1:25: only a single word in lower case has spellings"),
        ("hallux: fast", '1:33: expected a list of spellings, found "fast"'),
    ],
)
def test_what_is_wrong_with_a_spelling(checked: Lines, spellings: str, problem: str) -> None:
    lines = checked(
        {*KNOWN, "spasming", "fasciculating", "hallux"}.__contains__
        if "calf" in spellings
        else KNOWN.__contains__,
        a=SKILL,
        b=f"lexicon: {{sounds_like: {{{spellings}}}}}",
    )
    assert f"b.yaml:{problem}" in lines


@pytest.mark.parametrize("spelling", ["my calf", "it's", "hallux is", "in my calf"])
def test_words_side_by_side_in_any_sentence_are_no_spelling(checked: Lines, spelling: str) -> None:
    [line] = checked(a=SKILL, b=f'lexicon: {{sounds_like: {{tetany: ["{spelling}"]}}}}')
    assert f'"{spelling}" is said in sentences of report' in line


@pytest.mark.parametrize("spelling", ["calf my", "spasm my", "twenty spasm", "cal", "in a"])
def test_words_that_never_stand_side_by_side_are(checked: Lines, spelling: str) -> None:
    assert checked(a=SKILL, b=f'lexicon: {{sounds_like: {{tetany: ["{spelling}"]}}}}') == []
