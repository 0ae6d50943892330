"""The nouns of what the assistant knows and says: sources, statements, warning signs, routines.

Frozen values of the standard library only. Everything that is said or understood is content:
`voice_skill.content` fills these from the YAML files under `intents/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voice_skill.domain.diary import DiaryWords, Threshold
from voice_skill.domain.manner import NightRules
from voice_skill.domain.model import Level

Feet = Literal["", "one", "both"]
"""What was asked for: one foot alone, both at once; empty for one after the other."""

Variant = Literal["", "easier", "harder", "short", "toes_up"]
"""How a routine differs from the one it is a version of."""

Origin = Literal["article", "beyond", "product"]
"""Where a statement comes from: the article, another named source, or our own caution."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement can be looked up; `spoken` is how the assistant names it aloud."""

    id: str
    title: str
    at: str
    spoken: str
    read: str = "full"
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that the article claims, in our words (`says`), and who claims it there.

    `words` stand in the sentence that tells it; `ask` is what a person says to hear it, turn by
    turn. Without `ask` it is not spoken, and `unspoken` says why.
    """

    id: str
    says: str
    by: Literal["doctor", "author", "page"]
    words: str = ""
    ask: tuple[str, ...] = ()
    unspoken: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """Sentences the assistant may say about health, with where they come from.

    `suggested_by` holds `slot=value` pairs (`trigger=standing`): what a person may say that makes
    this statement the one to begin with. `order` breaks ties, lowest first. `short` is what is said
    at night; without it, as many of its first sentences as `NightRules` allows. `asked` holds words
    of a question that this statement answers best; `nerv*` is any word that begins so. A remedy
    that helps `anywhere` is not for the foot alone. `named` holds words of such advice:
    no warning holds them where a special group blocks it.
    """

    id: str
    say: tuple[str, ...]
    origin: Origin
    sources: tuple[str, ...]
    claims: tuple[str, ...] = ()
    suggested_by: tuple[str, ...] = ()
    order: int = 0
    routine: str | None = None
    short: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    anywhere: bool = False
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A part of the body a report can name. `spoken`: `the arch of your foot`.

    `exercise` says whether the foot routines are offered; `screen` is asked before anything else.
    """

    id: str
    spoken: str
    say: tuple[str, ...]
    origin: Origin
    sources: tuple[str, ...]
    claims: tuple[str, ...] = ()
    exercise: bool = False
    screen: str | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """A yes/no screening question of one fact.

    `on_yes` and `on_unclear` (asked twice without a clear answer) are each the id of an alarm rule,
    the name of a level, or `no_exercise`. `before` names what it guards: `routine` questions are
    asked once a conversation before the first routine, in order.
    """

    id: str
    ask: str
    on_yes: str
    on_unclear: str
    sources: tuple[str, ...]
    origin: Origin = "product"
    before: Literal["routine", ""] = ""
    order: int = 0


Pattern = tuple[tuple[str, ...], ...]
"""One alternative of an alarm rule: groups of words or phrases, every group must be found."""


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """A deterministic warning sign. One matching alternative fires it, unless `exclude` matches.

    In a group, `numb*` matches any word that begins so; phrases may hold spaces.
    `say` may hold {emergency_spoken}, {urgent} and {provider}.
    """

    id: str
    name: str
    level: Level
    say: tuple[str, ...]
    match: tuple[Pattern, ...]
    origin: Origin
    sources: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmWords:
    """Words that, without a rule, bring the screening question `screen`.

    `figures`: figures of speech. The words inside one are no sign, for a rule or for the question.
    `comparisons`: after a denied sign they say that it is here (`never had swelling like this`).
    """

    words: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    negations: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    screen: str = "urgent_screen"


