"""The skill that comes with the program."""

from __future__ import annotations

from voice_skill.content import default_folder, load


def test_it_loads() -> None:
    skill = load(None)
    assert skill.name == "foot-twitches"
    assert skill.knowledge is not None


def test_the_folder_is_that_of_the_english_content() -> None:
    assert default_folder().parts[-2:] == ("intents", "en")


def test_at_night_whom_to_ask_is_not_left_out() -> None:
    knowledge = load(None).knowledge
    assert knowledge is not None
    statements = {**knowledge.causes, **knowledge.remedies, **knowledge.facts}
    for statement in statements.values():
        by_night = statement.short or statement.say[: knowledge.night.sentences]
        assert ("{provider}" in " ".join(statement.say)) == ("{provider}" in " ".join(by_night))


def test_at_night_every_wording_is_at_most_as_long_as_by_day() -> None:
    knowledge = load(None).knowledge
    assert knowledge is not None
    for name, wordings in knowledge.night_prompts.items():
        longest = max(len(wording.split()) for wording in knowledge.prompts[name])
        assert all(len(wording.split()) <= longest for wording in wordings), name
