"""How people say things, read from the content: sentence templates, phrases, words, thresholds."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from voice_skill.content.nodes import Record, Value
from voice_skill.content.tree import Tree
from voice_skill.domain.language import Language, Lexicon, Phrase, Thresholds
from voice_skill.domain.model import ANSWERS, DialogueState

STATES: tuple[str, ...] = get_args(DialogueState)

_MATCHING = ("accept", "confirm", "margin", "command", "heard")
_RANGE = ("from", "to")
_RANGE_MORE = ("step", "type", "digits", "words", "words_language", "multiplier", "fractions")


def read_language(tree: Tree) -> Language:
    """Return the language of a skill; what is wrong is noted in the tree."""
    code = _read_code(tree)
    return Language(
        code=code,
        templates={
            "language": code,
            "intents": _read_intents(tree),
            "lists": {name: _read_list(value) for name, value in tree.entries("lists").items()},
            "expansion_rules": {
                name: value.text() for name, value in tree.entries("expansion_rules").items()
            },
            "skip_words": list(tree.texts("skip_words")),
        },
        phrases=tuple(
            Phrase(text, intent)
            for intent, values in tree.gathered("phrases").items()
            for value in values
            for text in value.texts("a list of phrases")
        ),
        negatives=tree.texts("negatives"),
        decoys=tree.texts("decoys"),
        wake_phrases=tree.texts("wake_phrases"),
        signs=tuple(
            text
            for values in tree.gathered("signs").values()
            for value in values
            for text in value.texts("a list of sentences")
        ),
        harmless=tree.texts("harmless"),
        lexicon=_read_lexicon(tree),
        thresholds=_read_thresholds(tree),
        states=_read_states(tree),
        commands=tree.texts("commands"),
        opposites=_read_opposites(tree),
        evidence={
            intent: value.texts("a list of concepts")
            for intent, value in tree.entries("evidence").items()
        },
        free_lists=_read_free_lists(tree),
        slots={
            intent: value.texts("a list of slots")
            for intent, value in tree.entries("slots").items()
        },
    )


def _read_opposites(tree: Tree) -> tuple[frozenset[str], ...]:
    """Return pairs of intents; anything but two different ones is noted."""
    pairs = []
    for item in tree.items("opposites"):
        pair = frozenset(item.texts("two intents"))
        if len(pair) == 2:
            pairs.append(pair)
        else:
            item.complain("expected two different intents, such as [slower, faster]")
    return tuple(pairs)


def _read_code(tree: Tree) -> str:
    """Return the language code; as in Home Assistant's files, every file may repeat it."""
    code = ""
    for part in tree.parts("language"):
        said = part.text("a language code such as en")
        if code and said and said != code:
            part.complain(f'the language is "{said}" here and "{code}" in another file')
        code = code or said
    return code or "en"


def _read_intents(tree: Tree) -> dict[str, object]:
    """Return the intents; several files may add sentences to the same one."""
    found: dict[str, object] = {}
    for name, values in tree.gathered("intents").items():
        blocks: list[dict[str, object]] = []
        for value in values:
            data = value.record("an intent", ["data"], ["description"]).get("data")
            for block in data.items("a list of {sentences, slots}") if data else []:
                fields = block.record("a block of sentences", ["sentences"], ["slots", "answer"])
                slots = fields.get("slots")
                answer = fields.choice("answer", ANSWERS, "")
                entry: dict[str, object] = {"sentences": list(fields.texts("sentences"))}
                if answer:
                    entry["metadata"] = {"answer": answer}
                if slots is not None:
                    entry["slots"] = {
                        slot: given.slot_value() for slot, given in slots.entries().items()
                    }
                blocks.append(entry)
        found[name] = {"data": blocks}
    return found


def _read_list(value: Value) -> dict[str, object]:
    """Return a slot list in the Home Assistant format: values or a range."""
    fields = value.record("a list", [], ["values", "range", "wildcard", "fills"])
    values, numbers = fields.get("values"), fields.get("range")
    if fields.get("wildcard") is not None:
        value.complain("a wildcard list cannot be heard; write out its values")
    elif (values is None) == (numbers is None) and value.is_mapping:
        value.complain('a list needs either "values" or "range"')
    if numbers is not None:
        return {"range": _read_range(numbers)}
    return {"values": [_read_list_value(item) for item in values.items()] if values else []}


def _read_free_lists(tree: Tree) -> dict[str, str]:
    """Return the lists that fill a slot in free wording, though no sentence names them."""
    return {
        name: fills.text("the name of a slot")
        for name, value in tree.entries("lists").items()
        if value.is_mapping and (fills := value.entries().get("fills")) is not None
    }


def _read_list_value(item: Value) -> str | dict[str, object]:
    if not item.is_mapping:
        return item.text("text, or a mapping with in and out")
    fields = item.record("a list value", ["in", "out"])
    out = fields.get("out")
    return {"in": fields.text("in"), "out": out.slot_value() if out else fields.text("in")}


