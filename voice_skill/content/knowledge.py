"""What is known and said, read from the content: statements, sites, alarms, prompts, locales."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

from voice_skill.content.diary_words import read_diary_words
from voice_skill.content.nodes import Value
from voice_skill.content.routines import read_routine
from voice_skill.content.tree import Tree
from voice_skill.content.wording import origin, say
from voice_skill.domain.diary import Threshold
from voice_skill.domain.errors import UsageError
from voice_skill.domain.knowledge import (
    AlarmRule,
    AlarmWords,
    Claim,
    Knowledge,
    Locale,
    Pattern,
    Screen,
    Site,
    Source,
    SpecialGroup,
    Statement,
)
from voice_skill.domain.manner import NightRules
from voice_skill.domain.model import Level

SECTIONS = (
    "sources", "causes", "remedies", "facts", "sites", "screens", "alarm_rules", "alarm_words",
    "groups", "routines", "prompts", "night_prompts", "levels", "locales", "claims", "diary",
)  # fmt: skip
"""A folder with none of these holds intents alone, and its skill has no knowledge."""

LEVELS = {level.name.lower(): level for level in Level}
FALLBACK = "fallback"

_CLAIMANTS = ("doctor", "author", "page")
_WHENCE = ("origin", "sources")


def read_knowledge(tree: Tree, locale: str | None) -> Knowledge | None:
    """Return what the skill knows; None for a folder of intents alone.

    Raises UsageError when the content has no such locale.
    """
    settings = _read_settings(tree.single("settings"))
    if not any(tree.has(section) for section in SECTIONS):
        return None
    locales = {name: _read_locale(name, value) for name, value in tree.entries("locales").items()}
    return Knowledge(
        sources={n: _read_source(n, v) for n, v in tree.entries("sources").items()},
        causes={n: _read_statement(n, v) for n, v in tree.entries("causes").items()},
        remedies={n: _read_statement(n, v) for n, v in tree.entries("remedies").items()},
        facts={n: _read_statement(n, v) for n, v in tree.entries("facts").items()},
        sites={n: _read_site(n, v) for n, v in tree.entries("sites").items()},
        screens={n: _read_screen(n, v) for n, v in tree.entries("screens").items()},
        rules={n: _read_rule(n, v) for n, v in tree.entries("alarm_rules").items()},
        alarm_words=_read_alarm_words(tree.single("alarm_words")),
        groups={n: _read_group(n, v) for n, v in tree.entries("groups").items()},
        routines={n: read_routine(n, v) for n, v in tree.entries("routines").items()},
        prompts={n: v.texts("a list of wordings") for n, v in tree.entries("prompts").items()},
        intent_names={n: v.text() for n, v in tree.entries("intent_names").items()},
        levels=_read_levels(tree),
        locales=locales,
        locale=_choose_locale(tree, locales, locale),
        day_or_so_hours=settings.day_or_so_hours,
        diary_nights=settings.diary.nights,
        diary_days=settings.diary.within_days,
        diary_words=read_diary_words(tree.single("diary")),
        paces=settings.paces,
        follow_up_seconds=settings.follow_up_seconds,
        silence_seconds=settings.silence_seconds,
        night=settings.night,
        night_prompts={
            n: v.texts("a list of wordings") for n, v in tree.entries("night_prompts").items()
        },
        claims={n: _read_claim(n, v) for n, v in tree.entries("claims").items()},
        whys=settings.whys,
    )


def _read_source(name: str, value: Value) -> Source:
    fields = value.record("a source", ["title", "at", "spoken"], ["read", "weak"])
    return Source(
        name,
        title=fields.text("title"),
        at=fields.text("at"),
        spoken=fields.text("spoken"),
        read=fields.text("read", "full"),
        weak=fields.flag("weak"),
    )


def _read_statement(name: str, value: Value) -> Statement:
    more = ["sources", "claims", "suggested_by", "order", "routine", "short", "asked", "anywhere",
            "named"]  # fmt: skip
    fields = value.record("a statement", ["say", "origin"], more)
    return Statement(
        name,
        say=say(fields),
        origin=origin(fields),
        sources=fields.texts("sources"),
        claims=fields.texts("claims"),
        suggested_by=fields.texts("suggested_by"),
        order=fields.whole("order", 0),
        routine=fields.text("routine") or None,
        short=say(fields, "short") if fields.get("short") is not None else (),
        asked=fields.texts("asked"),
        anywhere=fields.flag("anywhere"),
        named=fields.texts("named"),
    )


def _read_claim(name: str, value: Value) -> Claim:
    fields = value.record("a claim", ["says", "by"], ["words", "ask", "unspoken"])
    return Claim(
        name,
        says=fields.text("says"),
        by=cast(Literal["doctor", "author", "page"], fields.choice("by", _CLAIMANTS, "author")),
        words=fields.text("words"),
        ask=fields.texts("ask"),
        unspoken=fields.text("unspoken"),
    )


def _read_site(name: str, value: Value) -> Site:
    more = ["say", "sources", "claims", "exercise", "screen"]
    fields = value.record("a site", ["spoken", "origin"], more)
    return Site(
        name,
        spoken=fields.text("spoken"),
        say=say(fields),
        origin=origin(fields),
        sources=fields.texts("sources"),
        claims=fields.texts("claims"),
        exercise=fields.flag("exercise"),
        screen=fields.text("screen") or None,
    )


def _read_screen(name: str, value: Value) -> Screen:
    more = [*_WHENCE, "before", "order"]
    fields = value.record("a screening question", ["ask", "on_yes", "on_unclear"], more)
    return Screen(
        name,
        ask=fields.text("ask"),
        on_yes=fields.text("on_yes"),
        on_unclear=fields.text("on_unclear"),
        sources=fields.texts("sources"),
        origin=origin(fields),
        before="routine" if fields.choice("before", ["routine"], "") else "",
        order=fields.whole("order", 0),
    )


def _read_rule(name: str, value: Value) -> AlarmRule:
    needs = ["name", "level", "match", "origin"]
    fields = value.record("an alarm rule", needs, ["say", "sources", "exclude"])
    match = fields.get("match")
    return AlarmRule(
        name,
        name=fields.text("name"),
        level=LEVELS[fields.choice("level", [*LEVELS], "emergency_now")],
        say=say(fields),
        match=_read_match(match) if match is not None else (),
        origin=origin(fields),
        sources=fields.texts("sources"),
        exclude=fields.texts("exclude"),
    )


def _read_match(value: Value) -> tuple[Pattern, ...]:
    """Read alternatives, each a list of groups, each a list of words or phrases."""
    alternatives = value.items("a list of alternatives")
    if not alternatives and value.is_list:
        value.complain("expected at least one alternative, found an empty list")
    found: list[Pattern] = []
    for alternative in alternatives:
        groups = alternative.items("an alternative: a list of groups of words")
        if not groups and alternative.is_list:
            alternative.complain("an alternative without a group would fire on everything")
        found.append(tuple(group.texts("a group: a list of words or phrases") for group in groups))
    return tuple(found)


def _read_alarm_words(value: Value | None) -> AlarmWords:
    if value is None:
        return AlarmWords()
    more = ["exclude", "negations", "comparisons", "figures", "screen"]
    fields = value.record("the alarm words", ["words"], more)
    return AlarmWords(
        words=fields.texts("words"),
        exclude=fields.texts("exclude"),
        negations=fields.texts("negations"),
        figures=fields.texts("figures"),
        comparisons=fields.texts("comparisons"),
        screen=fields.text("screen", AlarmWords().screen),
    )


def _read_group(name: str, value: Value) -> SpecialGroup:
    fields = value.record("a special group", ["say", "origin"], ["sources", "blocks"])
    return SpecialGroup(
        name,
        say=say(fields),
        origin=origin(fields),
        sources=fields.texts("sources"),
        blocks=fields.texts("blocks"),
    )


def _read_levels(tree: Tree) -> dict[Level, tuple[str, ...]]:
    found: dict[Level, tuple[str, ...]] = {}
    for part in tree.parts("levels"):
        fields = part.record("the levels", [], [*LEVELS])
        for name, level in LEVELS.items():
            if fields.get(name) is not None:
                found[level] = say(fields, name)
    return found


def _read_locale(name: str, value: Value) -> Locale:
    fields = value.record("a locale", ["emergency_spoken", "urgent", "provider"])
    return Locale(name, *(fields.text(key) for key in ("emergency_spoken", "urgent", "provider")))


def _choose_locale(tree: Tree, locales: dict[str, Locale], wanted: str | None) -> Locale:
    if FALLBACK not in locales and tree.is_whole:  # else a file that cannot be read may hold it
        message = f'the content needs a locale "{FALLBACK}", for where no country is named'
        tree.problems.append(tree.problem(["locales"], message))
    if wanted is None:
        return locales.get(FALLBACK) or Locale(FALLBACK, "", "", "")
    for name, locale in locales.items():
        if name.lower() == wanted.lower().replace("_", "-"):
            return locale
    if not tree.is_whole:
        return Locale(FALLBACK, "", "", "")
    raise UsageError(
        f'there is no locale "{wanted}"',
        hint=f"Choose one of: {', '.join(sorted(locales)) or 'none is defined'}.",
    )


@dataclass(frozen=True, slots=True)
class _Settings:
    """See `Knowledge`."""

    day_or_so_hours: float = 24.0
    paces: tuple[float, ...] = (0.75, 1.0, 1.5, 2.0)
    follow_up_seconds: float = 8.0
    silence_seconds: float = 20.0
    night: NightRules = field(default_factory=NightRules)
    whys: tuple[str, ...] = ()
    diary: Threshold = field(default_factory=Threshold)


def _read_settings(value: Value | None) -> _Settings:
    usual = _Settings()
    if value is None:
        return usual
    names = ["day_or_so_hours", "paces", "follow_up_seconds", "silence_seconds", "night",
             "whys", "diary"]  # fmt: skip
    fields = value.record("the settings", [], names)
    paces, given = usual.paces, fields.get("paces")
    if given is not None:
        read = tuple(item.number(0.1, 10, 1.0) for item in given.items("a list of numbers"))
        if 1.0 not in read or list(read) != sorted(set(read)):
            given.complain("expected paces that rise and hold 1, the pace as written")
        else:
            paces = read
    return _Settings(
        fields.number("day_or_so_hours", usual.day_or_so_hours, 1, 1000),
        paces,
        fields.number("follow_up_seconds", usual.follow_up_seconds, 0, 60),
        fields.number("silence_seconds", usual.silence_seconds, 5, 600),
        _read_night(fields.get("night")),
        fields.texts("whys"),
        _read_diary_rule(fields.get("diary")),
    )


def _read_diary_rule(value: Value | None) -> Threshold:
    usual = Threshold()
    if value is None:
        return usual
    fields = value.record("the diary's rule", [], ["nights", "within_days"])
    return Threshold(
        nights=max(2, fields.whole("nights", usual.nights)),
        within_days=fields.number("within_days", usual.within_days, 1, 365),
    )


def _read_night(value: Value | None) -> NightRules:
    usual = NightRules()
    if value is None:
        return usual
    fields = value.record("the night", [], ["sentences", "silence_seconds", "paused_seconds"])
    return NightRules(
        max(1, fields.whole("sentences", usual.sentences)),
        fields.number("silence_seconds", usual.silence_seconds, 5, 600),
        fields.number("paused_seconds", usual.paused_seconds, 30, 36_000),
    )
