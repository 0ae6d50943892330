"""The guided routines, read from the content."""

from __future__ import annotations

from typing import Literal, cast, get_args

from voice_skill.content.nodes import Record, Value
from voice_skill.content.wording import origin, say
from voice_skill.domain.knowledge import Beat, Routine, Step, Variant

_MORE = [
    "sources", "claims", "guard", "screened", "timer_seconds", "on_timer", "variant_of", "variant",
    "one_foot",
]  # fmt: skip
_STEP = [
    "say", "sources", "count", "beats", "side", "direction", "ask", "on_yes", "on_no",
    "repeat_up_to", "skip_if",
]  # fmt: skip
_SIDES = ["affected", "other", "both"]
_VARIANTS = [variant for variant in get_args(Variant) if variant]
_SHORTEST_SECONDS = 0.1


def read_routine(name: str, value: Value) -> Routine:
    """Return one routine; what is wrong is noted in the value."""
    fields = value.record("a routine", ["spoken", "origin", "steps"], _MORE)
    steps = fields.get("steps")
    timer = fields.get("timer_seconds")
    routine = Routine(
        name,
        spoken=fields.text("spoken"),
        steps=_read_steps(steps) if steps is not None else (),
        origin=origin(fields),
        sources=fields.texts("sources"),
        claims=fields.texts("claims"),
        guard=fields.texts("guard"),
        screened=fields.flag("screened", True),
        timer_seconds=None if timer is None else timer.number(_SHORTEST_SECONDS),
        on_timer=fields.text("on_timer"),
        variant_of=fields.text("variant_of"),
        variant=cast(Variant, fields.choice("variant", _VARIANTS, "")),
        one_foot=fields.flag("one_foot"),
    )
    if (not routine.variant_of) != (not routine.variant):
        value.complain('"variant_of" and "variant" belong together')
    if (timer is None) != (not routine.on_timer):
        value.complain('"timer_seconds" and "on_timer" belong together')
    return routine


def _read_steps(value: Value) -> tuple[Step, ...]:
    items = value.items("a list of steps")
    if value.is_list and not items:
        value.complain("expected at least one step, found an empty list")
    steps: dict[str, Step] = {}
    for item in items:
        fields = item.record("a step", ["id"], _STEP)
        step = _read_step(fields)
        if step.id in steps:
            item.complain(f'the routine has a step "{step.id}" already')
        if not step.ask and (step.on_yes or step.on_no):
            item.complain('"on_yes" and "on_no" need a question in "ask"')
        steps.setdefault(step.id, step)
    return tuple(steps.values())


def _read_step(fields: Record) -> Step:
    beats = fields.get("beats")
    return Step(
        fields.text("id"),
        say=say(fields),
        sources=fields.texts("sources"),
        count=fields.whole("count", 1, low=1),
        beats=tuple(_read_beat(beat) for beat in beats.items("a list of beats")) if beats else (),
        side=cast(
            Literal["affected", "other", "both", ""],
            fields.choice("side", _SIDES, ""),
        ),
        direction=fields.text("direction"),
        ask=fields.text("ask"),
        on_yes=fields.text("on_yes"),
        on_no=fields.text("on_no"),
        repeat_up_to=fields.whole("repeat_up_to", 1, low=1),
        skip_if=fields.texts("skip_if"),
    )


def _read_beat(value: Value) -> Beat:
    fields = value.record("a beat", ["seconds"], ["say"])
    return Beat(fields.text("say"), fields.number("seconds", 1.0, _SHORTEST_SECONDS))
