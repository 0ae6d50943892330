"""Plays the question of every claim of the article, and writes docs/knowledge.md from what is said.

    scripts/tool knowledge            # writes the page
    scripts/tool knowledge --check    # exit code 1 where it is no longer true, or a claim is lost

Typed sentences through the real understanding and dialogue; no sound.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from voice_skill.content import load
from voice_skill.content.article import told_in
from voice_skill.conversation.skills import make_understander
from voice_skill.domain import dialogue
from voice_skill.domain.events import Heard, PromptEnded, Say
from voice_skill.domain.knowledge import Claim, Knowledge
from voice_skill.domain.model import Hypothesis, Utterance
from voice_skill.domain.spoken import filled
from voice_skill.domain.turns import spoken_names
from voice_skill.understanding.decide import Understander

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "knowledge.md"
CONVERSATIONS = ROOT / "tests" / "conversations"
MISSING = "**missing**"
QUOTED = ("says_who", "eyelid")

HEAD = """# What the skill knows of the article
<!-- Made by scripts/tool knowledge from intents/en/knowledge and tests/conversations. -->
The source is an article on ankle twitching by Lorra Garrick, which quotes Doctor J. Mark \
Anderson. Its claims S01 to S32 stand in `intents/en/knowledge/claims.yaml`, in our words. Each \
row was played: the question typed into the real understanding and dialogue, and the sentence \
found again in the reply. A test plays them all and fails when a claim is missing or this page \
is no longer true.

**Not reviewed by a clinician.** What goes beyond the article says so when it is spoken, and "says \
who?" after any statement reads where that one comes from.

| claim | in our words | by | told in | ask | what is said |
|---|---|---|---|---|---|
"""


def reply(knowledge: Knowledge, understander: Understander, turns: Sequence[str]) -> str:
    """Say the turns one after another in a new conversation; return what is said to the last."""
    state = dialogue.start(knowledge)
    said = ""
    for turn in turns:
        typed = Utterance((Hypothesis(turn, "text"),), dialogue.listening_state(state))
        heard = Heard(understander.understand(typed))
        state, actions = dialogue.handle(knowledge, state, heard)
        prompts = [action.prompt for action in actions if isinstance(action, Say)]
        said = " ".join(sentence for prompt in prompts for sentence in prompt.sentences)
        if prompts:
            state, _ = dialogue.handle(knowledge, state, PromptEnded(prompts[-1].number))
    return said


def spoken_in(knowledge: Knowledge, understander: Understander, claim: Claim) -> str:
    """Return the sentence of the reply that tells a claim; empty where it does not."""
    said = reply(knowledge, understander, claim.ask)
    names = spoken_names(knowledge)
    for _, _, thing in told_in(knowledge, claim.id):
        for sentence in thing.say:
            spoken = filled(sentence, names)
            if claim.words.lower() in sentence.lower() and spoken in said:
                return spoken
    return ""


def rows(knowledge: Knowledge, understander: Understander) -> Iterator[str]:
    """Return a line of the table for each claim, in their order."""
    for name in sorted(knowledge.claims):
        claim = knowledge.claims[name]
        where = ", ".join(f"`{section}.{thing}`" for section, thing, _ in told_in(knowledge, name))
        asked = " / ".join(f'"{turn}"' for turn in claim.ask) or f"(not spoken: {claim.unspoken})"
        said = spoken_in(knowledge, understander, claim) or MISSING if claim.ask else ""
        yield f"| {name} | {claim.says} | {claim.by} | {where} | {asked} | {said} |\n"


def quoted() -> Iterator[str]:
    """Return the golden conversations that the page quotes in full."""
    for name in QUOTED:
        title, *lines = (CONVERSATIONS / f"{name}.txt").read_text("utf-8").splitlines()
        spoken = [line for line in lines if not line.startswith(("~", "#"))]
        yield f"\n### {title.removeprefix('# ').rstrip('.')}\n```text\n"
        yield "".join(f"{line}\n" for line in spoken) + "```\n"


def page(knowledge: Knowledge, understander: Understander) -> str:
    """Return the whole page."""
    table = "".join(rows(knowledge, understander))
    before = (
        f"\n## Two conversations\n`> ` is what the person says. From `tests/conversations`, "
        f"played word for word by the tests: {', '.join(f'{name}.txt' for name in QUOTED)}.\n"
    )
    return HEAD + table + before + "".join(quoted())


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the page, write nothing")
    options = parser.parse_args()
    skill = load(None)
    assert skill.knowledge is not None
    made = page(skill.knowledge, make_understander(skill))
    lost = made.count(MISSING)
    if lost:
        sys.stderr.write(f"{lost} claims are lost: see {PAGE}\n")
    if options.check:
        is_true = PAGE.is_file() and PAGE.read_text("utf-8") == made
        if not is_true:
            sys.stderr.write(f"{PAGE} is not what is said now: run scripts/tool knowledge\n")
        return int(bool(lost) or not is_true)
    PAGE.write_text(made, "utf-8")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
