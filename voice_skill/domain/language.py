"""How people say things, and a whole skill: plain data that `voice_skill.content` fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_skill.domain.model import Knowledge


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording that people use for an intent, for the fuzzy matcher."""

    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and what they stand for.

    `concepts`: word -> concept (`flutter` -> `TWITCH`); `aliases`: what the recogniser writes ->
    what was meant, applied before matching; `near`: alias -> words of which one must be present;
    `contractions`: `it's` -> `it is`; `fillers`: words that carry nothing.
    """

    concepts: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contractions: Mapping[str, str] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the decisions of `understanding.decide` fall, and the set they were chosen on.

    `accept`: a fuzzy match at or above it is acted on; `confirm`: from here a question is asked;
    `margin`: closer candidates than this are put to the person; `gate`: smallest log-likelihood
    ratio a frame between the domain and the open decoder for a strict parse of heard speech.
    """

    accept: float = 0.6
    confirm: float = 0.4
    margin: float = 0.1
    gate: float = -0.12
    chosen_on: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """How people say things: what `understanding` needs, plain data.

    `templates` is one merged document in the Home Assistant intents format (`language`, `intents`,
    `lists`, `expansion_rules`, `skip_words`) for hassil. `states`: dialogue state -> the intents
    legal there (an empty mapping: all, everywhere). `commands`: intents that count only as the
    whole utterance. `decoys`: sentences near the domain that must be refused, for the recogniser;
    `negatives`: the same for the matcher.
    """

    code: str
    templates: Mapping[str, object]
    phrases: tuple[Phrase, ...] = ()
    negatives: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    lexicon: Lexicon = field(default_factory=Lexicon)
    thresholds: Thresholds = field(default_factory=Thresholds)
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill folder, loaded. `knowledge` is None for a folder of intents alone.

    `digest` changes whenever a content file does; caches are named by it.
    """

    name: str
    language: Language
    knowledge: Knowledge | None
    digest: str
