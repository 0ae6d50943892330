"""Which sentences a person is asked to say: drawn from a skill, spread over its intents."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from voice_skill.content.nodes import did_you_mean
from voice_skill.conversation.take_folder import Sentence
from voice_skill.domain.errors import UsageError
from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState
from voice_skill.evaluation.reading import Expectation, expected_of
from voice_skill.evaluation.rows import ALARM
from voice_skill.understanding.decide import Understander
from voice_skill.understanding.text import split_plain

STATES: tuple[DialogueState, ...] = ("idle", "offer", "routine")
MOST_LINES = 10_000


def sampled(
    skill: Skill, understander: Understander, count: int, intents: Sequence[str], seed: int
) -> list[Sentence]:
    """Return up to `count` different sentences of the named intents, or of all of them.

    The intents take turns, and in each of them templates and phrases. A sentence of a template is
    labelled by what the skill's own rules make of it (a warning sign is an alarm), a phrase by its
    intent alone. The same seed gives the same sentences. UsageError for an unknown intent.
    """
    phrases: dict[str, list[str]] = {}
    for phrase in skill.language.phrases:
        phrases.setdefault(phrase.intent, []).append(phrase.text)
    known = dict.fromkeys((*understander.templates.intents, *phrases))
    check_intents(intents, known)
    chosen = list(dict.fromkeys(intents)) or list(known)
    randomly = random.Random(seed)  # not for secrets: a seed has to give the same again
    randomly.shuffle(chosen)
    each = count // len(chosen) + 1
    expect = expected_of(understander)
    drawn = [
        list(_of_intent(intent, understander, phrases.get(intent, []), each * 2, randomly, expect))
        for intent in chosen
    ]
    by_text: dict[str, Sentence] = {}
    for turn in itertools.zip_longest(*drawn):
        for sentence in turn:
            if sentence is not None and len(by_text) < count:
                by_text.setdefault(sentence.text, sentence)
    return list(by_text.values())


def check_intents(intents: Sequence[str], known: Collection[str]) -> None:
    """Raise UsageError for an intent that is not known."""
    for intent in intents:
        if intent not in known:
            raise UsageError(f'there is no intent "{intent}"{did_you_mean(intent, known)}')


def _of_intent(
    intent: str,
    understander: Understander,
    phrases: Sequence[str],
    count: int,
    randomly: random.Random,
    expect: Callable[[str, DialogueState], Expectation],
) -> Iterator[Sentence]:
    """Yield sentences of one intent, a template's and a phrase by turns."""
    templates = understander.templates
    state: DialogueState = next((s for s in STATES if intent in templates.legal(s)), STATES[0])
    spoken: list[Sentence] = []
    if intent in templates.intents:
        for text in templates.sample_intent(intent, count, randomly.randrange(2**31)):
            wanted, slots = expect(text, state)
            if wanted in (intent, ALARM):
                label: dict[str, object] = {"intent": wanted}
                if slots is not None:
                    label["slots"] = slots
                spoken.append(Sentence(text, state, label))
    worded = [
        Sentence(" ".join(text.split()), state, {"intent": intent})
        for text in randomly.sample(list(phrases), min(count, len(phrases)))
    ]
    randomly.shuffle(spoken)
    for pair in itertools.zip_longest(spoken, worded):
        yield from (sentence for sentence in pair if sentence is not None)


def from_file(path: Path, intent: str | None) -> list[Sentence]:
    """Return the lines of a text file, blank ones and those that begin with # left out.

    With `intent` all of them mean that; without, their labels name none. UsageError for a file
    that cannot be read, holds nothing, or a line without words.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from None
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}", hint="check its name"
        ) from error
    found: dict[str, Sentence] = {}
    for number, line in enumerate(lines, 1):
        text = " ".join(line.split())
        if not text or text.startswith("#"):
            continue
        if not text.isprintable() or not split_plain(text):
            raise UsageError(f"{path}:{number}: no sentence", hint="write one sentence a line")
        label = {} if intent is None else {"intent": intent}
        found.setdefault(text, Sentence(text, "idle", label))
    if not 0 < len(found) <= MOST_LINES:
        raise UsageError(
            f"{path} holds {len(found)} sentences", hint=f"write one a line, {MOST_LINES} at most"
        )
    return list(found.values())
