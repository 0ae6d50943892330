"""The dialogue at night and in a whisper: few words, no needless question, and a soft end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE
from talk import NOISE, Talk, meaning, torn, unsure

from voice_skill.domain import dialogue
from voice_skill.domain.events import NightChanged, SetManner
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.manner import Manner
from voice_skill.domain.model import SOUND, Alarm, Decision, Level, Understanding

NIGHT = replace(
    KNOWLEDGE,
    night_prompts={"declined": ("Fine.",)},
    facts=KNOWLEDGE.facts
    | {"severity": replace(KNOWLEDGE.facts["severity"], short=("Only a doctor can be sure.",))},
)


class NightTalk(Talk):
    """A conversation in the night's manner."""

    def __init__(self, knowledge: Knowledge = NIGHT) -> None:
        super().__init__(knowledge)
        self.state = dialogue.start(knowledge, Manner(night=True))


@pytest.fixture
def night() -> NightTalk:
    return NightTalk()


# ------------------------------------------------------------------ when it begins and ends


def test_the_night_begins_without_a_word_and_what_goes_on_goes_on() -> None:
    talk = Talk()
    talk.start("ankle_circles")
    before = talk.phase
    talk.state, talk.actions = dialogue.handle(talk.knowledge, talk.state, NightChanged(True))
    assert talk.actions == (SetManner(Manner(night=True)),)
    assert talk.phase == before
    talk.state, talk.actions = dialogue.handle(talk.knowledge, talk.state, NightChanged(True))
    assert talk.actions == ()


def test_whisper_until_louder() -> None:
    talk = Talk()
    assert talk.say("quieter", voice="whisper") == "[whisper]."
    assert talk.state.memory.manner.whispering
    assert talk.say("report_symptom", site="toe").count(".") == 1
    assert talk.say("louder").startswith("[louder].")
    assert not talk.state.memory.manner.hushed


def test_normal_voice_keeps_the_night(night: NightTalk) -> None:
    night.say("quieter", voice="whisper")
    night.say("louder")
    assert night.state.memory.manner == Manner(night=True)


# ------------------------------------------------------------------ few words


def test_an_answer_is_one_sentence_and_the_offer(night: NightTalk) -> None:
    said = night.say("report_symptom", site="toe", side="left", sensation="twitch")
    assert (
        said
        == "Likely are low vitamin D, low calcium, or long standing. Shall we do ankle circles?"
    )


def test_whom_to_see_is_said_before_the_causes(night: NightTalk) -> None:
    said = night.say("report_symptom", site="toe", duration=48.0)
    assert said.startswith("It is time to see a doctor.")


def test_a_short_form_is_said_where_the_content_has_one(night: NightTalk) -> None:
    night.say("ask_serious")
    for _ in KNOWLEDGE.screens:
        if night.where == "Screening":
            said = night.say("no")
    assert said == "Only a doctor can be sure."
    assert night.say("ask_causes") == "Low vitamin D is likely. These are not a finding about you."
    assert night.say("ask_causes") == "Low calcium is likely."


def test_a_question_about_an_open_offer_does_not_bring_the_offer_again(night: NightTalk) -> None:
    night.say("report_symptom", site="toe")
    assert night.say("ask_vitamins") == "Only a blood test can show it."
    night.prompt_ends()
    assert dialogue.seconds_to_wait(NIGHT, night.state) == 30
    night.say("yes")
    assert night.where == "Screening"


def test_a_shorter_wording_is_taken_where_there_is_one(night: NightTalk) -> None:
    night.say("report_symptom", site="toe")
    assert night.say("no") == "Fine."


def test_a_warning_is_not_shortened(night: NightTalk) -> None:
    day = Talk(NIGHT)
    sign = Understanding(Decision.URGENT, alarm=Alarm("R01", Level.EMERGENCY_NOW, ("sign",)))
    assert night.say(sign) == day.say(sign)
    assert night.prompt is not None
    assert night.prompt.style == "urgent"
    assert night.prompt_ends() == day.prompt_ends()


def test_no_screening_question_is_left_out_before_a_routine(night: NightTalk) -> None:
    asked = [night.say("start_exercise", routine="ankle_circles")]
    while night.where == "Screening":
        asked.append(night.say("no"))
    assert "Is one leg swollen?" in asked[0]
    assert "Is there a new injury?" in asked[1]
    assert night.where == "Instructing"
    day = Talk(NIGHT)
    assert asked[-1] == day.start("ankle_circles")


