"""The skill that comes with the program."""

from __future__ import annotations

from voice_skill.content import check, default_folder, load


def test_it_loads() -> None:
    skill = load(None)
    assert skill.name == "foot-twitches"
    assert skill.knowledge is not None


def test_it_has_no_problem() -> None:
    assert [str(problem) for problem in check(None)] == []


def test_the_folder_is_that_of_the_english_content() -> None:
    assert default_folder().parts[-2:] == ("intents", "en")
