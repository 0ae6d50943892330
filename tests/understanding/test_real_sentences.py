"""The sentences that ship, through the real templates and rules."""

from __future__ import annotations

import random

import pytest
from hassil import Intents, recognize_all

from voice_skill import content
from voice_skill.domain.language import Skill
from voice_skill.domain.model import Decision, DialogueState, Hypothesis, Utterance
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.templates import Prefix

STATES: tuple[DialogueState, ...] = ("idle", "offer", "routine")


@pytest.fixture(scope="module")
def skill() -> Skill:
    return content.load(None, locale=None)


@pytest.fixture(scope="module")
def understander(skill: Skill) -> Understander:
    return Understander(skill.language, skill.knowledge)


@pytest.mark.parametrize("state", STATES)
def test_every_sample_is_legal_and_so_is_each_of_its_beginnings(
    understander: Understander, state: DialogueState
) -> None:
    templates = understander.templates
    for text in templates.sample(state, 200, seed=5):
        assert templates.parse(text, state), text
        words = text.split()
        for length in range(len(words)):
            beginning = " ".join(words[:length])
            prefix = templates.prefix_state(beginning, state)
            assert prefix in (Prefix.PREFIX, Prefix.COMPLETE_OPEN), beginning


@pytest.mark.parametrize("state", STATES)
def test_three_thousand_samples_say_every_word(
    understander: Understander, state: DialogueState
) -> None:
    said = {w for text in understander.templates.sample(state, 3000, seed=5) for w in text.split()}
    assert said == understander.templates.words(state)


def test_hassil_agrees_on_samples_and_on_samples_with_one_word_changed(
    skill: Skill, understander: Understander
) -> None:
    templates = understander.templates
    intents = Intents.from_dict({"language": skill.language.code, **skill.language.templates})
    chance = random.Random(8)
    words = sorted(templates.words("idle"))
    everywhere = {text for state in STATES for text in templates.sample(state, 60, seed=9)}
    for text in sorted(everywhere)[::2]:
        changed = text.split()
        changed[chance.randrange(len(changed))] = chance.choice(words)
        for sentence in (text, " ".join(changed)):
            ours = {
                (parse.intent, frozenset((s.name, s.value) for s in parse.slots))
                for state in STATES
                for parse in templates.parse(sentence, state)
            }
            hassils = {
                (
                    result.intent.name,
                    frozenset(
                        (e.name, e.value)
                        for e in result.entities_list
                        if e.name in templates.slot_names(result.intent.name)
                    ),
                )
                for result in recognize_all(sentence, intents)
            }
            assert ours == hassils, sentence


@pytest.mark.parametrize("state", STATES)
def test_a_legal_sentence_is_acted_on_unless_a_sign_or_its_question_comes_first(
    understander: Understander, state: DialogueState
) -> None:
    for text in understander.templates.sample(state, 200, seed=6):
        found = understander.understand(Utterance((Hypothesis(text, "text"),), state))
        first = understander.templates.parse(text, state)[0].intent
        if found.decision is Decision.URGENT:
            assert found.alarm is not None
        elif found.decision is Decision.CONFIRM:
            assert found.screen is not None, text
            # "this is an emergency" names no sign: nothing is left to go on with after the question
            assert found.intent == (None if first == "alarm" else first)
        else:
            assert (found.decision, found.intent) == (Decision.ACT, first)
