"""Easier, harder and shorter versions of a routine: which there are, and what forbids one."""

from __future__ import annotations

from voice_skill.domain.knowledge import Knowledge, Routine, Variant
from voice_skill.domain.phases import Memory

_EASY = ("easier", "short")


def family(knowledge: Knowledge, routine_id: str) -> str:
    """Return the routine of which this is a version; its own id where it is none."""
    routine = knowledge.routines.get(routine_id)
    return (routine.variant_of if routine else "") or routine_id


def version(knowledge: Knowledge, base: str, variant: Variant) -> str | None:
    """Return the id of a version of `base`; None where the content has none."""
    return next(
        (
            routine.id
            for routine in knowledge.routines.values()
            if routine.variant_of == base and routine.variant == variant
        ),
        None,
    )


def easier(knowledge: Knowledge, routine_id: str) -> str | None:
    """Return the next easier version; None where this is the easiest."""
    kind, base = _kind(knowledge, routine_id), family(knowledge, routine_id)
    if kind == "harder":
        return base if base in knowledge.routines else None
    return None if kind else version(knowledge, base, "easier")


def harder(knowledge: Knowledge, routine_id: str) -> str | None:
    """Return the next harder version; None where this is the hardest."""
    kind, base = _kind(knowledge, routine_id), family(knowledge, routine_id)
    if kind in _EASY:
        return base if base in knowledge.routines else None
    return None if kind else version(knowledge, base, "harder")


def easiest(knowledge: Knowledge, routine_id: str) -> str | None:
    """Return the easy version to turn to when it hurts; None where the routine is easy already."""
    if _kind(knowledge, routine_id) in ("", "harder"):
        return version(knowledge, family(knowledge, routine_id), "easier")
    return None


def is_harder(knowledge: Knowledge, routine_id: str) -> bool:
    """Whether this is the harder version of a routine."""
    return _kind(knowledge, routine_id) == "harder"


def harder_forbidden(memory: Memory) -> bool:
    """Whether anything told in this conversation speaks against more effort.

    A warning sign of any level, a cramp anywhere, or pain.
    """
    return memory.alarm is not None or memory.cramped or memory.hurt


def points_away(part: Routine, base: str) -> bool:
    """Whether a routine points the toes away, of which `base` is the plain version."""
    return base in ("toe_points", "both") and part.variant != "toes_up"


def _kind(knowledge: Knowledge, routine_id: str) -> str:
    routine = knowledge.routines.get(routine_id)
    return routine.variant if routine else ""
