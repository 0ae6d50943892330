"""All of the article by voice: every claim has a question that brings it, every site an answer."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from voice_skill.content import load
from voice_skill.conversation.skills import make_understander
from voice_skill.domain.knowledge import Knowledge
from voice_skill.understanding.decide import Understander

ROOT = Path(__file__).resolve().parents[2]
SKILL = load(None)
assert SKILL.knowledge is not None
KNOWLEDGE: Knowledge = SKILL.knowledge
CLAIMS = {name: claim for name, claim in KNOWLEDGE.claims.items() if claim.ask}

NAMES = {
    "arch": "my left arch keeps twitching",
    "toe": "my big toe keeps twitching",
    "ankle": "my right ankle keeps twitching",
    "heel": "my heel keeps twitching",
    "foot": "my foot keeps twitching",
    "calf": "my calf keeps twitching",
    "shin": "my shin keeps twitching",
    "leg": "my leg keeps twitching",
    "hamstring": "my hamstring keeps twitching",
    "thigh": "my thigh keeps twitching",
    "thumb": "my thumb keeps twitching",
    "hand": "my hand keeps twitching",
    "eyelid": "my eyelid keeps twitching",
    "elsewhere": "my shoulder keeps twitching",
}
OF_THE_FOOT = {"arch", "toe", "ankle", "heel", "foot", "calf", "shin", "leg"}

CAUSES = {
    "why does it twitch after standing": "standing",
    "is it from wearing heels": "heels",
    "is it from bad shoes": "bad_shoes",
    "why do i get cramps at night": "strain_night",
    "could it be a strain": "strain_night",
}


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("knowledge", ROOT / "scripts" / "knowledge.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def understander() -> Understander:
    return make_understander(SKILL)


def reply(*turns: str) -> str:
    said: str = script().reply(KNOWLEDGE, understander(), turns)
    return said


def test_the_article_has_thirty_two_claims() -> None:
    assert sorted(KNOWLEDGE.claims) == [f"S{number:02}" for number in range(1, 33)]
    assert set(KNOWLEDGE.claims) == set(CLAIMS), "each of them can be spoken"


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_a_claim_is_told_when_its_question_is_asked(name: str) -> None:
    claim = CLAIMS[name]
    said = script().spoken_in(KNOWLEDGE, understander(), claim)
    assert said, f"{claim.says!r} is not told by: {reply(*claim.ask)}"


def test_the_page_says_what_is_said_now() -> None:
    page = script().page(KNOWLEDGE, understander())
    assert "**missing**" not in page
    assert (ROOT / "docs" / "knowledge.md").read_text("utf-8") == page, "run scripts/tool knowledge"


@pytest.mark.parametrize("site", sorted(set(KNOWLEDGE.sites) - {"chest"}))
def test_every_place_has_its_answer(site: str) -> None:
    said = reply(NAMES[site])
    assert KNOWLEDGE.sites[site].say[0] in said
    assert ("ankle circles" in said) is (site in OF_THE_FOOT)


@pytest.mark.parametrize("question", ["my chest keeps twitching", "why does my chest twitch"])
def test_a_twitch_in_the_chest_asks_about_the_chest_first(question: str) -> None:
    assert reply(question).endswith(KNOWLEDGE.screens["chest_screen"].ask)
    said = reply(question, "no")
    assert "ankle circles" not in said
    assert "low vitamin d" in said.lower()


def test_no_foot_exercise_and_no_foot_remedy_for_an_eyelid() -> None:
    said = reply(NAMES["eyelid"], "what can i do about it")
    assert "The foot exercises I know are not meant for it." in said
    assert not re.search(r"circles|toe|covers|shoes", said)


@pytest.mark.parametrize("question", CAUSES)
def test_the_cause_that_the_person_names_comes_first_and_is_explained(question: str) -> None:
    cause = KNOWLEDGE.causes[CAUSES[question]]
    assert reply(question).startswith(cause.say[0])


@pytest.mark.parametrize(
    ("report", "first"),
    [
        ("my toe keeps twitching after standing", "standing too long"),
        ("my toe keeps twitching after wearing heels", "wearing heels"),
        ("my toe keeps twitching in these shoes", "shoes without support"),
        ("my toe keeps twitching at night", "a strained muscle"),
        ("my toe keeps twitching after running", "a strained muscle"),
    ],
)
def test_the_likely_reasons_begin_with_what_the_person_told(report: str, first: str) -> None:
    assert re.search(rf"(Likely reasons are|Anderson names) {first}", reply(report))


@pytest.mark.parametrize("whence", ["says who", "how do you know", "where did you get that", "why"])
def test_after_any_statement_its_own_source_is_read(whence: str) -> None:
    doctors = reply("could it be low vitamin d", whence)
    assert "Anderson" in doctors
    assert "Lorra Garrick" in doctors
    beyond = reply("i am pregnant", whence)
    assert KNOWLEDGE.sources["relay_preg"].spoken in beyond
    ours = reply("i had an operation on my foot", whence)
    assert "our own caution" in ours


def test_what_goes_beyond_the_article_is_marked_and_cited() -> None:
    said = reply("what helps", "no", "is it from too much coffee")
    assert "beyond the article" in said.lower()
    assert "National Health Service" in said
