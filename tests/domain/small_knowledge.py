"""A small knowledge of its own, so that these tests do not hang on the content."""

from __future__ import annotations

from voice_skill.domain.knowledge import (
    AlarmRule,
    AlarmWords,
    Beat,
    Knowledge,
    Locale,
    Routine,
    Screen,
    Site,
    Source,
    SpecialGroup,
    Statement,
    Step,
)
from voice_skill.domain.model import Level
from voice_skill.domain.prompts import PROMPT_IDS

ARTICLE = ("article",)


def _statement(name: str, *say: str, **more: object) -> Statement:
    return Statement(name, say, **{"origin": "article", "sources": ARTICLE, **more})  # type: ignore[arg-type]


def _by_id(*things):  # type: ignore[no-untyped-def]
    return {thing.id: thing for thing in things}


CAUSES = _by_id(
    _statement("vitamin_d", "Low vitamin D is likely.", order=1),
    _statement("calcium", "Low calcium is likely.", order=2),
    _statement("standing", "Long standing may do it.", suggested_by=("trigger=standing",), order=3),
    _statement("strain", "A strained muscle may do it.", suggested_by=("timing=night",), order=4),
    _statement(
        "sleep_start",
        "One big jump at the edge of sleep is common.",
        origin="beyond",
        suggested_by=("sensation=jerk",),
        order=5,
    ),
)

REMEDIES = _by_id(
    _statement("circles", "Ankle circles may ease it.", routine="ankle_circles", order=1),
    _statement("points", "Toe points may ease it.", routine="toe_points", order=2),
    _statement("stretch", "Stretch a cramp first.", routine="cramp_relief", order=3),
    _statement("covers", "Loosen the covers.", origin="beyond", order=4),
)

FACTS = _by_id(
    _statement("definition", "A twitch is a small flicker."),
    _statement("definition_long", "Doctors call it a fasciculation."),
    _statement("severity", "Strain spasms at night are not seen as serious.", "They spoil sleep."),
    _statement("day_or_so", "Past a day or so, see a {provider}."),
    _statement(
        "day_or_so_passed",
        "This has gone on for a day.",
        "It is time to see a {provider}.",
        "They can test your blood.",
    ),
    _statement("see_doctor", "A {provider} can check vitamins."),
    _statement("vitamins", "Only a blood test can show it."),
    _statement("source_short", "Doctor Anderson says so."),
    _statement("source_long", "He wrote a book."),
    _statement("tingling", "Tingling is another matter.", origin="beyond"),
    _statement("other_muscles", "The foot exercises are not meant for it."),
    _statement("disclaimer_causes", "These are not a finding about you."),
    _statement("disclaimer_exercise", "Keep it gentle."),
    _statement("disclaimer_first_run", "I am a program, not a doctor."),
    _statement("cramp_elsewhere", "Stretch that muscle gently."),
    _statement("cramp_thigh", "Keep your knee straight."),
)

SITES = _by_id(
    Site("toe", "your toe", ("One toe alone is common.",), "article", ARTICLE, exercise=True),
    Site("arch", "the arch of your foot", ("A usual spot.",), "article", ARTICLE, exercise=True),
    Site("calf", "your calf", ("Calves cramp most.",), "beyond", ARTICLE, exercise=True),
    Site("eyelid", "your eyelid", ("The best known twitch.",), "article", ARTICLE),
    Site("hand", "your hand", ("Hands may twitch too.",), "article", ARTICLE),
    Site("thigh", "your thigh", ("Thighs may twitch.",), "article", ARTICLE),
    Site("chest", "your chest", ("It may flicker.",), "article", ARTICLE, screen="chest_screen"),
)

SCREENS = _by_id(
    Screen("swollen", "Is one leg swollen?", "R20", "no_exercise", ARTICLE, before="routine",
           order=1),
    Screen("injury", "Is there a new injury?", "no_exercise", "no_exercise", ARTICLE,
           before="routine", order=2),
    Screen("chest_screen", "Does your chest hurt?", "R01", "R01", ARTICLE),
    Screen("tingle_screen", "Did it come suddenly?", "R02", "same_day", ARTICLE),
    Screen("urgent_screen", "Do you need medical help right now?", "emergency_now",
           "emergency_now", ARTICLE),
)  # fmt: skip

RULES = _by_id(
    AlarmRule(
        "R01", "chest or breathing", Level.EMERGENCY_NOW,
        ("Please call {emergency_spoken} now.", "Chest pain can be an emergency."),
        (
            (("chest",), ("pain*", "hurt*", "tight*")),
            (("can't breathe", "short of breath", "hard to breathe", "trouble breathing"),),
        ),
        "beyond", ARTICLE,
    ),
    AlarmRule(
        "R02", "stroke signs", Level.EMERGENCY_NOW, ("Please call {emergency_spoken} now.",),
        ((("face", "mouth"), ("droop*", "numb")),), "beyond", ARTICLE,
    ),
    AlarmRule(
        "R20", "possible clot", Level.SAME_DAY, ("Please contact {urgent} today.",),
        ((("leg", "calf", "ankle", "foot"), ("swollen", "swelling", "red")),), "beyond", ARTICLE,
    ),
    AlarmRule(
        "R21", "long cramp", Level.SAME_DAY,
        ("Please contact {urgent} today.", "This cramp has lasted ten minutes."),
        ((("cramp*", "locked"), ("half an hour", "an hour")),), "beyond", ARTICLE,
        exclude=("an hour ago", "half an hour ago"),
    ),
    AlarmRule(
        "R24", "numb or weak", Level.SAME_DAY, ("Please contact {urgent} today.",),
        (
            (("can't feel", "no feeling in", "numb", "numbness"), ("foot", "leg", "toe*")),
            (("can't lift", "can't move"), ("foot", "leg")),
            (("leg*", "foot"), ("weak*",)),
        ),
        "beyond", ARTICLE,
    ),
    AlarmRule(
        "R30", "wasting", Level.SEE_SOON, ("Please book a visit with your {provider}.",),
        ((("calf", "leg"), ("thinner", "shrink*")),), "beyond", ARTICLE,
    ),
)  # fmt: skip

