"""How people say things, and a whole skill: plain data that `voice_skill.content` fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from voice_skill.domain.knowledge import Knowledge

FREE_WORDS = "nothing"
"""A list that fills this takes its words away from other slots in free wording."""


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
    `contractions`: `it's` -> `it is`; `fillers`: words that carry nothing; `sounds_like`: a word
    that the speech model lacks -> words of the model that sound like it.
    """

    concepts: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contractions: Mapping[str, str] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()
    sounds_like: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WordAutomaton:
    """The legal sentences, as words: deterministic, minimal, finite. State 0 is the start.

    `arcs[state]` are (word, next state), in the order of the words; in a state of `final` a
    sentence may end.
    """

    arcs: tuple[tuple[tuple[str, int], ...], ...]
    final: frozenset[int]

    def accepts(self, words: Iterable[str]) -> bool:
        """Say whether `words` are a legal sentence."""
        state: int | None = 0
        for word in words:
            state = None if state is None else dict(self.arcs[state]).get(word)
        return state in self.final


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the decisions of `understanding.decide` fall, and the set they were chosen on.

    `accept`: a match at or above it is acted on; `confirm`: from here a question is asked;
    `margin`: closer candidates than this are put to the person; `command`: from here a command is
    acted on, in a routine or after a question, that is not word for word one of its wordings;
    `heard`: so much more is asked of words that were heard and not typed;
    `letters`: all these where there is no sentence encoder; `gate`: smallest log-likelihood
    ratio a frame between the domain and the open decoder for a strict parse of heard speech;
    `exact_gate`: the same for the exact decoder, whose score holds a bonus for each word;
    `exact_margin`: the log score by which its best sentence must beat that of any other intent.
    """

    accept: float = 0.6
    confirm: float = 0.4
    margin: float = 0.1
    command: float = 0.6
    heard: float = 0.06
    letters: Thresholds | None = None
    gate: float = -0.12
    exact_gate: float = 0.0
    exact_margin: float = 2.0
    chosen_on: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """How people say things: what `understanding` needs, plain data.

    `templates` is one merged document in the Home Assistant intents format (`language`, `intents`,
    `lists`, `expansion_rules`, `skip_words`) for hassil. `states`: dialogue state -> the intents
    legal there (an empty mapping: all, everywhere). `commands`: intents that count only as the
    whole utterance. `opposites`: pairs of intents of which one undoes the other. `decoys`:
    sentences near the domain that must be refused, for the recogniser; `negatives`: the same for
    the matcher. `wake_phrases`: what wakes the assistant, alone or before a request. `free_lists`:
    list of `templates` -> the slot that it fills in free wording, though no sentence names it.
    `signs`: how people tell of warning signs, and `harmless`: what only sounds so.
    `slots`: intent -> the slots that it tells (`duration` for its parts); of an intent that is not
    there, all that its sentences fill.
    """

    code: str
    templates: Mapping[str, object]
    phrases: tuple[Phrase, ...] = ()
    negatives: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    wake_phrases: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    lexicon: Lexicon = field(default_factory=Lexicon)
    thresholds: Thresholds = field(default_factory=Thresholds)
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    opposites: tuple[frozenset[str], ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    free_lists: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill folder, loaded. `knowledge` is None for a folder of intents alone.

    `digest` changes whenever a content file does; caches are named by it.
    """

    name: str
    language: Language
    knowledge: Knowledge | None
    digest: str
