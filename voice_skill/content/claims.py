"""Every sentence about health has a source; what is said to be in the article names the article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voice_skill.content.nodes import Problem
from voice_skill.content.references import Keys
from voice_skill.content.tree import Tree
from voice_skill.domain.knowledge import (
    AlarmRule,
    Knowledge,
    Origin,
    Routine,
    Screen,
    Site,
    SpecialGroup,
    Statement,
)

ARTICLE = "article"

_Claim = AlarmRule | Routine | Screen | Site | SpecialGroup | Statement


def check_claims(tree: Tree, knowledge: Knowledge) -> Iterator[Problem]:
    """Return the health claims without a source.

    What is `origin: product` is our own caution and needs none.
    """
    sections: dict[str, tuple[str, Mapping[str, _Claim]]] = {
        "causes": ("this cause", knowledge.causes),
        "remedies": ("this remedy", knowledge.remedies),
        "facts": ("this fact", knowledge.facts),
        "sites": ("this site", knowledge.sites),
        "screens": ("this screening question", knowledge.screens),
        "alarm_rules": ("this alarm rule", knowledge.rules),
        "groups": ("this special group", knowledge.groups),
        "routines": ("this routine", knowledge.routines),
    }
    for section, (what, things) in sections.items():
        for name, thing in things.items():
            yield from _claim(tree, (section, name), what, thing.origin, thing.sources)
    for routine in knowledge.routines.values():
        yield from _steps(tree, routine)


def _claim(
    tree: Tree, keys: Keys, what: str, origin: Origin, sources: tuple[str, ...]
) -> Iterator[Problem]:
    if origin == "article" and ARTICLE not in sources:
        yield tree.problem(keys, f'{what} has origin article, but not "{ARTICLE}" in its sources')
    elif origin != "product" and not sources:
        yield tree.problem(keys, f"{what} makes a health claim without a source")


def _steps(tree: Tree, routine: Routine) -> Iterator[Problem]:
    if routine.origin == "product":
        return
    for index, step in enumerate(routine.steps):
        if (step.say or step.ask) and not step.sources:
            keys: Keys = ("routines", routine.id, "steps", index)
            yield tree.problem(keys, f'the step "{step.id}" has no source')
