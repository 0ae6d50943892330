"""What the person told of a symptom: gathered from slots, and read back in a sentence."""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import Understanding
from voice_skill.domain.phases import Memory, Symptom
from voice_skill.domain.spoken import WORD_LIMIT, spoken_hours, word_count
from voice_skill.domain.turns import phrase, worded

Sentences = tuple[str, ...]

TEXT_SLOTS = ("site", "side", "sensation", "timing", "trigger")
_TINGLING = ("tingling", "numb")
# Where cramp relief, which pulls the toes up, is the right stretch.
_LEG_SITES = frozenset(("arch", "toe", "ankle", "heel", "foot", "calf", "shin", "leg"))
_THIGH_SITES = frozenset(("hamstring", "thigh"))


# ------------------------------------------------------------------ what was told


def symptom_of(understanding: Understanding) -> Symptom:
    """Return the slots of a report."""

    def text(name: str) -> str | None:
        value = understanding.slot(name)
        return None if value is None else str(value)

    return Symptom(
        text("site"),
        text("side"),
        text("sensation"),
        text("timing"),
        text("trigger"),
        duration_of(understanding),
    )


def duration_of(understanding: Understanding) -> float | None:
    """Return the `duration` slot in hours."""
    value = understanding.slot("duration")
    return float(value) if isinstance(value, int | float) else None


def merged(before: Symptom, told: Symptom) -> Symptom:
    """Add a report to what was told before; another place begins a new symptom."""
    if told.site and before.site and told.site != before.site:
        return told
    values = {
        name: getattr(told, name) if getattr(told, name) is not None else getattr(before, name)
        for name in (*TEXT_SLOTS, "duration")
    }
    return Symptom(**values, hints=before.hints | told.hints)


def tells_of_tingling(symptom: Symptom) -> bool:
    """Whether the sensation asks for the screening question of tingling."""
    return symptom.sensation in _TINGLING


def is_leg(site: str | None) -> bool:
    """Whether cramp relief fits the place; an unnamed cramp is taken for one of the leg."""
    return site is None or site in _LEG_SITES


def is_thigh(site: str | None) -> bool:
    """Whether a cramp there needs the knee kept straight rather than the toes pulled up."""
    return site in _THIGH_SITES


def in_leg(site: str) -> bool:
    """Whether a place is in the foot or leg."""
    return site in _LEG_SITES or site in _THIGH_SITES


def tells_of_leg_cramp(symptom: Symptom) -> bool:
    """Whether a cramp was told that rules out pointing the toes."""
    return symptom.sensation == "cramp" and (is_leg(symptom.site) or is_thigh(symptom.site))


def tells_of_pain(symptom: Symptom) -> bool:
    """Whether pain or a cramp was told, wherever: then nothing harder is done."""
    return symptom.sensation in ("pain", "cramp")


def with_side(symptom: Symptom, side: str) -> Symptom:
    """Return the symptom on the side that was named."""
    return replace(symptom, side=side)


# ------------------------------------------------------------------ reading back


def _place(knowledge: Knowledge, symptom: Symptom) -> str | None:
    site = knowledge.sites.get(symptom.site or "")
    if site is None or symptom.side is None:
        return site.spoken if site else None
    if symptom.side == "both":
        return f"{site.spoken} {phrase(knowledge, 'side_both')}"
    at = site.spoken.rfind("your ")
    if at < 0:
        return site.spoken
    return f"{site.spoken[: at + 5]}{symptom.side} {site.spoken[at + 5 :]}"


def spoken_symptom(knowledge: Knowledge, symptom: Symptom) -> str:
    """Say what it is and where: `a twitch in your left toe`; empty when neither was told."""
    place = _place(knowledge, symptom)
    what = _phrase(knowledge, "sensation", symptom.sensation) if symptom.sensation else ""
    if place and what:
        return f"{what} {phrase(knowledge, 'heard_place').format(place=place)}"
    return place or what


def heard(knowledge: Knowledge, memory: Memory) -> Sentences:
    """Read the symptom back in one sentence, or two where one would be too long."""
    symptom = memory.symptom
    parts = [spoken_symptom(knowledge, symptom)]
    more = [
        _phrase(knowledge, name, value)
        for name, value in (("timing", symptom.timing), ("trigger", symptom.trigger))
        if value
    ]
    if symptom.duration is not None:
        more.append(
            phrase(knowledge, "heard_duration").format(duration=spoken_hours(symptom.duration))
        )
    if not any([*parts, *more]):
        return ()
    whole = worded(knowledge, memory, "heard", symptom=", ".join(filter(None, [*parts, *more])))
    if max(map(word_count, whole)) <= WORD_LIMIT or not (parts[0] and more):
        return whole
    return worded(knowledge, memory, "heard", symptom=", ".join(parts)) + worded(
        knowledge, memory, "heard_more", more=", ".join(more)
    )


def _phrase(knowledge: Knowledge, kind: str, value: str) -> str:
    """Return a slot value as it is spoken; a value the prompts do not know stays as it is."""
    wordings = knowledge.prompts.get(f"{kind}_{value}")
    return wordings[0] if wordings else value


def told_pairs(symptom: Symptom) -> set[str]:
    """Return what the person told as `slot=value` pairs."""
    return {f"{name}={getattr(symptom, name)}" for name in TEXT_SLOTS}