# ------------------------------------------------------------------ a soft end


def test_an_offer_that_meets_silence_is_dropped_without_a_word(night: NightTalk) -> None:
    night.say("report_symptom", site="toe")
    assert night.silence() == ""
    assert night.where == "Idle"


def test_a_routine_ends_with_rest_and_asks_nothing(night: NightTalk) -> None:
    night.start("ankle_circles")
    assert night.play()[-1] == "[rest_now]."
    assert night.prompt is not None
    assert night.prompt.style == "soft"
    assert night.where == "Idle"
    assert night.prompt_ends() == ""
    assert dialogue.seconds_to_wait(NIGHT, night.state) is None


def test_who_falls_asleep_in_a_cramps_relief_is_left_to_sleep(night: NightTalk) -> None:
    night.say("cramp_now", site="calf")
    assert night.play()[-1].endswith("Is it letting go?")
    assert night.silence() == "Is it letting go?"
    assert night.silence() == "[rest_now]."
    assert night.where == "Idle"
    assert dialogue.routine_seconds(NIGHT, night.state) is None  # so no alarm in the middle of it


def test_by_day_silence_in_a_cramps_relief_goes_on_with_it() -> None:
    talk = Talk()
    talk.say("cramp_now", site="calf")
    talk.play()
    talk.silence()
    assert talk.silence() == "Keep it there."  # once more, with all that follows


def test_a_question_put_off_for_a_cramp_is_asked_at_night_too(night: NightTalk) -> None:
    cramp = replace(meaning("cramp_now", site="calf"), screen="urgent_screen")
    night.say(cramp)
    night.play()
    night.say("yes")
    said = night.play()[-1]
    assert "Do you need medical help right now?" in said
    assert night.say("no") == "[rest_now]."
    assert night.where == "Idle"


def test_silence_before_a_routine_means_that_it_does_not_begin(night: NightTalk) -> None:
    night.say("start_exercise", routine="ankle_circles")
    assert night.silence() == ""
    assert night.where == "Idle"
    assert not night.state.memory.no_exercise
    assert "Is one leg swollen?" in night.say("start_exercise", routine="ankle_circles")


def test_silence_after_the_question_about_a_warning_sign_is_still_taken_seriously(
    night: NightTalk,
) -> None:
    night.say(replace(NOISE, screen="urgent_screen"))
    assert "Do you need medical help right now?" in night.silence()
    assert night.silence() == "Level emergency_now."
    assert night.where == "Urgent"


def test_a_pause_that_nobody_ends_ends_the_routine(night: NightTalk) -> None:
    night.start("ankle_circles")
    night.say("pause")
    assert dialogue.seconds_to_wait(NIGHT, night.state) == 600
    assert night.timer() == ""
    assert night.where == "Idle"


def test_a_pause_in_a_cramps_relief_is_left_to_its_own_timer(night: NightTalk) -> None:
    night.say("cramp_now", site="calf")
    night.say("pause")
    assert dialogue.seconds_to_wait(NIGHT, night.state) is None
    assert "Please contact" in night.routine_timer()


def test_a_pause_by_day_has_no_end() -> None:
    talk = Talk()
    talk.start("ankle_circles")
    talk.say("pause")
    assert dialogue.seconds_to_wait(talk.knowledge, talk.state) is None


# ------------------------------------------------------------------ sounds of pain


@pytest.fixture(params=["day", "night"])
def anytime(request: pytest.FixtureRequest) -> Talk:
    return Talk(NIGHT) if request.param == "day" else NightTalk()


def test_a_cry_in_idle_is_asked_about_in_one_short_question(anytime: Talk) -> None:
    assert anytime.say("cry") == "[ask_cramp]."
    assert anytime.say("yes") == "Pull your toes toward your shin."


def test_a_cry_that_may_have_been_none_brings_nothing(anytime: Talk) -> None:
    assert anytime.say(unsure("cry")) == ""
    assert anytime.where == "Idle"


def test_a_cry_that_was_none_is_left_at_that(anytime: Talk) -> None:
    anytime.say("cry")
    assert anytime.say("no") in ("[declined].", "Fine.")
    assert anytime.where == "Idle"


def test_the_cramp_itself_is_an_answer_to_the_question(anytime: Talk) -> None:
    anytime.say("cry")
    assert anytime.say("cramp_now", site="calf") == "Pull your toes toward your shin."


