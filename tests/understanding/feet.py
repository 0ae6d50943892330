"""A small skill about feet for the tests of understanding."""

from __future__ import annotations

from typing import Any

from voice_skill.domain.knowledge import AlarmRule, AlarmWords, Knowledge, Locale, Site
from voice_skill.domain.language import Language, Lexicon, Phrase, Thresholds
from voice_skill.domain.model import Level

TEMPLATES: dict[str, Any] = {
    "intents": {
        "report_symptom": {
            "data": [
                {
                    "sentences": [
                        "my [{side}] {site} (is|keeps) {sensation}ing [{timing}] [for <duration>]",
                        "my {site} is {feeling:sensation}",
                    ]
                }
            ]
        },
        "cramp_now": {"data": [{"sentences": ["[oh] i've got a {hard:sensation}", "it locked"]}]},
        "ask_causes": {"data": [{"sentences": ["why does it (twitch|happen)", "what causes it"]}]},
        "give_duration": {"data": [{"sentences": ["[for|about] <duration>", "since {span}"]}]},
        "start_exercise": {"data": [{"sentences": ["[start] [the] {routine}", "do {routine}"]}]},
        "stop": {"data": [{"sentences": ["stop [it]", "that's enough"]}]},
        "slower": {"data": [{"sentences": ["slower", "slow down", "not so fast"]}]},
        "yes": {"data": [{"sentences": ["yes", "yes it is", "yeah"]}]},
        "no": {"data": [{"sentences": ["no", "nope", "no it isn't"]}]},
    },
    "lists": {
        "site": {
            "values": [
                {"in": "[big ]toe[s]", "out": "toe"},
                {"in": "ankle", "out": "ankle"},
                {"in": "foot", "out": "foot"},
                {"in": "feet", "out": "foot"},
                {"in": "chest", "out": "chest"},
                {"in": "heel", "out": "heel"},
                {"in": "middle of my foot", "out": "arch"},
            ]
        },
        "side": {"values": ["left", "right", "both"]},
        "sensation": {
            "values": [{"in": "twitch", "out": "twitch"}, {"in": "cramp", "out": "cramp"}]
        },
        "feeling": {"values": [{"in": "tingling", "out": "tingling"}]},
        "hard": {"values": [{"in": "cramp", "out": "cramp"}, {"in": "pain", "out": "pain"}]},
        "timing": {"values": [{"in": "at night", "out": "night"}]},
        "number": {
            "values": [
                {"in": "(a|an|one)", "out": 1},
                {"in": "(two|a couple of)", "out": 2},
                {"in": "[a] few", "out": 3},
                {"in": "half an", "out": 0.5},
            ]
        },
        "unit": {
            "values": [
                {"in": "minute[s]", "out": 0.0166},
                {"in": "hour[s]", "out": 1},
                {"in": "day[s]", "out": 24},
            ]
        },
        "span": {"values": [{"in": "all day", "out": 24}, {"in": "this morning", "out": 8}]},
        "routine": {
            "values": [
                {"in": "ankle circles", "out": "ankle_circles"},
                {"in": "toe points", "out": "toe_points"},
            ]
        },
    },
    "expansion_rules": {"duration": "({number} {unit}|{span})"},
    "skip_words": ["um", "please"],
}

PHRASES = {
    "report_symptom": [
        "there's a flutter in my foot",
        "my toe won't keep still",
        "it's twitching again",
        "my ankle has been jumping",
        "something keeps jumping in my foot",
        "my foot is acting up",
    ],
    "ask_causes": [
        "what is the reason for it",
        "how come it does that",
        "why me",
        "what brings this on",
        "where does it come from",
    ],
    "stop": ["stop", "that will do", "enough for tonight", "quit it"],
    "slower": ["slower", "you are too fast", "take it slow", "i can't keep up"],
    "start_exercise": ["walk me through the circles", "let us begin the exercise", "show me how"],
}

LANGUAGE = Language(
    "en",
    TEMPLATES,
    phrases=tuple(Phrase(text, intent) for intent, texts in PHRASES.items() for text in texts),
    negatives=(
        "what is the weather tomorrow",
        "play some music",
        "turn on the light",
        "my head hurts a lot",
        "there's a blister on my heel",
        "call my mother",
    ),
    lexicon=Lexicon(
        concepts={"twitch": "TWITCH", "jump": "TWITCH", "flutter": "TWITCH", "cramp": "CRAMP"},
        aliases={"uncle": "ankle"},
        contractions={"it's": "it is", "there's": "there is", "won't": "will not"},
        fillers=("um", "please"),
    ),
    thresholds=Thresholds(accept=0.65, confirm=0.59, margin=0.1, command=0.9, gate=-0.5),
    states={
        "idle": ("report_symptom", "cramp_now", "ask_causes", "give_duration", "start_exercise"),
        "offer": ("yes", "no", "report_symptom", "ask_causes", "stop"),
        "routine": ("stop", "slower", "report_symptom", "cramp_now", "yes", "no"),
    },
    commands=("stop", "slower", "yes", "no"),
    evidence={"report_symptom": ("TWITCH", "CRAMP")},
)


def site(name: str, screen: str | None = None) -> Site:
    return Site(name, f"your {name}", (), "product", (), screen=screen)


def rule(name: str, level: Level, *words: str) -> AlarmRule:
    return AlarmRule(
        name, name, level, ("Get help.",), (tuple((w,) for w in words),), "product", ()
    )


_LOCALE = Locale("fallback", "your local emergency number", "a nurse", "doctor")

KNOWLEDGE = Knowledge(
    sources={},
    causes={},
    remedies={},
    facts={},
    sites={"chest": site("chest", "chest_screen"), "toe": site("toe"), "foot": site("foot")},
    screens={},
    rules={
        "R01": rule("R01", Level.EMERGENCY_NOW, "chest", "hurts"),
        "R20": rule("R20", Level.SAME_DAY, "swollen", "calf"),
        "R30": rule("R30", Level.SEE_SOON, "thinner"),
    },
    alarm_words=AlarmWords(words=("chest", "numb*", "cold", "swollen"), screen="urgent_screen"),
    groups={},
    routines={},
    prompts={},
    intent_names={},
    levels={},
    locales={"fallback": _LOCALE},
    locale=_LOCALE,
)
