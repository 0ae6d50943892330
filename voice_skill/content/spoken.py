"""Checks of what the assistant says: length, placeholders, figures, and words that it must not use.

A guard against slips, not a judge of medicine: it knows a few patterns of findings, doses and
orders to stop a medicine. Who writes health content still has it reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from voice_skill.content.nodes import Problem, did_you_mean
from voice_skill.content.references import Keys
from voice_skill.content.tree import Tree
from voice_skill.domain.knowledge import Knowledge, Routine
from voice_skill.domain.spoken import WORD_LIMIT, sentences_of, word_count
from voice_skill.domain.telling import ARTICLE_AND_OURS

LOCALE_NAMES = ("emergency_spoken", "urgent", "provider")
STEP_NAMES = (*LOCALE_NAMES, "foot", "count")
BEAT_NAMES = (*STEP_NAMES, "elapsed")
"""What the dialogue fills in: everywhere, in the steps of a routine, in their beats."""

PROMPT_NAMES: Mapping[str, tuple[str, ...]] = {
    "heard": ("symptom",),
    "heard_more": ("more",),
    "heard_place": ("place",),
    "heard_duration": ("duration",),
    "count_half": ("count",),
    "count_last": ("count",),
    "beyond": ("sentence",),
    "beyond_cited": ("source", "sentence"),
    "beyond_from": ("source",),
    "source_beyond": ("source",),
    "source_beyond_too": ("source",),
    "reasons": ("reasons",),
    "offer": ("routine",),
    "offer_cramp": ("routine",),
    "confirm": ("intent",),
    "choose": ("first", "second"),
    "time_left": ("time", "step", "steps"),
    "diary_first": ("when",),
    "diary_last": ("when",),
    "diary_last_before": ("when",),
    "diary_last_what": ("symptom",),
    "diary_count": ("entries", "period"),
    "diary_nights": ("nights", "period"),
    "diary_helped": ("routine", "helped", "asked"),
    "diary_nights_now": ("nights",),
    "diary_delete_last": ("when",),
}
"""What the dialogue fills in single prompts, beside the names of the locale."""

_PARTS = ("heard_place", "heard_duration", "count_half", "count_last")
"""Put into a sentence, so they get their own name alone."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIGURE = re.compile(r"\d")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]\.?){2,}(?!\w)|(?<!\w)(?:Dr|Mr|Mrs|Ms|Prof|St|vs|etc|approx|mins?|secs?|hrs?|mm|cm|km|kg|ml)"
    r"\b\.?|\b(?:[a-z]\.){2,}|[%&°+=/@#*<>]"
)
"""What a voice reads as it likes: `NHS`, `Dr`, `min`, `e.g.`, `%`; not `G P`, single letters."""

_FINDING = "sounds like a finding"
_ORDER = "is an order about a medicine"
_DOSE = "is a dose"
_FORBIDDEN = (
    (r"\byou(?: have|'ve)(?: got)?(?! (?:to|been|done|had|finished|just|\w+ed)\b)", _FINDING),
    (r"\byou (?:lack|suffer from|are deficient|are short of|are low in)\b", _FINDING),
    (
        r"\b(?:stop|quit|skip|halve|reduce|change|increase)(?: taking| using)?"
        r"(?: your| the| this| that| any| a| all)?"
        r" (?:medicines?|medications?|pills?|tablets?|drugs?|statins?|water tablets?)\b",
        _ORDER,
    ),
    (r"\b(?:mg|mcg|milligrams?|micrograms?|international units?)\b", _DOSE),
)
_EXCUSES = {
    _FINDING: r"\b(?:if|when|whether|once|unless|until|while|after|in case|what|all|do)\b[^.;:]*$",
    _ORDER: r"\b(?:never|not|don't|without|before you|nor)\b[^.;:]*$",
    _DOSE: r"(?!)",
}
"""A condition is no finding (`if you have`), a warning is no order (`never stop your`)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence, where it stands, what may be filled in, and whether it is about health."""

    keys: Keys
    sentence: str
    names: tuple[str, ...]
    is_health: bool = True


def spoken_sentences(knowledge: Knowledge) -> Iterator[Spoken]:
    """Return every sentence that the content can make the assistant say."""
    for section in ("causes", "remedies", "facts", "sites", "groups"):
        for name, thing in getattr(knowledge, section).items():
            yield from _say((section, name, "say"), thing.say, LOCALE_NAMES)
            yield from _say((section, name, "short"), getattr(thing, "short", ()), LOCALE_NAMES)
    for name, rule in knowledge.rules.items():
        yield from _say(("alarm_rules", name, "say"), rule.say, LOCALE_NAMES)
    for level, say in knowledge.levels.items():
        yield from _say(("levels", level.name.lower()), say, LOCALE_NAMES)
    for name, screen in knowledge.screens.items():
        yield from _say(("screens", name, "ask"), (screen.ask,), LOCALE_NAMES)
    for routine in knowledge.routines.values():
        yield from _of_routine(routine)
    yield from _of_prompts("prompts", knowledge.prompts)
    yield from _of_prompts("night_prompts", knowledge.night_prompts)