@dataclass(frozen=True, slots=True)
class SpecialGroup:
    """People for whom something is offered differently.

    `blocks` names routines and remedies that are not offered; `all` stands for every routine.
    """

    id: str
    say: tuple[str, ...]
    origin: Origin
    sources: tuple[str, ...]
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """One timed part of a repeat. `say` may hold {count} and {elapsed}; `seconds` at pace 1."""

    say: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a routine: an instruction, then `count` repeats of `beats` (none: a plain wait).

    A step with `ask` puts a yes/no question; `on_yes` and `on_no` name the step to go to.
    `side` picks the foot: `affected`, `other` or `both`; steps for the other foot are left out when
    both feet are meant at once. `skip_if` names special groups for whom the step is left out.
    """

    id: str
    say: tuple[str, ...]
    sources: tuple[str, ...]
    count: int = 1
    beats: tuple[Beat, ...] = ()
    side: Literal["affected", "other", "both", ""] = ""
    direction: str = ""
    ask: str = ""
    on_yes: str = ""
    on_no: str = ""
    repeat_up_to: int = 1
    skip_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routine:
    """A guided routine. `spoken`: `ankle circles`. `guard`: ids that block it (`cramp`, groups).

    `screened` is False only for cramp relief, whose first action must not wait for questions.
    `timer_seconds` after its start, `on_timer` (an alarm rule's id) is raised unless it ended.
    `variant_of` names the routine of which this is the `variant`. `one_foot`: the other foot's
    steps are left out.
    """

    id: str
    spoken: str
    steps: tuple[Step, ...]
    origin: Origin
    sources: tuple[str, ...]
    claims: tuple[str, ...] = ()
    guard: tuple[str, ...] = ()
    screened: bool = True
    timer_seconds: float | None = None
    on_timer: str = ""
    variant_of: str = ""
    variant: Variant = ""
    one_foot: bool = False

    def step(self, step_id: str) -> Step:
        """Return the step of that id; KeyError when there is none."""
        return next((s for s in self.steps if s.id == step_id), None) or _missing(step_id)


def _missing(step_id: str) -> Step:
    raise KeyError(step_id)


@dataclass(frozen=True, slots=True)
class Locale:
    """Numbers and names that differ by country; `emergency_spoken` digit by digit."""

    id: str
    emergency_spoken: str
    urgent: str
    provider: str


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """All that the assistant knows and says; every mapping is by id. Equal to itself alone.

    `prompts` maps a prompt's id to its wordings; each wording is one or more sentences.
    `intent_names` maps an intent to how it is spoken in a question (`Do you mean X?`).
    `levels` maps a level to its fixed message. `day_or_so_hours` is the article's rule, in hours;
    by the diary also `diary_nights` nights within `diary_days` days.
    What is said within `follow_up_seconds` of a reply needs no wake phrase. An open question waits
    `silence_seconds` for an answer, before it is put once more, then dropped. At night `night`
    holds, and `night_prompts` go before `prompts`. `claims` are the article's; one of `whys`, said
    alone after a statement, asks where that comes from.
    """

    sources: Mapping[str, Source]
    causes: Mapping[str, Statement]
    remedies: Mapping[str, Statement]
    facts: Mapping[str, Statement]
    sites: Mapping[str, Site]
    screens: Mapping[str, Screen]
    rules: Mapping[str, AlarmRule]
    alarm_words: AlarmWords
    groups: Mapping[str, SpecialGroup]
    routines: Mapping[str, Routine]
    prompts: Mapping[str, tuple[str, ...]]
    intent_names: Mapping[str, str]
    levels: Mapping[Level, tuple[str, ...]]
    locales: Mapping[str, Locale]
    locale: Locale
    day_or_so_hours: float = 24.0
    paces: tuple[float, ...] = (0.75, 1.0, 1.5, 2.0)
    follow_up_seconds: float = 8.0
    silence_seconds: float = 20.0
    night: NightRules = field(default_factory=NightRules)
    night_prompts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    whys: tuple[str, ...] = ()
    diary_nights: int = 2
    diary_days: float = 7.0
    diary_words: DiaryWords = field(default_factory=DiaryWords)

    @property
    def threshold(self) -> Threshold:
        """When what the diary holds brings the advice of the day-or-so rule."""
        return Threshold(self.day_or_so_hours, self.diary_nights, self.diary_days)
