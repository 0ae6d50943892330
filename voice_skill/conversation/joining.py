"""A sentence that goes on after a pause: two utterances understood as one.

Pure. The endpointer may take a pause for the end; when the person then goes on, what they said
before and after the pause is joined as text, and the joined sentence counts if it says more.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

from voice_skill.domain.model import WAKE, Decision, Decoder, Hypothesis, Understanding, Utterance

JOIN_SECONDS = 1.5
"""Speech that begins so soon after an utterance may be its second half."""

FIRST_GAP_SECONDS = 8.0
"""The same, while no more than the first sentence of the reply has been said."""

MOST_HYPOTHESES = 10


def in_time(first: Utterance, second: Utterance, sentences_said: int) -> bool:
    """Whether `second` began soon enough after `first` to be its second half.

    `sentences_said`: how many sentences of the reply to `first` were spoken to their end.
    """
    pause = second.start - first.end
    return pause <= JOIN_SECONDS or (sentences_said <= 1 and pause <= FIRST_GAP_SECONDS)


def join(first: Utterance, second: Utterance) -> Utterance:
    """Return two utterances as one: decoder by decoder, best with best.

    Scores are logarithms, so they add, as frames do. A decoder that made out no word in one of
    the two (or did not run) has no say in the whole: it would repeat what it said of the other.
    """
    decoders = dict.fromkeys(h.decoder for h in first.hypotheses)
    hypotheses = tuple(h for decoder in decoders for h in _joined(first, second, decoder))
    return replace(first, hypotheses=hypotheses, end=second.end)


def _joined(first: Utterance, second: Utterance, decoder: Decoder) -> Sequence[Hypothesis]:
    """Return the best pairs of a decoder, best first; of equal texts the better."""
    begun = [h for h in first.hypotheses if h.decoder == decoder]
    ended = [h for h in second.hypotheses if h.decoder == decoder]
    pairs = (
        Hypothesis(f"{a.text} {b.text}".strip(), decoder, a.score + b.score, a.frames + b.frames)
        for a in begun
        for b in ended
        if a.text and b.text
    )
    found: dict[str, Hypothesis] = {}
    for pair in heapq.nlargest(MOST_HYPOTHESES, pairs, key=lambda pair: pair.score):
        found.setdefault(pair.text, pair)
    return list(found.values())


def says_more(first: Understanding, second: Understanding, joined: Understanding) -> bool:
    """Whether two utterances are better understood as one.

    - A warning sign in `first` or a question about one stands: it is never taken back. One in
      `second` is answered for itself. One that only the whole holds counts.
    - The whole is a legal sentence: it counts for more than halves in free wording, and than legal
      ones that tell no more. But the same command twice is meant twice (`slower`, `slower`), and
      an answer is one to what was replied: then the whole has to tell more than either.
    - It is a cramp with a question to follow, and the second half nothing that is clear: it counts.
    - It is not legal: it has the meaning of whatever half was understood, and tells more.
    """
    if Decision.URGENT in (first.decision, second.decision):
        return False
    if joined.decision is Decision.URGENT:
        return True
    if first.screen or second.screen or WAKE in (first.intent, second.intent):
        return False
    if joined.decision is not Decision.ACT:
        return False
    if joined.screen:
        return second.decision is not Decision.ACT
    told = _told(joined)
    acted = [half for half in (first, second) if half.decision is Decision.ACT]
    if not joined.legal:
        return all(half.intent == joined.intent and _told(half) < told for half in acted)
    legal = [half for half in acted if half.legal]
    own = second.intent in ("yes", "no", first.intent)
    if len(legal) == len((first, second)) and own:
        return all(_told(half) < told for half in legal)
    return all(_told(half) <= told for half in legal)


def _told(understanding: Understanding) -> frozenset[str]:
    """Return what is told of: the slots' names, since a value may become more exact."""
    return frozenset(slot.name for slot in understanding.slots)
