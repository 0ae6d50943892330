"""Lengths of time and starts in list values: each a number of hours or a start that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voice_skill.content.nodes import Problem, did_you_mean
from voice_skill.content.references import Keys, slot_values, template_texts
from voice_skill.content.templates import outline
from voice_skill.content.tree import Tree
from voice_skill.domain.language import FREE_WORDS, Language
from voice_skill.domain.starts import KINDS, read_start

DURATION = "duration"
_LENGTHS = ("span", "start")


def check_durations(tree: Tree, language: Language) -> Iterator[Problem]:
    """Return list values of `span` and `start` that are neither hours nor a start.

    A list of texts alone in which none looks like a start is some other skill's own slot.
    """
    templates: Any = language.templates
    lists = {
        name
        for _, text in template_texts(language)
        for name, slot in outline(text).lists
        if slot in _LENGTHS
    }
    lists |= {name for name, slot in language.free_lists.items() if slot in _LENGTHS}
    for name in sorted(lists):
        values = templates["lists"].get(name, {}).get("values", ())
        outs = [value if isinstance(value, str) else value["out"] for value in values]
        if not any(not isinstance(out, str) or out.partition(" ")[0] in KINDS for out in outs):
            continue
        for index, out in enumerate(outs):
            if isinstance(out, str):
                yield from _unread(tree, out, ("lists", name, "values", index, "out"))


def _unread(tree: Tree, out: str, keys: Keys) -> Iterator[Problem]:
    kind = out.partition(" ")[0]
    try:
        read_start(out)
    except ValueError as error:
        near = did_you_mean(kind, KINDS) if kind not in KINDS else ""
        reason = near.removeprefix("; ") if near.startswith("; did") else str(error)
        message = f'"{out}" is neither a number of hours nor a start: {reason}'
        yield tree.problem(keys, message)


def check_told(tree: Tree, language: Language) -> Iterator[Problem]:
    """Return names under `slots`, and slots of lists for free wording, that nothing fills."""
    templates: Any = language.templates
    slots = slot_values(language)
    known = {*slots, DURATION}
    for intent, names in language.slots.items():
        if intent not in templates["intents"]:
            near = did_you_mean(intent, templates["intents"])
            yield tree.problem(("slots", intent), f'there is no intent "{intent}"{near}')
        for index, name in enumerate(names):
            if name not in known:
                near = did_you_mean(name, known)
                yield tree.problem(("slots", intent, index), f'there is no slot "{name}"{near}')
    named = {slot for _, text in template_texts(language) for _, slot in outline(text).lists}
    for name, slot in language.free_lists.items():
        if slot and slot not in named | {FREE_WORDS, *_LENGTHS, "number", "unit"}:
            near = did_you_mean(slot, named)
            message = f'no sentence fills the slot "{slot}"{near}'
            yield tree.problem(("lists", name, "fills"), message)
