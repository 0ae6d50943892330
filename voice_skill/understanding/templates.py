"""The sentence templates: what they mean, whether a sentence can go on, and samples of them.

hassil parses the templates; matching is done here, by a word automaton (automaton.py), because
hassil has no prefix parse, no choice of legal intents and takes 0.1 to 11 ms a sentence.

The verdicts are hassil's (`tests/understanding/test_templates.py` compares them), except that
- after a list value hassil forgives a missing or an extra space (`my toehurts` for
  `my {site} hurts`); here words are words;
- hassil forgives a space after an apostrophe in a template;
- the text of a slot is its whole words, also where a template glues letters to a list value;
- hyphens are spaces on both sides;
- slots that an intent does not tell (`Language.slots`) are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cached_property

from voice_skill.domain.language import Language, WordAutomaton
from voice_skill.domain.model import ANSWERS, Answer, DialogueState, Slot
from voice_skill.understanding.acceptor import compile_automaton
from voice_skill.understanding.automaton import Network, Networks, Walk
from voice_skill.understanding.durations import DURATION, PARTS
from voice_skill.understanding.fragments import Call, split_words
from voice_skill.understanding.grammar import Block, load_grammar, references
from voice_skill.understanding.sampling import Sampler
from voice_skill.understanding.spellings import Spellings
from voice_skill.understanding.waking import WakePhrases


class Prefix(Enum):
    """What the words so far are, measured by the legal sentences of a state."""

    ILLEGAL = auto()
    """No legal sentence begins so."""
    PREFIX = auto()
    """The beginning of a legal sentence."""
    COMPLETE_OPEN = auto()
    """A legal sentence that can go on."""
    COMPLETE = auto()
    """A legal sentence that cannot go on."""


@dataclass(frozen=True, slots=True)
class Parse:
    """An intent and its slots in the order they were said, then the ones the block gives.

    `metadata` is the block's; it does not count when parses are compared.
    """

    intent: str
    slots: tuple[Slot, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def answer(self) -> Answer | None:
        """What the sentence is as an answer, where its block says so."""
        return next((known for known in ANSWERS if self.metadata.get("answer") == known), None)


class Templates:
    """The sentence templates of a language, compiled. ContentError when they cannot be."""

    def __init__(self, language: Language) -> None:
        """Parse and compile; see `grammar.load_grammar` for what is refused."""
        self._grammar = load_grammar(language)
        self.spellings = Spellings(language.lexicon.sounds_like)
        self._wake_phrases = WakePhrases(language.wake_phrases, language.thresholds)
        self._states = language.states
        self._free_lists = language.free_lists
        self._told = language.slots
        intents = dict.fromkeys(block.intent for block in self._grammar.blocks)
        self._bits = {intent: 1 << index for index, intent in enumerate(intents)}
        self._networks = Networks()
        self._sentences = self._networks.sentences(self._grammar, self._bits)
        self._skip_phrases = sorted(
            (tuple(split_words(phrase)) for phrase in self._grammar.skip_words),
            key=lambda words: -len(words),
        )

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that have sentences, in file order."""
        return tuple(self._bits)

    def legal(self, state: DialogueState) -> frozenset[str]:
        """Return the intents with sentences that are legal in `state`; all, if none are named."""
        named = self._states.get(state)
        return frozenset(self._bits if named is None else self._bits.keys() & set(named))

    def parse(self, text: str, state: DialogueState) -> tuple[Parse, ...]:
        """Return every distinct reading of the whole of `text`, empty when it is not legal.

        Readings with more spoken slots come first, then the order of the files. As in hassil, the
        text is tried as it stands and with all skip words left out.
        """
        legal = self._mask(state)
        found: dict[Parse, tuple[int, float]] = {}
        said = split_words(text)
        for words in self._readings(said):
            for end, slots, order, _ in Walk(words, legal).ends(self._sentences, 0):
                if end == len(words) and isinstance(order, int):
                    block = self._grammar.blocks[order]
                    parse = self._parse(block, tuple(s for s in slots if isinstance(s, Slot)))
                    if words is not said:  # "it's not well" without its "well" is no answer
                        parse = replace(parse, metadata={})
                    place = (-len(slots), order)
                    if place < found.get(parse, (0, math.inf)):
                        found.pop(parse, None)  # of equal parses the first block's stays
                        found[parse] = place
        return tuple(sorted(found, key=lambda parse: found[parse]))

    def prefix_state(self, text: str, state: DialogueState) -> Prefix:
        """Say whether `text`, in whole words, is, begins or cannot begin a legal sentence.

        What precedes a wake phrase does not count; alone it may go on.
        """
        request = self._wake_phrases.after(text)
        if request is not None:
            return self.prefix_state(request, state) if request else Prefix.COMPLETE_OPEN
        legal = self._mask(state)
        complete = open_ended = False
        for words in self._readings(split_words(text)):
            walk = Walk(words, legal)
            ends = walk.ends(self._sentences, 0)
            complete |= any(end == len(words) for end, _, _, _ in ends)
            open_ended |= walk.open_ended
        if complete:
            return Prefix.COMPLETE_OPEN if open_ended else Prefix.COMPLETE
        return Prefix.PREFIX if open_ended else Prefix.ILLEGAL

    def sample(self, state: DialogueState, count: int, seed: int) -> list[str]:
        """Return up to `count` different legal sentences (fewer where there are no more).

        Every template comes once, then whatever alternative, optional or list value has not come
        yet, then all in turn. The same seed gives the same sentences.
        """
        legal = self.legal(state)
        return Sampler(self._grammar.blocks, seed).sentences(legal, count)

    def sample_intent(self, intent: str, count: int, seed: int) -> list[str]:
        """Return up to `count` different sentences of one intent."""
        return Sampler(self._grammar.blocks, seed).sentences(frozenset((intent,)), count)

    def words(self, state: DialogueState) -> frozenset[str]:
        """Return every word that can be said in `state`; not the digits of typed numbers."""
        words = self._sentences.vocabulary(self._mask(state))
        return frozenset(word for word in words if not any(map(str.isdigit, word)))

    def automaton(
        self, states: Iterable[DialogueState], knows: Callable[[str], bool] = lambda word: True
    ) -> WordAutomaton:
        """Return the legal sentences of `states` as one automaton; see `compile_automaton`.

        It accepts what `parse` accepts without leaving out skip words.
        """
        legal = 0
        for state in states:
            legal |= self._mask(state)
        return compile_automaton(self._sentences, legal, knows)

    def slot_names(self, intent: str) -> frozenset[str]:
        """Return the slots that sentences of `intent` can fill."""
        return self._slot_names.get(intent, frozenset())

    def list_values(self, words: Sequence[str]) -> Iterator[tuple[int, int, Slot]]:
        """Yield (begin, end, slot) for every list value among `words`, wherever it stands."""
        walk = Walk(words)
        for network, slot in self._slot_lists:
            start = network.start.arcs
            for begin, word in enumerate(words):
                if word not in start.words and not start.calls:
                    continue
                for end, _, output, _ in walk.ends(network, begin):
                    if end > begin:
                        yield begin, end, walk.slot_of(slot, output, begin, end)

    @cached_property
    def list_words(self) -> frozenset[str]:
        """Every word of a list value that fills a slot."""
        return frozenset[str]().union(*(net.own_vocabulary for net, _ in self._slot_lists))

    def _mask(self, state: DialogueState) -> int:
        return sum(self._bits[intent] for intent in self.legal(state))

    def _readings(self, words: list[str]) -> list[list[str]]:
        kept = self._without_skip_words(words)
        return [words] if kept == words else [words, kept]

    def _without_skip_words(self, words: list[str]) -> list[str]:
        kept: list[str] = []
        at = 0
        while at < len(words):
            for phrase in self._skip_phrases:
                if phrase and tuple(words[at : at + len(phrase)]) == phrase:
                    at += len(phrase)
                    break
            else:
                kept.append(words[at])
                at += 1
        return kept

    def _parse(self, block: Block, spoken: tuple[Slot, ...]) -> Parse:
        names = {slot.name for slot in spoken}
        given = (Slot(name, value, "") for name, value in block.slots.items() if name not in names)
        told = (slot for slot in (*spoken, *given) if self._tells(block.intent, slot.name))
        return Parse(block.intent, tuple(told), block.metadata)

    def _tells(self, intent: str, slot: str) -> bool:
        """Say whether an intent tells a slot; a list value of another slot is only its words."""
        told = self._told.get(intent)
        return told is None or slot in told or (slot in PARTS and DURATION in told)

    @cached_property
    def _slot_lists(self) -> tuple[tuple[Network, str], ...]:
        """Every list with the slot it fills, once; those for free wording alone come last."""
        found: dict[tuple[Network, str], None] = {}
        for block in self._grammar.blocks:
            for sentence in block.sentences:
                for reference in references(sentence, block.scope):
                    if not reference.is_capture:
                        call = Call("list", reference.list_name)
                        network = self._networks.of(call, block.scope)
                        found[network, reference.slot_name] = None
        for name, slot in self._free_lists.items():
            network = self._networks.of(Call("list", name), self._grammar.scope)
            found[network, slot] = None
        return tuple(found)

    @cached_property
    def _slot_names(self) -> dict[str, frozenset[str]]:
        names: dict[str, set[str]] = {intent: set() for intent in self._bits}
        for block in self._grammar.blocks:
            names[block.intent] |= block.slots.keys()
            for sentence in block.sentences:
                names[block.intent] |= {
                    reference.slot_name
                    for reference in references(sentence, block.scope)
                    if not reference.is_capture
                }
        return {
            intent: frozenset(slot for slot in found if self._tells(intent, slot))
            for intent, found in names.items()
        }
