"""Names that lead nowhere: what the program would stumble over while it runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from voice_skill.content.knowledge import LEVELS
from voice_skill.content.nodes import Problem, did_you_mean
from voice_skill.content.templates import is_template, outline
from voice_skill.content.tree import Key, Tree
from voice_skill.domain.knowledge import Knowledge, Routine, Statement
from voice_skill.domain.language import Language
from voice_skill.domain.variants import version

Keys = tuple[Key, ...]

BOTH = "both"  # the answer `both` runs the two foot routines one after the other
CRAMP = "cramp"  # a routine's guard may name a sensation beside special groups
EVERY_ROUTINE = "all"
NO_EXERCISE = "no_exercise"


def template_texts(language: Language) -> Iterator[tuple[Keys, str]]:
    """Return every template of the language with where it stands."""
    templates: Any = language.templates
    for intent, body in templates["intents"].items():
        for number, block in enumerate(body["data"]):
            for index, text in enumerate(block["sentences"]):
                yield ("intents", intent, "data", number, "sentences", index), text
    for name, text in templates["expansion_rules"].items():
        yield ("expansion_rules", name), text
    for name, body in templates["lists"].items():
        for index, value in enumerate(body.get("values", ())):
            text = value if isinstance(value, str) else value["in"]
            yield ("lists", name, "values", index, "in"), text


def slot_values(language: Language) -> dict[str, set[object]]:
    """Return the values that each slot can take, from lists and from fixed slots of sentences."""
    templates: Any = language.templates
    outs = {
        name: {value if isinstance(value, str) else value["out"] for value in body["values"]}
        for name, body in templates["lists"].items()
        if "values" in body
    }
    found: dict[str, set[object]] = {}
    for _, text in template_texts(language):
        for name, slot in outline(text).lists:
            found.setdefault(slot, set()).update(outs.get(name, ()))
    for name, slot in language.free_lists.items():
        found.setdefault(slot, set()).update(outs.get(name, ()))
    for body in templates["intents"].values():
        for block in body["data"]:
            for slot, value in block.get("slots", {}).items():
                found.setdefault(slot, set()).add(value)
    return found


class References:
    """Looks every name up where it should be defined."""

    def __init__(self, tree: Tree, language: Language, knowledge: Knowledge | None) -> None:
        """Keep what is looked at."""
        self._tree = tree
        self._language = language
        self._knowledge = knowledge
        self._slots = slot_values(language)

    def problems(self) -> Iterator[Problem]:
        """Return one problem for each name that leads nowhere."""
        yield from self._templates()
        yield from self._intents()
        if self._knowledge is not None:
            yield from self._statements(self._knowledge)
            yield from self._alarms(self._knowledge)
            yield from self._sites_and_groups(self._knowledge)
            yield from self._slot_values(self._knowledge)
            for routine in self._knowledge.routines.values():
                yield from self._routine(self._knowledge, routine)

    def malformed(self) -> Iterator[Problem]:
        """Return templates that cannot be read and rules without end, which need no other file."""
        for keys, text in self._looked_into():
            problem = outline(text).problem
            if problem and text:
                yield self._tree.problem(keys, f"is not a sentence template: {problem}")
        yield from self._rule_circles()

    def _missing(
        self, names: Iterable[str], known: Collection[str], what: str, keys: Keys
    ) -> Iterator[Problem]:
        for name in names:
            if name and name not in known:
                message = f'there is no {what} "{name}"{did_you_mean(name, known)}'
                yield self._tree.problem(keys, message)

    def _each(
        self, names: Iterable[str], known: Collection[str], what: str, keys: Keys
    ) -> Iterator[Problem]:
        for index, name in enumerate(names):
            yield from self._missing([name], known, what, (*keys, index))

    # -------------------------------------------------------------- language

    def _looked_into(self) -> Iterator[tuple[Keys, str]]:
        """Return all templates; most values of lists are none, whatever stands in them."""
        for keys, text in template_texts(self._language):
            if keys[0] != "lists" or is_template(text):
                yield keys, text

    def _templates(self) -> Iterator[Problem]:
        templates: Any = self._language.templates
        for keys, text in self._looked_into():
            found = outline(text)
            lists = [name for name, _ in found.lists]
            yield from self._missing(lists, templates["lists"], "list", keys)
            rules = templates["expansion_rules"]
            yield from self._missing(found.rules, rules, "expansion rule", keys)

    def _rule_circles(self) -> Iterator[Problem]:
        """A rule or list that comes back to itself has no end."""
        below: dict[Keys, set[Keys]] = {}
        for keys, text in template_texts(self._language):
            if keys[0] != "intents":
                found = outline(text)
                names: set[Keys] = {("lists", name) for name, _ in found.lists}
                names |= {("expansion_rules", name) for name in found.rules}
                below.setdefault(keys[:2], set()).update(names)
        for start in below:
            reached: set[Keys] = set()
            waiting = [*below[start]]
            while waiting:
                name = waiting.pop()
                if name not in reached:
                    reached.add(name)
                    waiting += below.get(name, ())
            if start in reached:
                yield self._tree.problem(start, f'"{start[1]}" refers to itself without end')

    def _intents(self) -> Iterator[Problem]:
        language = self._language
        templates: Any = language.templates
        legal = {intent for intents in language.states.values() for intent in intents}
        phrased = {phrase.intent for phrase in language.phrases}
        written = {*templates["intents"], *phrased}
        for intent in sorted(phrased):
            known = {*templates["intents"], *legal}
            yield from self._missing([intent], known, "intent", ("phrases", intent))
        for state, intents in language.states.items():
            yield from self._each(intents, written, "intent", ("states", state))
        yield from self._each(language.commands, written, "intent", ("commands",))
        for pair in language.opposites:
            yield from self._missing(sorted(pair), written, "intent", ("opposites",))
        concepts = set(language.lexicon.concepts.values())
        for intent, names in language.evidence.items():
            yield from self._missing([intent], written, "intent", ("evidence", intent))
            yield from self._each(names, concepts, "concept", ("evidence", intent))
        for intent in self._knowledge.intent_names if self._knowledge else ():
            yield from self._missing([intent], written, "intent", ("intent_names", intent))

    # -------------------------------------------------------------- knowledge

    def _statements(self, knowledge: Knowledge) -> Iterator[Problem]:
        groups: dict[str, Mapping[str, Statement]] = {
            "causes": knowledge.causes,
            "remedies": knowledge.remedies,
            "facts": knowledge.facts,
        }
        for section, statements in groups.items():
            for name, statement in statements.items():
                keys: Keys = (section, name)
                yield from self._sources(knowledge, statement.sources, keys)
                known = {*knowledge.routines, BOTH}
                routine = [statement.routine or ""]
                yield from self._missing(routine, known, "routine", (*keys, "routine"))
                for index, pair in enumerate(statement.suggested_by):
                    yield from self._suggestion(pair, (*keys, "suggested_by", index))

    def _suggestion(self, pair: str, keys: Keys) -> Iterator[Problem]:
        slot, equals, value = pair.partition("=")
        if not equals:
            yield self._tree.problem(keys, f'expected slot=value, found "{pair}"')
            return
        yield from self._missing([slot], self._slots, "slot", keys)
        if slot in self._slots:
            known = {str(known) for known in self._slots[slot]}
            yield from self._missing([value], known, f"value of the slot {slot}", keys)

    def _sources(
        self, knowledge: Knowledge, sources: tuple[str, ...], keys: Keys
    ) -> Iterator[Problem]:
        yield from self._each(sources, knowledge.sources, "source", (*keys, "sources"))

    def _sites_and_groups(self, knowledge: Knowledge) -> Iterator[Problem]:
        for name, site in knowledge.sites.items():
            yield from self._sources(knowledge, site.sources, ("sites", name))
            keys: Keys = ("sites", name, "screen")
            yield from self._missing([site.screen or ""], knowledge.screens, "screen", keys)
        for name, group in knowledge.groups.items():
            yield from self._sources(knowledge, group.sources, ("groups", name))
            known = {*knowledge.routines, *knowledge.remedies, EVERY_ROUTINE}
            keys = ("groups", name, "blocks")
            yield from self._each(group.blocks, known, "routine or remedy", keys)

    def _alarms(self, knowledge: Knowledge) -> Iterator[Problem]:
        for name, rule in knowledge.rules.items():
            yield from self._sources(knowledge, rule.sources, ("alarm_rules", name))
            if not rule.say:
                level = rule.level.name.lower()
                yield from self._message(knowledge, level, ("alarm_rules", name))
        outcomes = {*knowledge.rules, *LEVELS, NO_EXERCISE}
        for name, screen in knowledge.screens.items():
            keys: Keys = ("screens", name)
            yield from self._sources(knowledge, screen.sources, keys)
            for field, outcome in (("on_yes", screen.on_yes), ("on_unclear", screen.on_unclear)):
                what = "alarm rule, level or no_exercise"
                yield from self._missing([outcome], outcomes, what, (*keys, field))
                yield from self._message(knowledge, outcome, (*keys, field))
        if knowledge.alarm_words.words:
            keys = ("alarm_words", "screen")
            screen_name = knowledge.alarm_words.screen
            yield from self._missing([screen_name], knowledge.screens, "screen", keys)

    def _message(self, knowledge: Knowledge, level: str, keys: Keys) -> Iterator[Problem]:
        if level in LEVELS and not knowledge.levels.get(LEVELS[level]):
            message = f'there is no message for "{level}" under levels'
            yield self._tree.problem(keys, message)

    def _routine(self, knowledge: Knowledge, routine: Routine) -> Iterator[Problem]:
        keys: Keys = ("routines", routine.id)
        yield from self._sources(knowledge, routine.sources, keys)
        yield from self._each(routine.guard, {*knowledge.groups, CRAMP}, "group", (*keys, "guard"))
        timer = [routine.on_timer]
        yield from self._missing(timer, knowledge.rules, "alarm rule", (*keys, "on_timer"))
        yield from self._variant(knowledge, routine, (*keys, "variant_of"))
        steps = {step.id for step in routine.steps}
        for index, step in enumerate(routine.steps):
            at: Keys = (*keys, "steps", index)
            yield from self._sources(knowledge, step.sources, at)
            yield from self._missing([step.on_yes], steps, "step", (*at, "on_yes"))
            yield from self._missing([step.on_no], steps, "step", (*at, "on_no"))
            yield from self._each(step.skip_if, knowledge.groups, "group", (*at, "skip_if"))

    def _variant(self, knowledge: Knowledge, routine: Routine, keys: Keys) -> Iterator[Problem]:
        """A version is one of a plain routine, and the only one of its kind."""
        base = knowledge.routines.get(routine.variant_of)
        yield from self._missing([routine.variant_of], knowledge.routines, "routine", keys)
        if base is not None and base.variant_of:
            yield self._tree.problem(keys, f'"{base.id}" is itself a version of another routine')
        first = version(knowledge, routine.variant_of, routine.variant)
        if base is not None and first != routine.id:
            message = f'"{base.id}" has a version "{routine.variant}" already: {first}'
            yield self._tree.problem(keys, message)

    def _slot_values(self, knowledge: Knowledge) -> Iterator[Problem]:
        """What a person can say about a site, group or routine must be known to the skill."""
        known: dict[str, Collection[str]] = {
            "site": knowledge.sites,
            "group": knowledge.groups,
            "routine": {*knowledge.routines, BOTH},
            "sign": knowledge.rules,
            "denies": knowledge.screens,
        }
        for slot, names in known.items():
            for value in sorted(map(str, self._slots.get(slot, ()))):
                if value not in names:
                    yield from self._missing([value], names, slot, self._giver_of(slot, value))

    def _giver_of(self, slot: str, out: str) -> Keys:
        """Find what gives the slot this value: a fixed slot of sentences, or a list value."""
        templates: Any = self._language.templates
        for intent, body in templates["intents"].items():
            for index, block in enumerate(body["data"]):
                if str(block.get("slots", {}).get(slot)) == out:
                    return ("intents", intent, "data", index, "slots", slot)
        for name in [slot, *templates["lists"]]:
            body = templates["lists"].get(name, {})
            for index, value in enumerate(body.get("values", ())):
                given = value if isinstance(value, str) else value["out"]
                if str(given) == out:
                    return ("lists", name, "values", index, "out")
        return ("lists", slot)
