"""What is answered to a symptom and to questions: few sentences, the likeliest causes first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE, PROMPTS

from voice_skill.domain.advice import duration_sentences, symptom_answer
from voice_skill.domain.informing import information
from voice_skill.domain.model import Decision, Level, Slot, Understanding
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.symptoms import heard, merged


def answer(**told: str | float) -> str:
    memory = Memory(symptom=Symptom(**told))  # type: ignore[arg-type]
    return " ".join(symptom_answer(KNOWLEDGE, memory).sentences)


def offered(memory: Memory | None = None, **told: str | float) -> str | None:
    memory = replace(memory or Memory(), symptom=Symptom(**told))  # type: ignore[arg-type]
    return symptom_answer(KNOWLEDGE, memory).offer


def test_a_symptom_is_read_back_with_everything_that_was_told() -> None:
    memory = Memory(symptom=Symptom("toe", "left", "twitch", "night", None, 48.0))
    assert heard(KNOWLEDGE, memory) == (
        "I heard a twitch in your left toe, at night, for two days.",
    )


def test_the_side_is_said_where_the_possessive_stands() -> None:
    memory = Memory(symptom=Symptom("arch", "right"))
    assert heard(KNOWLEDGE, memory) == ("I heard the arch of your right foot.",)
    memory = Memory(symptom=Symptom("toe", "both"))
    assert heard(KNOWLEDGE, memory) == ("I heard your toe on both sides.",)


def test_what_is_too_long_for_one_sentence_becomes_two() -> None:
    memory = Memory(symptom=Symptom("arch", "left", "twitch", "night", "standing", 48.0))
    assert heard(KNOWLEDGE, memory) == (
        "I heard a twitch in the arch of your left foot.",
        "Also at night, after standing, for two days.",
    )


def test_causes_that_the_persons_words_suggest_come_first() -> None:
    assert "low vitamin D, low calcium, or long standing" in answer(site="toe")
    assert "long standing, low vitamin D, or low calcium" in answer(site="toe", trigger="standing")
    assert "a strained muscle, low vitamin D" in answer(site="toe", timing="night")


def test_a_cause_beyond_the_article_says_so() -> None:
    assert "Beyond the article: One big jump" in answer(site="toe", sensation="jerk")


def test_causes_without_a_short_name_are_said_in_full() -> None:
    prompts = {name: text for name, text in PROMPTS.items() if not name.startswith("reason_")}
    memory = Memory(symptom=Symptom("toe"))
    said = symptom_answer(replace(KNOWLEDGE, prompts=prompts), memory).sentences
    assert "Low vitamin D is likely." in said


@pytest.mark.parametrize(("hours", "told"), [(23.0, False), (24.0, True), (400.0, True)])
def test_past_a_day_or_so_a_provider_is_named(hours: float, told: bool) -> None:
    assert ("It is time to see a doctor." in answer(site="toe", duration=hours)) is told


def test_the_site_has_its_own_sentence() -> None:
    assert "One toe alone is common." in answer(site="toe")
    assert "Beyond the article: Calves cramp most." in answer(site="calf")


def test_a_site_with_more_to_say_says_what_there_is_room_for() -> None:
    site = replace(KNOWLEDGE.sites["eyelid"], say=("The best known twitch.", "No foot exercise."))
    knowledge = replace(KNOWLEDGE, sites={"eyelid": site})
    memory = Memory(symptom=Symptom("eyelid"))
    assert symptom_answer(knowledge, memory).sentences[-1] == "The best known twitch."


def test_tingling_has_an_answer_of_its_own() -> None:
    assert answer(site="toe", sensation="tingling") == (
        "I heard [sensation_tingling]. in your toe. Beyond the article: Tingling is another matter."
    )


def test_never_more_than_three_sentences_before_the_question() -> None:
    for site in KNOWLEDGE.sites:
        for duration in (None, 48.0):
            symptom = Symptom(site, "left", "twitch", "night", "standing", duration)
            said = symptom_answer(KNOWLEDGE, Memory(symptom=symptom))
            assert 1 <= len(said.sentences) <= 3


def test_ankle_circles_are_offered_for_the_foot_alone() -> None:
    assert offered(site="toe") == "ankle_circles"
    assert offered(site="eyelid") is None
    assert offered(site="hand") is None
    assert offered(site="toe", sensation="tingling") is None
    assert offered(site="toe", sensation="pain") is None


def test_after_a_cramp_the_stretch_is_offered_never_toe_points() -> None:
    assert offered(site="calf", sensation="cramp") == "cramp_relief"
    assert offered(site="hand", sensation="cramp") is None


def test_nothing_is_offered_while_a_warning_stands() -> None:
    assert offered(Memory(level=Level.SAME_DAY), site="toe") is None
    assert offered(Memory(no_exercise=True), site="toe") is None
    assert offered(Memory(groups=frozenset({"surgery_or_injury"})), site="toe") is None


def test_asking_for_causes_again_brings_others() -> None:
    memory, told = Memory(), []
    for _ in range(4):
        said = information(KNOWLEDGE, memory, "ask_causes")
        told += said.sentences
        memory = replace(memory, said=(*memory.said, said.sentences))
        assert len(said.sentences) <= 3
    for cause in KNOWLEDGE.causes.values():
        assert any(cause.say[0].lower() in sentence.lower() for sentence in told)
    assert told[2] == "These are not a finding about you."
    assert told.count("These are not a finding about you.") == 1


def test_what_was_told_before_is_referred_to_and_short() -> None:
    told = (("This has gone on for a day.", "It is time to see a doctor."),)
    memory = Memory(symptom=Symptom(duration=48.0), said=told)
    assert duration_sentences(KNOWLEDGE, memory) == ("As I said.", "This has gone on for a day.")
    memory = Memory(said=(("Only a blood test can show it.",),))
    again = information(KNOWLEDGE, memory, "ask_vitamins").sentences
    assert again == ("As I said.", "Only a blood test can show it.")


def test_the_same_reasons_are_not_listed_twice() -> None:
    memory = Memory(symptom=Symptom("toe"))
    first = symptom_answer(KNOWLEDGE, memory).sentences
    again = symptom_answer(KNOWLEDGE, replace(memory, said=(first,))).sentences
    assert "[reasons_told]." in again
    assert "One toe alone is common." in first
    assert "One toe alone is common." not in again


def test_a_question_ranks_the_causes_by_its_slots_and_its_words() -> None:
    asked = Understanding(Decision.ACT, "ask_causes", (Slot("trigger", "standing", "standing"),))
    assert information(KNOWLEDGE, Memory(), "ask_causes", asked).sentences[0] == (
        "Long standing may do it."
    )
    causes = {**KNOWLEDGE.causes}
    causes["calcium"] = replace(causes["calcium"], asked=("milk",))
    knowledge = replace(KNOWLEDGE, causes=causes)
    asked = Understanding(Decision.ACT, "ask_causes", text="Is it for want of milk?")
    first = information(knowledge, Memory(), "ask_causes", asked).sentences[0]
    assert first == "Low calcium is likely."


def test_a_question_that_names_a_cause_again_gets_that_cause_again() -> None:
    asked = Understanding(Decision.ACT, "ask_causes", (Slot("trigger", "standing", "standing"),))
    memory = Memory(said=(("Long standing may do it.",),))
    again = information(KNOWLEDGE, memory, "ask_causes", asked).sentences
    assert again[:2] == ("As I said.", "Long standing may do it.")


@pytest.mark.parametrize(
    ("question", "fact"),
    [("how does a nerve do that", "definition"), ("what is it called", "definition_long")],
)
def test_the_words_of_a_question_choose_the_fact(question: str, fact: str) -> None:
    facts = {**KNOWLEDGE.facts}
    facts["definition_long"] = replace(facts["definition_long"], asked=("call*", "name"))
    asked = Understanding(Decision.ACT, "ask_definition", text=question)
    knowledge = replace(KNOWLEDGE, facts=facts)
    said = information(knowledge, Memory(), "ask_definition", asked).sentences
    assert said == facts[fact].say


def test_remedies_leave_out_what_is_blocked() -> None:
    pregnant = Memory(groups=frozenset({"pregnancy"}))
    told = information(KNOWLEDGE, pregnant, "ask_remedies").sentences
    assert "Ankle circles may ease it." in told
    assert not any("Toe points" in sentence for sentence in told)


def test_remedies_begin_with_the_stretch_after_a_cramp() -> None:
    told = information(KNOWLEDGE, Memory(cramped=True), "ask_remedies").sentences
    assert told[0] == "Stretch a cramp first."


def test_no_foot_exercise_for_an_eyelid() -> None:
    answer = information(KNOWLEDGE, Memory(symptom=Symptom("eyelid")), "ask_remedies")
    assert answer.offer is None
    assert answer.sentences[0] == "The foot exercises are not meant for it."
    assert not any("ircles" in sentence for sentence in answer.sentences)


def test_asking_again_who_says_so_brings_more() -> None:
    first = information(KNOWLEDGE, Memory(), "ask_source")
    again = information(KNOWLEDGE, Memory(said=(first.sentences,)), "ask_source")
    assert first.sentences == ("Doctor Anderson says so.",)
    assert again.sentences == ("He wrote a book.",)


def test_when_to_see_someone_depends_on_how_long() -> None:
    fresh = information(KNOWLEDGE, Memory(), "ask_doctor").sentences
    long = Memory(symptom=Symptom(duration=72.0))
    assert fresh == ("Past a day or so, see a doctor.",)
    assert "This has gone on for a day." in information(KNOWLEDGE, long, "ask_doctor").sentences


def test_a_duration_brings_the_day_or_so_rule() -> None:
    short = duration_sentences(KNOWLEDGE, Memory(symptom=Symptom(duration=2.0)))
    assert short == ("I heard for two hours.", "Past a day or so, see a doctor.")
    long = duration_sentences(KNOWLEDGE, Memory(symptom=Symptom(duration=24.0)))
    assert long[0] == "This has gone on for a day."


def test_another_place_begins_a_new_symptom() -> None:
    before = Symptom("toe", "left", timing="night", duration=48.0)
    assert merged(before, Symptom("calf")) == Symptom("calf")
    assert merged(before, Symptom(trigger="heels")) == replace(before, trigger="heels")