ALARM_WORDS = AlarmWords(
    words=("chest", "cold", "numb*", "blood", "fell", "fever*", "no strength", "dizzy"),
    exclude=("fell asleep", "blood test"),
)

GROUPS = _by_id(
    SpecialGroup("pregnancy", ("In pregnancy, circles only.",), "beyond", ARTICLE, ("toe_points",)),
    SpecialGroup("diabetes", ("Check your feet for sores.",), "beyond", ARTICLE),
    SpecialGroup("surgery_or_injury", ("Ask your care team.",), "product", ARTICLE, ("all",)),
)

_COUNTED = (Beat("{count}", 4),)

CIRCLES = Routine(
    "ankle_circles",
    "ankle circles",
    (
        Step("setup", ("Lie back.", "Free your foot."), ARTICLE, beats=(Beat("", 5),)),
        Step("inward", ("Circle {foot} inward.",), ARTICLE, 2, _COUNTED, side="affected"),
        Step("change", ("Change feet.",), ARTICLE, side="other"),
        Step("other", ("Circle {foot} too.",), ARTICLE, 2, _COUNTED, side="other"),
    ),
    "article",
    ARTICLE,
)

POINTS = Routine(
    "toe_points",
    "toe points",
    (
        Step(
            "points",
            ("Point {foot} away.",),
            ARTICLE,
            count=2,
            beats=(Beat("{count}, away", 2), Beat("toes up", 3)),
            side="affected",
        ),
    ),
    "article",
    ARTICLE,
    guard=("cramp", "pregnancy"),
)

RELIEF = Routine(
    "cramp_relief",
    "the stretch for a cramp",
    (
        Step("pull", ("Pull your toes toward your shin.",), ARTICLE, beats=(Beat("", 8),)),
        Step("hold", ("Keep it there.",), ARTICLE, 2, (Beat("{elapsed}", 5),), repeat_up_to=2),
        Step("ask", (), ARTICLE, ask="Is it letting go?", on_yes="rub", on_no="stand"),
        Step("stand", ("Stand if you are steady.",), ARTICLE, beats=(Beat("", 20),)),
        Step("rub", ("Rub it gently.",), ARTICLE, beats=(Beat("", 20),), skip_if=("pregnancy",)),
        Step("close", ("Keep your toes up.",), ARTICLE),
    ),
    "beyond",
    ARTICLE,
    screened=False,
    timer_seconds=600,
    on_timer="R21",
)

_NAMED = {
    "heard": "I heard {symptom}.",
    "heard_more": "Also {more}.",
    "heard_place": "in {place}",
    "heard_duration": "for {duration}",
    "reasons": "Likely are {reasons}.",
    "beyond": "Beyond the article: {sentence}",
    "beyond_cited": "Beyond the article, {source} says: {sentence}",
    "beyond_from": "This is from {source}, beyond the article.",
    "source_doctor": "The doctor says so.",
    "source_article": "The article says so.",
    "source_beyond": "That is from {source}.",
    "source_beyond_too": "The rest is from {source}.",
    "as_told": "As I said.",
    "offer": "Shall we do {routine}?",
    "offer_cramp": "Shall I guide {routine}?",
    "confirm": "Do you mean {intent}?",
    "choose": "Do you mean {first}, or {second}?",
    "time_left": "About {time} to go, at step {step} of {steps}.",
    "foot_left": "your left foot",
    "foot_right": "your right foot",
    "foot_affected": "the foot that twitches",
    "foot_other": "your other foot",
    "foot_both": "both feet",
    "side_both": "on both sides",
    "sensation_twitch": "a twitch",
    "sensation_cramp": "a cramp",
    "timing_night": "at night",
    "trigger_standing": "after standing",
}

PROMPTS = {
    **{name: (f"[{name}].",) for name in PROMPT_IDS},
    **{name: (text,) for name, text in _NAMED.items()},
    "reprompt": ("Say it in other words.", "What do you feel, and where?"),
    "reason_vitamin_d": ("low vitamin D",),
    "reason_calcium": ("low calcium",),
    "reason_standing": ("long standing",),
    "reason_strain": ("a strained muscle",),
}
"""A prompt without a text of its own is its id in brackets, so that a test can see it."""

_LOCALE = Locale("fallback", "your local emergency number", "a doctor or a nurse line", "doctor")

KNOWLEDGE = Knowledge(
    sources={"article": Source("article", "An article", "somewhere", "the article")},
    causes=CAUSES,
    remedies=REMEDIES,
    facts=FACTS,
    sites=SITES,
    screens=SCREENS,
    rules=RULES,
    alarm_words=ALARM_WORDS,
    groups=GROUPS,
    routines=_by_id(CIRCLES, POINTS, RELIEF),
    prompts=PROMPTS,
    intent_names={"ask_causes": "the causes", "ask_doctor": "when to see someone"},
    levels={level: (f"Level {level.name.lower()}.",) for level in Level},
    locales={"fallback": _LOCALE},
    locale=_LOCALE,
)
