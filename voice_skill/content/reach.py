"""What the dialogue asks the content for, and what of the content it can never come to."""

from __future__ import annotations

from collections.abc import Iterator

from voice_skill.content.nodes import Problem, did_you_mean
from voice_skill.content.references import BOTH, slot_values
from voice_skill.content.tree import Tree
from voice_skill.domain.knowledge import Knowledge, Routine
from voice_skill.domain.language import Language
from voice_skill.domain.prompts import PROMPT_IDS, REASON_PREFIX


def check_reach(tree: Tree, language: Language, knowledge: Knowledge | None) -> Iterator[Problem]:
    """Return what is missing for the dialogue, and what nothing leads to."""
    yield from _intents(tree, language)
    if knowledge is not None:
        yield from _prompts(tree, knowledge)
        yield from _routines(tree, language, knowledge)
        for routine in knowledge.routines.values():
            yield from _steps(tree, routine)


def _intents(tree: Tree, language: Language) -> Iterator[Problem]:
    if not language.states:
        return
    legal = {intent for intents in language.states.values() for intent in intents}
    for section in ("intents", "phrases"):
        for intent in tree.gathered(section):
            if intent not in legal and (section == "intents" or tree.parts("intents")):
                yield tree.problem((section, intent), f'"{intent}" is legal in no state')


def _prompts(tree: Tree, knowledge: Knowledge) -> Iterator[Problem]:
    if not knowledge.prompts:
        yield tree.problem(["prompts"], "the dialogue needs prompts, and there is none")
        return
    for name in sorted(PROMPT_IDS - set(knowledge.prompts)):
        yield tree.problem(["prompts"], f'the dialogue needs a prompt "{name}"')
    for name, wordings in knowledge.night_prompts.items():
        if name not in knowledge.prompts:
            near = did_you_mean(name, knowledge.prompts)
            message = f'no prompt "{name}" is there to be said by day{near}'
            yield tree.problem(("night_prompts", name), message)
        if not wordings:
            yield tree.problem(("night_prompts", name), f'the prompt "{name}" has no wording')
    reasons = {f"{REASON_PREFIX}{cause}" for cause in knowledge.causes}
    for name, wordings in knowledge.prompts.items():
        keys = ("prompts", name)
        if not wordings:
            yield tree.problem(keys, f'the prompt "{name}" has no wording')
        if name not in PROMPT_IDS and name not in reasons:
            known = PROMPT_IDS | reasons
            near = did_you_mean(name, known)
            yield tree.problem(keys, f'nothing asks for the prompt "{name}"{near}')


def _routines(tree: Tree, language: Language, knowledge: Knowledge) -> Iterator[Problem]:
    """A routine is reached by being asked for (slot `routine`) or offered by a statement."""
    reached = set(slot_values(language).get("routine", ()))
    for statements in (knowledge.causes, knowledge.remedies, knowledge.facts):
        reached |= {statement.routine for statement in statements.values()}
    if BOTH in reached and BOTH not in knowledge.routines:
        return  # both foot routines, one after the other
    for name, routine in knowledge.routines.items():
        if name not in reached and routine.variant_of not in reached:
            yield tree.problem(
                ("routines", name),
                f'nothing leads to the routine "{name}": no statement offers it, '
                "and no value of the slot routine names it",
            )


def _steps(tree: Tree, routine: Routine) -> Iterator[Problem]:
    """Find steps that every answer jumps over; an answer leads forward or to the next step."""
    order = [step.id for step in routine.steps]
    reached: set[int] = {0}
    for index, step in enumerate(routine.steps):
        if index not in reached:
            yield tree.problem(
                ("routines", routine.id, "steps", index),
                f'no way through the routine comes to the step "{step.id}"',
            )
            continue
        for target in (step.on_yes, step.on_no) if step.ask else ("",):
            forward = order.index(target) if target in order else 0
            reached.add(forward if forward > index else index + 1)
