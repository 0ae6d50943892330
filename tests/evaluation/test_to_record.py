"""Which sentences a person is asked to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_skill.content import load
from voice_skill.conversation.skills import make_understander
from voice_skill.conversation.take_folder import Sentence
from voice_skill.domain.errors import UsageError
from voice_skill.domain.language import Skill
from voice_skill.evaluation.to_record import from_file, sampled
from voice_skill.understanding.decide import Understander


@pytest.fixture(scope="module")
def skill() -> Skill:
    return load(None, locale=None)


@pytest.fixture(scope="module")
def understander(skill: Skill) -> Understander:
    return make_understander(skill)


def test_every_intent_has_its_turn(skill: Skill, understander: Understander) -> None:
    intents = understander.templates.intents
    sentences = sampled(skill, understander, 2 * len(intents), (), seed=1)
    assert {sentence.label["intent"] for sentence in sentences} >= set(intents)
    assert len({sentence.text for sentence in sentences}) == 2 * len(intents)


def test_a_label_is_what_the_templates_say(skill: Skill, understander: Understander) -> None:
    for sentence in sampled(skill, understander, 60, (), seed=3):
        if "slots" in sentence.label:
            parse = understander.templates.parse(sentence.text, sentence.state)[0]
            assert parse.intent == sentence.label["intent"]


def test_a_seed_gives_the_same_again_and_another_one_others(
    skill: Skill, understander: Understander
) -> None:
    first = sampled(skill, understander, 20, (), seed=1)
    assert sampled(skill, understander, 20, (), seed=1) == first
    assert sampled(skill, understander, 20, (), seed=2) != first


def test_only_the_intents_that_are_named(skill: Skill, understander: Understander) -> None:
    sentences = sampled(skill, understander, 12, ("slower", "yes"), seed=1)
    assert {sentence.label["intent"] for sentence in sentences} == {"slower", "yes"}
    states = {sentence.label["intent"]: sentence.state for sentence in sentences}
    assert states == {"slower": "routine", "yes": "offer"}


def test_an_unknown_intent_brings_a_suggestion(skill: Skill, understander: Understander) -> None:
    with pytest.raises(UsageError, match='did you mean "slower"'):
        sampled(skill, understander, 12, ("slowr",), seed=1)


class TestOwnSentences:
    def test_one_a_line(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.txt"
        path.write_text("# mine\nmy  toe twitches\n\nstop\nstop\n", "utf-8-sig")
        assert from_file(path, None) == [Sentence("my toe twitches"), Sentence("stop")]

    def test_an_intent_for_all_of_them(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.txt"
        path.write_text("enough\n", "utf-8")
        assert from_file(path, "stop") == [Sentence("enough", "idle", {"intent": "stop"})]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "holds 0 sentences"),
            (b"# nothing\n", "holds 0 sentences"),
            (b"stop\n...\n", ":2: no sentence"),
            (b"stop \x1b[2J\n", ":1: no sentence"),
            (b"\xff\xfe", "is not UTF-8"),
        ],
    )
    def test_what_cannot_be_used_is_said(
        self, tmp_path: Path, content: bytes, message: str
    ) -> None:
        path = tmp_path / "mine.txt"
        path.write_bytes(content)
        with pytest.raises(UsageError, match=message):
            from_file(path, None)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            from_file(tmp_path / "none.txt", None)