def _of_prompts(section: str, prompts: Mapping[str, tuple[str, ...]]) -> Iterator[Spoken]:
    for name, wordings in prompts.items():
        own = PROMPT_NAMES.get(name, ())
        names = own if name in _PARTS else (*own, *LOCALE_NAMES)
        for index, wording in enumerate(wordings):
            for sentence in sentences_of(wording):
                yield Spoken((section, name, index), sentence, names, is_health=False)


def _of_routine(routine: Routine) -> Iterator[Spoken]:
    for index, step in enumerate(routine.steps):
        keys: Keys = ("routines", routine.id, "steps", index)
        yield from _say((*keys, "say"), step.say, STEP_NAMES)
        yield from _say((*keys, "ask"), (step.ask,), STEP_NAMES)
        for number, beat in enumerate(step.beats):
            yield from _say((*keys, "beats", number, "say"), (beat.say,), BEAT_NAMES)


def _say(keys: Keys, texts: Iterable[str], names: tuple[str, ...]) -> Iterator[Spoken]:
    for text in texts:
        for sentence in sentences_of(text):
            yield Spoken(keys, sentence, names)


def check_spoken(tree: Tree, knowledge: Knowledge) -> Iterator[Problem]:
    """Return what is wrong with the sentences, each at its place."""
    longest = longest_values(knowledge)
    for spoken in spoken_sentences(knowledge):
        for message in (
            *_placeholders(spoken),
            *_length(spoken.sentence, longest),
            *_words(spoken),
        ):
            yield tree.sentence_problem(spoken.keys, spoken.sentence, message)
    for keys, text in _names(knowledge):
        for message in _as_read(text):
            yield tree.problem(keys, message)


def _names(knowledge: Knowledge) -> Iterator[tuple[Keys, str]]:
    """Return what is put into sentences."""
    for name, locale in knowledge.locales.items():
        for field in LOCALE_NAMES:
            yield ("locales", name, field), getattr(locale, field)
    for section in ("sources", "sites", "routines"):
        for name, thing in getattr(knowledge, section).items():
            yield (section, name, "spoken"), thing.spoken
    for name, text in knowledge.intent_names.items():
        yield ("intent_names", name), text


def longest_values(knowledge: Knowledge) -> Mapping[str, str]:
    """Return the longest text, in words, that each placeholder can stand for.

    What the dialogue itself keeps short (a symptom read back, a list of reasons) is left out.
    """
    feet = [text for name, texts in knowledge.prompts.items() if name.startswith("foot_")
            for text in texts]  # fmt: skip
    intents = list(knowledge.intent_names.values())
    found = {
        name: [getattr(locale, name) for locale in knowledge.locales.values()]
        for name in LOCALE_NAMES
    }
    found |= {
        "foot": feet,
        "place": [f"{site.spoken} left" for site in knowledge.sites.values()],
        "routine": [routine.spoken for routine in knowledge.routines.values()],
        "intent": intents,
        "first": intents,
        "second": intents,
        "source": [s.spoken for s in knowledge.sources.values() if s.id not in ARTICLE_AND_OURS],
        "time": ["twenty minutes"],
        "duration": ["twenty days"],
        "when": ["on Wednesday night, at about half past twelve"],
        "period": ["in the last seven days"],
        "entries": ["twenty one entries"],
        "nights": ["twenty one nights"],
        "helped": ["twenty one times"],
    }
    return {name: max(texts, key=word_count) for name, texts in found.items() if texts}


def _placeholders(spoken: Spoken) -> Iterator[str]:
    for name in _PLACEHOLDER.findall(spoken.sentence):
        if name not in spoken.names:
            yield f"nothing fills {{{name}}} here{did_you_mean(name, spoken.names)}"


def _length(sentence: str, longest: Mapping[str, str]) -> Iterator[str]:
    filled = _PLACEHOLDER.sub(lambda match: longest.get(match.group(1), "one"), sentence)
    count = word_count(filled)
    if count > WORD_LIMIT:
        yield f'{count} words in one spoken sentence, at most {WORD_LIMIT}: "{filled}"'


def _words(spoken: Spoken) -> Iterator[str]:
    yield from _as_read(_PLACEHOLDER.sub("", spoken.sentence))
    if spoken.is_health and not spoken.sentence.endswith("?"):
        said = spoken.sentence.lower().replace("’", "'")
        for pattern, reason in _FORBIDDEN:
            match = re.search(pattern, said)
            if match and not re.search(_EXCUSES[reason], said[: match.start()]):
                yield f'"{match.group()}" {reason}; word it otherwise: "{spoken.sentence}"'


def _as_read(text: str) -> Iterator[str]:
    if _FIGURE.search(text):
        yield f'write numbers as they are said, not in figures: "{text}"'
    found = _ABBREVIATION.search(text)
    if found:
        yield f'write "{found.group()}" as it is said: "{text}"'


def check_commands(
    tree: Tree, knowledge: Knowledge, command: Callable[[str], str | None]
) -> Iterator[Problem]:
    """Return the sentences that the assistant would hear as a command if it heard itself.

    The fixed messages of the warning levels are left out: they may well begin with `Stop.`
    """
    for spoken in spoken_sentences(knowledge):
        if spoken.keys[0] in ("prompts", "night_prompts", "routines", "screens"):
            intent = command(spoken.sentence)
            if intent is not None:
                message = f'"{spoken.sentence}" would be heard as the command {intent}'
                yield tree.sentence_problem(spoken.keys, spoken.sentence, message)
