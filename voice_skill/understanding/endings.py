"""Is what was heard so far a whole sentence, and can it go on? Asked while the person is silent.

The bigram decoder's words come first. Where they are no legal sentence (it yields locally legal,
globally illegal strings), the exact decoder's words count if the open decoder heard nearly the
same: alone it makes a legal sentence of anything. A sentence that can go on only in words that
change nothing of its meaning (`stop`, `stop now please`) is as good as one that cannot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from voice_skill.domain.model import Decoder, DialogueState, Hypothesis
from voice_skill.understanding.templates import Parse, Prefix, Templates

NEARLY_THE_SAME = 80.0
"""Likeness (0 to 100, by letters) from which two decoders have heard the same."""

_MOST_CONTINUATIONS = 60
_WHOLE = (Prefix.COMPLETE, Prefix.COMPLETE_OPEN)

Meaning = tuple[str, frozenset[tuple[str, str | float]]]


class Endings:
    """Tells how complete the words so far are. Deterministic; threads may share it."""

    def __init__(
        self,
        templates: Templates,
        sentences: Mapping[DialogueState, Sequence[str]] | None = None,
    ) -> None:
        """`sentences`: samples of what is legal in each state, to see how a sentence may go on.

        Without them every sentence that can go on is taken for one whose meaning can change.
        """
        self._templates = templates
        self._sentences = {state: sorted(set(found)) for state, found in (sentences or {}).items()}
        self._changes_nothing = lru_cache(256)(self._goes_on_in_vain)

    def so_far(self, partials: Sequence[Hypothesis], state: DialogueState) -> Prefix:
        """Return what the decoders' words so far are, by the legal sentences of `state`."""
        heard = {h.decoder: self._templates.spellings.heard(h.text) for h in partials}
        verdict = self._of(heard.get("domain", heard.get("text", "")), state)
        if verdict in _WHOLE:
            return verdict
        for text in self._others(heard):
            other = self._of(text, state)
            if other in _WHOLE:
                return other
        # A beginning is believed where both have heard one: it makes the person wait longest.
        begun = verdict is Prefix.PREFIX and self._of(heard.get("open", ""), state) is verdict
        return Prefix.PREFIX if begun else Prefix.ILLEGAL

    def _others(self, heard: Mapping[Decoder, str]) -> list[str]:
        exact, free = heard.get("exact", ""), heard.get("open", "")
        alike = exact and free and fuzz.ratio(exact, free) >= NEARLY_THE_SAME
        return [exact, free] if alike else [free] if free else []

    def _of(self, text: str, state: DialogueState) -> Prefix:
        verdict = self._templates.prefix_state(text, state)
        if verdict is Prefix.COMPLETE_OPEN and self._changes_nothing(text, state):
            return Prefix.COMPLETE
        return verdict

    def _goes_on_in_vain(self, text: str, state: DialogueState) -> bool:
        """Say whether all sampled sentences that begin with `text` mean what it means."""
        sentences = self._sentences.get(state, ())
        first = bisect_left(sentences, f"{text} ")
        longer = sentences[first : bisect_left(sentences, f"{text}!")]  # `!` follows the space
        step = max(1, len(longer) // _MOST_CONTINUATIONS)
        parses = [self._templates.parse(each, state) for each in longer[::step]]
        meanings = {_meaning(parse[0]) for parse in parses if parse}
        own = self._templates.parse(text, state)
        return bool(own) and meanings == {_meaning(own[0])}


def _meaning(parse: Parse) -> Meaning:
    return parse.intent, frozenset((slot.name, slot.value) for slot in parse.slots)