def _read_range(value: Value) -> dict[str, object]:
    fields = value.record("a range", _RANGE, _RANGE_MORE)
    bounds = {name: _whole(fields.get(name)) for name in _RANGE}
    if bounds["from"] > bounds["to"]:
        value.complain(f"a range from {bounds['from']} to {bounds['to']} is empty")
        bounds["to"] = bounds["from"]
    found: dict[str, object] = {**bounds, "step": fields.whole("step", 1, low=1)}
    for name in ("type", "words_language", "fractions"):
        if fields.get(name) is not None:
            found[name] = fields.text(name)
    for name in ("digits", "words"):
        if fields.get(name) is not None:
            found[name] = fields.flag(name)
    if fields.get("multiplier") is not None:
        found["multiplier"] = fields.number("multiplier", 1.0)
    return found


def _whole(value: Value | None) -> int:
    return 0 if value is None else value.whole(-1_000_000)


def _read_lexicon(tree: Tree) -> Lexicon:
    concepts: dict[str, str] = {}
    aliases: dict[str, str] = {}
    near: dict[str, tuple[str, ...]] = {}
    contractions: dict[str, str] = {}
    fillers: list[str] = []
    sounds_like: dict[str, tuple[str, ...]] = {}
    names = ["concepts", "aliases", "contractions", "fillers", "sounds_like"]
    for part in tree.parts("lexicon"):
        fields = part.record("the lexicon", [], names)
        values = {name: value for name in names if (value := fields.get(name)) is not None}
        if "concepts" in values:
            _read_concepts(values["concepts"], concepts)
        if "aliases" in values:
            _read_aliases(values["aliases"], aliases, near)
        if "contractions" in values:
            for short, full in values["contractions"].entries().items():
                contractions[short] = full.text()
        if "sounds_like" in values:
            _read_spellings(values["sounds_like"], sounds_like)
        fillers += fields.texts("fillers")
    return Lexicon(concepts, aliases, near, contractions, tuple(fillers), sounds_like)


def _read_concepts(value: Value, concepts: dict[str, str]) -> None:
    for concept, words in value.entries("concepts with their words").items():
        for item in words.items("a list of words"):
            word = item.text()
            if concepts.get(word, concept) != concept:
                item.complain(f'"{word}" stands for {concepts[word]} already')
            elif word:
                concepts[word] = concept


def _read_aliases(value: Value, aliases: dict[str, str], near: dict[str, tuple[str, ...]]) -> None:
    for item in value.items("a list of {heard, means}"):
        fields = item.record("an alias", ["heard", "means"], ["near"])
        heard = fields.text("heard")
        if heard in aliases:
            item.complain(f'"{heard}" has an alias already: {aliases[heard]}')
        aliases[heard] = fields.text("means")
        if fields.get("near") is not None:
            near[heard] = fields.texts("near")


def _read_spellings(value: Value, sounds_like: dict[str, tuple[str, ...]]) -> None:
    for word, item in value.entries("words with their spellings").items():
        if word in sounds_like:
            value.key(word).complain(f'"{word}" has spellings already')
        if len(word.split()) != 1 or word != word.lower():
            value.key(word).complain("only a single word in lower case has spellings")
        sounds_like[word] = item.texts("a list of spellings")


def _read_thresholds(tree: Tree) -> Thresholds:
    value = tree.single("thresholds")
    usual = Thresholds()
    if value is None:
        return usual
    names = [*_MATCHING, "letters", "gate", "exact_gate", "exact_margin"]
    fields = value.record("thresholds", ["chosen_on"], names)
    letters = fields.get("letters")
    return replace(
        _read_matching(value, fields, usual),
        letters=None
        if letters is None
        else _read_matching(letters, letters.record("thresholds", [], _MATCHING), usual),
        gate=fields.number("gate", usual.gate, -100, 100),
        exact_gate=fields.number("exact_gate", usual.exact_gate, -100, 100),
        exact_margin=fields.number("exact_margin", usual.exact_margin, 0, 1000),
        chosen_on=fields.text("chosen_on"),
    )


def _read_matching(value: Value, fields: Record, usual: Thresholds) -> Thresholds:
    """Read the thresholds of the matcher alone."""
    read = Thresholds(
        accept=fields.number("accept", usual.accept, 0, 1),
        confirm=fields.number("confirm", usual.confirm, 0, 1),
        margin=fields.number("margin", usual.margin, 0, 1),
        command=fields.number("command", usual.command, 0, 1),
        heard=fields.number("heard", usual.heard, 0, 1),
    )
    if read.confirm > read.accept:
        value.complain(f"confirm ({read.confirm:g}) is above accept ({read.accept:g})")
    return read


def _read_states(tree: Tree) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in tree.parts("states"):
        fields = part.record("the states", [], STATES)
        for state in STATES:
            if fields.get(state) is not None:
                found[state] = (*found.get(state, ()), *fields.texts(state))
    return found
