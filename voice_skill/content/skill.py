"""Loading a skill folder: reading, then looking up every name, then a Skill or all problems."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from voice_skill.content.durations import check_durations, check_told
from voice_skill.content.knowledge import read_knowledge
from voice_skill.content.language import read_language
from voice_skill.content.nodes import Problem
from voice_skill.content.references import References, template_texts
from voice_skill.content.tree import Tree, content_files, digest
from voice_skill.domain.errors import ContentError
from voice_skill.domain.language import Skill

_PACKAGED_LANGUAGE = "en"
_NOTHING_TO_UNDERSTAND = (
    "no intent of this folder has a sentence, so nothing can be understood; "
    "docs/authoring.md shows the shortest one"
)


def default_folder() -> Path:
    """Return the folder of the skill that comes with the program.

    Installed it is `voice_skill/intents/en`; in a checkout that is not installed, `intents/en`.
    """
    try:
        packaged = importlib.resources.files("voice_skill.intents")
    except ModuleNotFoundError:
        return Path(__file__).parents[2] / "intents" / _PACKAGED_LANGUAGE
    return Path(str(packaged.joinpath(_PACKAGED_LANGUAGE)))


def load(folder: Path | None, *, locale: str | None = None) -> Skill:
    """Load a skill folder; None is the one that comes with the program.

    `locale` chooses numbers and names that differ by country; None takes the fallback.
    Raises ContentError with every problem of shape and every name that leads nowhere, so that
    what was loaded can run; UsageError when the content has no such locale.
    """
    folder = folder or default_folder()
    skill, tree = read(folder, locale=locale)
    problems = sorted(set(tree.problems))
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise ContentError(
            f"the skill in {folder} cannot be loaded: {count}",
            problems=tuple(map(str, problems)),
            hint=f"Mend what is listed, then look again with: voice-skill check {folder}",
        )
    return skill


def read(folder: Path, *, locale: str | None = None) -> tuple[Skill, Tree]:
    """Read a skill as far as it can be read; the tree holds the problems and all places."""
    paths = content_files(folder)
    tree = Tree(folder, paths)
    language = read_language(tree)
    knowledge = read_knowledge(tree, locale)
    skill = Skill(_read_name(tree), language, knowledge, digest(folder, paths))
    if tree.is_whole and tree.is_empty:
        tree.problems.append(Problem(paths[0], 1, 1, "the files of this folder hold nothing"))
        return skill, tree
    references = References(tree, language, knowledge)
    tree.problems += references.malformed()
    tree.problems += check_durations(tree, language)
    if tree.is_whole:  # else each name of the broken file would be reported as missing
        tree.problems += references.problems()
        tree.problems += check_told(tree, language)
        if not tree.problems and _is_deaf(skill):
            tree.problems.append(Problem(paths[0], 1, 1, _NOTHING_TO_UNDERSTAND))
    return skill, tree


def _is_deaf(skill: Skill) -> bool:
    """Say whether nothing that a person says could ever be understood, or answered."""
    language = skill.language
    sentences = (text for keys, text in template_texts(language) if keys[0] == "intents")
    return skill.knowledge is None and not language.phrases and not any(sentences)


def _read_name(tree: Tree) -> str:
    value = tree.single("skill")
    if value is None:
        return tree.folder.resolve().name
    return value.record("the skill", ["name"]).text("name")
