"""Who says so? The source of what was said last, of each kind of statement."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE
from talk import NOISE, Talk, meaning

from voice_skill.domain.knowledge import Claim, Knowledge, Source

_CLINIC = Source("clinic", "A clinic", "somewhere", "the clinic")
_COLLEGE = Source("college", "A college", "somewhere", "the college")


def knowledge() -> Knowledge:
    causes = {**KNOWLEDGE.causes}
    causes["vitamin_d"] = replace(causes["vitamin_d"], claims=("S11",))
    causes["sleep_start"] = replace(causes["sleep_start"], sources=("clinic",))
    groups = {**KNOWLEDGE.groups}
    groups["pregnancy"] = replace(groups["pregnancy"], sources=("clinic", "college"))
    groups["surgery_or_injury"] = replace(groups["surgery_or_injury"], sources=("product",))
    return replace(
        KNOWLEDGE,
        causes=causes,
        groups=groups,
        sources={**KNOWLEDGE.sources, "clinic": _CLINIC, "college": _COLLEGE},
        claims={"S11": Claim("S11", "Low vitamin D.", "doctor", "vitamin D", ("why",))},
        whys=("why", "but why"),
    )


@pytest.fixture
def talk() -> Talk:
    return Talk(knowledge())


def test_what_the_doctor_says_is_his(talk: Talk) -> None:
    assert talk.say("ask_causes").startswith("Low vitamin D is likely.")
    assert talk.say("ask_source").startswith("The doctor says so.")


def test_what_the_author_says_is_from_the_article(talk: Talk) -> None:
    talk.say("ask_definition")
    assert talk.say("ask_source") == "The article says so."


def test_what_goes_beyond_the_article_names_its_source(talk: Talk) -> None:
    said = talk.say("report_symptom", site="toe", sensation="jerk")
    assert "This is from the clinic, beyond the article. One big jump at the edge" in said
    assert talk.say("ask_source").startswith("That is from the clinic.")


def test_our_own_caution_says_that_it_is_one(talk: Talk) -> None:
    talk.say("special_group", group="surgery_or_injury")
    assert talk.say("ask_source") == "[source_product]."


def test_a_group_has_a_source_too(talk: Talk) -> None:
    talk.say("special_group", group="pregnancy")
    assert talk.say("ask_source") == "That is from the clinic."


def test_a_bare_why_after_a_statement_asks_for_its_source(talk: Talk) -> None:
    why = replace(meaning("ask_causes"), text="Why?")
    assert talk.say(why).startswith("Low vitamin D is likely."), "nothing was said yet"
    assert talk.say(why).startswith("The doctor says so.")


def test_small_words_in_between_do_not_hide_the_statement(talk: Talk) -> None:
    talk.say("ask_definition")
    talk.say("louder")
    talk.say(NOISE)
    assert talk.say("ask_source") == "The article says so."


def test_asked_once_more_it_tells_of_the_source_itself(talk: Talk) -> None:
    talk.say("ask_definition")
    talk.say("ask_source")
    assert talk.say("ask_source") == "Doctor Anderson says so."
    assert talk.say("ask_source") == "He wrote a book."


def test_a_screening_question_has_a_source(talk: Talk) -> None:
    talk.say("start_exercise", routine="ankle_circles")
    said = talk.say("ask_source")
    assert said.startswith("The article says so.")
    assert said.endswith("Is one leg swollen?")