def test_a_cry_while_a_warning_stands_brings_the_warning(anytime: Talk) -> None:
    anytime.say(Understanding(Decision.URGENT, alarm=Alarm("R20", Level.SAME_DAY, ("sign",))))
    anytime.say("stop")
    assert anytime.say("cry").startswith("Please contact")


@pytest.mark.parametrize("where", ["idle", "offer", "screening", "routine", "step"])
def test_a_sound_that_says_nothing_changes_nothing(anytime: Talk, where: str) -> None:
    match where:
        case "offer":
            anytime.say("report_symptom", site="toe")
        case "screening":
            anytime.say("start_exercise", routine="ankle_circles")
        case "routine":
            anytime.start("ankle_circles")
        case "step":
            anytime.say("cramp_now", site="calf")
            anytime.play()
    before = anytime.state
    for _ in range(3):
        assert anytime.say(SOUND) == ""
        assert anytime.say(torn(SOUND, "help")) == ""
    assert anytime.state == before


def test_a_cry_for_an_answer_brings_the_question_again_and_then_counts_as_unclear(
    anytime: Talk,
) -> None:
    anytime.say("start_exercise", routine="ankle_circles")
    assert anytime.say("pain_worse") == "Is one leg swollen?"
    assert anytime.say("pain_worse") == "[no_exercise]."


def test_a_cry_in_a_routine_eases_it_then_ends_it(anytime: Talk) -> None:
    anytime.start("ankle_circles")
    assert anytime.say("pain_worse").startswith("[pain_ease].")
    assert anytime.say("pain_worse") == "[pain_stop]."
    assert anytime.where == "Idle"


# ------------------------------------------------------------------ a lesser sign beside the rest

WASTING = Alarm("R30", Level.SEE_SOON, ("thinner",))
BOOK_A_VISIT = ("Please book a visit with your {provider}.", "A muscle that gets thinner matters.")
LONGER = replace(NIGHT, rules=NIGHT.rules | {"R30": replace(NIGHT.rules["R30"], say=BOOK_A_VISIT)})


def with_a_sign(intent: str, **slots: str) -> Understanding:
    return replace(meaning(intent, **slots), alarm=WASTING)


def sentences(talk: Talk) -> tuple[str, ...]:
    assert talk.prompt is not None
    return talk.prompt.sentences


def test_a_lesser_sign_leaves_room_for_the_offer_and_nothing_else() -> None:
    talk = NightTalk(LONGER)
    talk.say(with_a_sign("report_symptom", site="toe", sensation="twitch"))
    assert sentences(talk) == (
        "Please book a visit with your doctor.",
        "A muscle that gets thinner matters.",
        "Shall we do ankle circles?",
    )
    talk.say("repeat")
    assert sentences(talk)[-1] == "Shall we do ankle circles?"
    assert "Likely are" not in str(talk.state.memory.said), "what was left out was not said"


def test_a_lesser_sign_leaves_room_for_the_beginning_of_an_answer() -> None:
    talk = NightTalk(LONGER)
    talk.say(with_a_sign("ask_causes"))
    assert len(sentences(talk)) == 3
    assert sentences(talk)[:2] == (
        "Please book a visit with your doctor.",
        "A muscle that gets thinner matters.",
    )


def test_an_instruction_is_never_cut_so_the_sign_is_said_in_one_sentence() -> None:
    talk = NightTalk(LONGER)
    talk.start("ankle_circles")
    instruction = sentences(talk)
    talk.say(with_a_sign("repeat"))
    assert sentences(talk)[0] == "Please book a visit with your doctor."
    assert set(sentences(talk)[1:]) & set(instruction)


def test_nor_is_what_eases_a_cramp() -> None:
    alone = NightTalk(LONGER)
    alone.say("cramp_now", site="thigh")
    talk = NightTalk(LONGER)
    talk.say(with_a_sign("cramp_now", site="thigh"))
    assert sentences(talk)[-len(sentences(alone)) :] == sentences(alone)


def test_by_day_all_of_it_is_said() -> None:
    talk = Talk(LONGER)
    talk.say(with_a_sign("report_symptom", site="toe", sensation="twitch"))
    assert len(sentences(talk)) > 3


def test_an_emergency_is_said_first_and_alone_beside_a_lesser_sign(night: NightTalk) -> None:
    night.say("report_symptom", site="chest")
    assert night.say(with_a_sign("yes")).startswith("Please call your local emergency number now.")
