"""What the template files hold, parsed by hassil and checked for what this project cannot use.

A `Scope` is the set of lists and expansion rules that a block of sentences sees: the global ones,
or those overlaid by the block's own, as hassil does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from hassil.expression import Expression, Group, ListReference, RuleReference, Sentence
from hassil.intents import IntentData, Intents, RangeSlotList, SlotList, TextSlotList
from hassil.numbers import get_rbnf_engine
from hassil.parser import ParseError

from voice_skill.domain.errors import ContentError
from voice_skill.domain.language import Language

_HINT = "Run `voice-skill check` on the skill folder; docs/authoring.md shows the format."


@dataclass(eq=False)
class Scope:
    """The lists and rules that a block of sentences may refer to."""

    rules: Mapping[str, Sentence]
    lists: Mapping[str, SlotList]
    language: str

    def rule(self, name: str) -> Expression:
        """Return the body of an expansion rule; ContentError when there is none."""
        if name not in self.rules:
            raise ContentError(f"There is no expansion rule <{name}>.", hint=_HINT)
        return self.rules[name].expression

    def slot_list(self, reference: ListReference) -> TextSlotList | RangeSlotList:
        """Return the list of a reference; ContentError when it is missing or a wildcard."""
        found = self.lists.get(reference.list_name)
        inline = reference.get_inline_range()
        if found is None and inline is not None:
            start, stop, step = inline
            return RangeSlotList(name=reference.list_name, start=start, stop=stop, step=step)
        if found is None:
            raise ContentError(f"There is no list {{{reference.list_name}}}.", hint=_HINT)
        if not isinstance(found, (TextSlotList, RangeSlotList)):
            raise ContentError(
                f"The list {{{reference.list_name}}} is a wildcard, which is not supported: "
                "a recogniser cannot be given words that are not known.",
                hint="Write the values out, or use `phrases` for free wording.",
            )
        return found


@dataclass(frozen=True)
class Block:
    """One `data` entry of an intent: its parsed sentences and what they have in common.

    `order` is its place in the file; `slots` are given by the block whatever was said.
    """

    intent: str
    order: int
    sentences: tuple[Expression, ...]
    slots: Mapping[str, str | float]
    metadata: Mapping[str, object]
    scope: Scope = field(repr=False)


@dataclass(frozen=True)
class Grammar:
    """All blocks in file order, and the words that may be left out of what was said."""

    blocks: tuple[Block, ...]
    skip_words: tuple[str, ...]
    scope: Scope


def load_grammar(language: Language) -> Grammar:
    """Parse the templates of `language` with hassil.

    Raises ContentError, with every problem found, for what hassil cannot parse and for what it can
    but this project does not support: wildcards, contexts, rules that refer to themselves.
    """
    document = {"language": language.code, "intents": {}, **language.templates}
    try:
        intents = Intents.from_dict(cast("dict[str, Any]", document))
    except (ParseError, ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise ContentError(
            f"The sentence templates cannot be read: {type(error).__name__}: {error}", hint=_HINT
        ) from error
    shared = Scope(intents.expansion_rules, intents.slot_lists, intents.language)
    problems: list[str] = []
    blocks: list[Block] = []
    for intent in intents.intents.values():
        for data in intent.data:
            block, problem = _block_or_problem(intent.name, data, len(blocks), shared)
            if block is None:
                problems.append(f"{intent.name}: {problem}")
            else:
                blocks.append(block)
    if problems:
        raise ContentError(
            f"The sentence templates hold {len(problems)} problem(s): {problems[0]}",
            problems=tuple(problems),
            hint=_HINT,
        )
    skip_words = tuple(word.strip() for word in intents.skip_words if word.strip())
    return Grammar(tuple(blocks), skip_words, shared)


def slot_value(value: object, text: str) -> str | float:
    """Return an `out` value as the domain's type: a number as float, all else as text.

    A list value without `out` (None) stands for its own words.
    """
    if value is None:
        return text
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return str(value)


def spoken_numbers(numbers: RangeSlotList, language: str) -> dict[str, float]:
    """Return number words -> value for a range (`twenty five` -> 25), cardinals first.

    The words are unicode-rbnf's, as in hassil; a language it does not know has none.
    """
    if not numbers.words:
        return {}
    try:
        engine = get_rbnf_engine(numbers.words_language or language)
    except ValueError:
        return {}
    spoken: dict[str, float] = {}
    for number in numbers.get_numbers():
        rulesets = engine.format_number(number).text_by_ruleset
        for name in sorted(rulesets, key=lambda n: (n != "spellout-cardinal", n)):
            spoken.setdefault(rulesets[name], _scaled(numbers, number))
    return spoken


def written_numbers(numbers: RangeSlotList) -> dict[str, float]:
    """Return digits -> value for a range (`25` -> 25), for typed text."""
    if not numbers.digits:
        return {}
    return {f"{number:g}": _scaled(numbers, number) for number in numbers.get_numbers()}


def references(
    expression: Expression, scope: Scope, trail: tuple[str, ...] = ()
) -> Iterator[ListReference]:
    """Yield every list reference below `expression`, through rules and list values.

    Raises ContentError for what is missing and for a rule that leads back to itself.
    """
    if isinstance(expression, Group):
        for item in expression.items:
            yield from references(item, scope, trail)
    elif isinstance(expression, RuleReference):
        name = f"<{expression.rule_name}>"
        body = scope.rule(expression.rule_name)
        yield from references(body, scope, _extended(trail, name))
    elif isinstance(expression, ListReference):
        slot_list = scope.slot_list(expression)
        yield expression
        if isinstance(slot_list, TextSlotList):
            inner = _extended(trail, f"{{{expression.list_name}}}")
            for value in slot_list.values:
                if not isinstance(value.value_out, (str, int, float, type(None))):
                    raise ContentError(
                        f"A value of {{{expression.list_name}}} must be one text or number, "
                        f"not {value.value_out!r}."
                    )
                if isinstance(value.text_in, Group):
                    yield from references(value.text_in, scope, inner)


def _scaled(numbers: RangeSlotList, number: float) -> float:
    return float(number) * (1.0 if numbers.multiplier is None else numbers.multiplier)


def _extended(trail: tuple[str, ...], name: str) -> tuple[str, ...]:
    if name in trail:
        raise ContentError(f"{name} leads back to itself: {' -> '.join((*trail, name))}.")
    return (*trail, name)


def _block_or_problem(
    intent: str, data: IntentData, order: int, shared: Scope
) -> tuple[Block | None, str]:
    try:
        block = _block(intent, data, order, shared)
        _check_references(block)
    except ContentError as error:
        return None, str(error)
    return block, ""


def _block(intent: str, data: IntentData, order: int, shared: Scope) -> Block:
    for key in ("requires_context", "excludes_context", "required_keywords"):
        if getattr(data, key):
            raise ContentError(f"`{key}` is not supported: nothing outside the sentence is known.")
    scope = shared
    if data.expansion_rules or data.slot_lists:
        scope = Scope(
            {**shared.rules, **data.expansion_rules},
            {**shared.lists, **data.slot_lists},
            shared.language,
        )
    try:
        sentences = tuple(sentence.expression for sentence in data.sentences)
    except ParseError as error:
        raise ContentError(f"a sentence template cannot be parsed: {error}") from error
    for name, value in data.slots.items():
        if not isinstance(value, (str, int, float)):
            raise ContentError(f"the slot `{name}` must be one text or number, not {value!r}.")
    slots = {name: slot_value(value, "") for name, value in data.slots.items()}
    return Block(intent, order, sentences, slots, dict(data.metadata or {}), scope)


def _check_references(block: Block) -> None:
    for sentence in block.sentences:
        for _ in references(sentence, block.scope):
            pass
