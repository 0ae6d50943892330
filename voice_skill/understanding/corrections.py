"""What people take back: denials, corrections, restarts, and the part that they meant.

`Not my ankle`, `my left no my right foot`, `my foot my ankle`, `the back of my leg, the calf`.
"""

from __future__ import annotations

from collections.abc import Sequence

from voice_skill.understanding.durations import PARTS
from voice_skill.understanding.spans import Found

SIDE_WORDS = frozenset({"left", "right"})
DETERMINERS = frozenset(
    {"a", "an", "the", "my", "me", "ma", "this", "that", "it", "any", "both", "his", "her", "your",
     "our", "their", "these", "those"}
)  # fmt: skip

_NEGATIONS = frozenset(
    {"not", "never", "without", "neither", "nor", "forget", "isn't", "don't", "doesn't", "wasn't",
     "aren't", "weren't", "haven't", "hasn't", "hadn't", "didn't", "ain't"}
)  # fmt: skip
_SMALL_WORDS = frozenset(
    {"is", "in", "on", "at", "of", "have", "has", "had", "got", "get", "having", "really", "even",
     "been", "be", "being", "quite", "exactly", "so", "much", "like", "anything", "actually",
     "mind", "proper", "as"}
)  # fmt: skip
_BETWEEN_NEGATION = DETERMINERS | _SMALL_WORDS | SIDE_WORDS | {"big", "little"}
_ENDED = frozenset({"stopped", "stopping", "stops", "stop", "quit", "quits", "finished", "ceased"})
_NOT_ENDED = frozenset({"can't", "cannot", "won't", "couldn't", "wouldn't", "not", "never"})
_FINE = frozenset({"fine", "okay", "ok", "alright", "good", "normal", "all"})
_FINE_AFTER = frozenset({"is", "are", "feel", "feels", "seem", "seems", "just", "both"})
_NOT_FINE_BEFORE = frozenset({"until", "till", "except", "apart"})

_CUES = frozenset({"no", "nope", "nah", "sorry", "actually", "rather", "wait", "mean", "instead"})
_LONG_CUES = (("hang", "on"), ("hold", "on"), ("make", "that"), ("scratch", "that"))
_CUES_AFTER = (("i", "mean"), ("i", "meant"), ("that", "is"), ("rather",), ("sorry",))
_AFTER_CUE = (
    DETERMINERS
    | SIDE_WORDS
    | _CUES
    | {"i", "it's", "its", "is", "in", "on", "of", "was", "more", "one", "big", "little", "hang",
       "hold", "make", "meant", "think", "um", "uh", "er", "erm", "like", "a", "to", "up", "say",
       "let's", "for", "about", "from", "oh", "not"}
)  # fmt: skip
_AGAIN = DETERMINERS | {"in", "on", "um", "uh", "er", "erm", "oh"}
_PART_OF = frozenset({"of", "on", "in", "my", "me", "ma", "the", "left", "right", "both", "each"})

_WHOLES = {
    "foot": frozenset({"arch", "toe", "heel", "ankle"}),
    "leg": frozenset({"calf", "shin", "hamstring", "thigh", "ankle"}),
    "hand": frozenset({"thumb"}),
    "thigh": frozenset({"hamstring"}),
}
"""The parts that a whole has: of both, the part is what was meant."""

_LAST = {"sensation": ("pain",)}
"""Values that do not count beside another one: a cramp that hurts is a cramp."""


def without_denied(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """Leave out what is denied: `it is not my ankle`, `no cramp or pain`, `my knees are fine`."""
    kept: list[Found] = []
    denied: Found | None = None
    for each in found:
        goes_on = denied is not None and _goes_on(words[denied.end : each.begin])
        if goes_on or is_denied(each, words):
            denied = each
        else:
            kept.append(each)
            denied = None if each.name != "side" else denied
    fine = [each for each in kept if each.name == "site" and _is_fine(each, words)]
    if not any(each.name == "site" and each not in fine for each in kept):
        return kept
    return [each for each in kept if not any(_is_of(each, site) for site in fine)]


def is_denied(each: Found, words: Sequence[str]) -> bool:
    """Say whether the words before a value deny it; not in `it won't stop`, `not only my foot`."""
    if each.name in PARTS:
        return False
    at = each.begin - 1
    if at >= 0 and words[at] == "no" and each.name not in ("site", "side"):
        return True
    while at >= 0 and words[at] in _BETWEEN_NEGATION:
        at -= 1
    if at < 0:
        return False
    word, before = words[at], words[max(at - 6, 0) : at]
    if word in _ENDED:
        return (
            each.name == "sensation"
            and not _NOT_ENDED & {*before[-2:]} - {"just"}
            and not any(other.endswith("n't") for other in before[-2:])
        )
    if word == "than":
        return bool({"rather", "more"} & {*before})
    if word == "instead" or (word == "longer" and before[-1:] == ["no"]):
        return True
    if word == "to" and before[-1:] == ["used"] and "be" in words[at : each.begin]:
        return True
    return word in _NEGATIONS


def _goes_on(between: Sequence[str]) -> bool:
    """Say whether a denial goes on to the next value: `no cramp or pain`."""
    return bool({"or", "nor"} & {*between}) and set(between) <= _BETWEEN_NEGATION | {"or", "nor"}


def _is_fine(site: Found, words: Sequence[str]) -> bool:
    at = site.end
    while at < len(words) and words[at] in _FINE_AFTER:
        at += 1
    if at >= len(words) or words[at] not in _FINE:
        return False
    if words[at] == "all":
        at += 1
        if at >= len(words) or words[at] != "right":
            return False
    return not (at + 1 < len(words) and words[at + 1] in _NOT_FINE_BEFORE)


def _is_of(each: Found, site: Found) -> bool:
    """Say whether a value is that site, or the side in front of it or within."""
    if each.name == "side":
        return each.end == site.begin or site.begin <= each.begin < site.end
    return each is site


# ------------------------------------------------------------------ corrections


def corrected(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """Let the last value of a slot win where the person corrects themselves: `no, the left`.

    Without a word for it, a restart does: `my foot my ankle`. Of a place said in two ways the more
    particular counts: `my leg, the calf`.
    """
    kept: list[Found] = []
    for each in found:
        if any(other.name == each.name and _loses(each, other) for other in kept) and (
            not _is_corrected_to(each, kept, words)
        ):
            continue
        kept = [
            other
            for other in kept
            if other.name != each.name or not _is_replaced(other, each, words)
        ]
        kept.append(each)
    return _chief(kept)


def _is_corrected_to(each: Found, kept: Sequence[Found], words: Sequence[str]) -> bool:
    return any(o.name == each.name and _has_cue(o.end, each, words) for o in kept)


def _is_replaced(before: Found, after: Found, words: Sequence[str]) -> bool:
    if _has_cue(before.end, after, words):
        return True
    if _loses(before, after):
        return True
    between = words[before.end : after.begin]
    return (
        before.name in ("site", "side")
        and set(between) <= _AGAIN
        and not _loses(after, before)
        and (before.name == "site" or bool(between))
    )


def _loses(one: Found, other: Found) -> bool:
    """Say whether `one` is the whole of which `other` is a part."""
    return one.name == "site" and other.value in _WHOLES.get(str(one.value), frozenset())


def _has_cue(begin: int, after: Found, words: Sequence[str]) -> bool:
    """Say whether a word of correction stands between, with nothing but small words after it."""
    following = tuple(words[after.end : after.end + 2])
    between = list(words[begin : after.begin])
    if set(between) <= _AGAIN and any(following[: len(cue)] == cue for cue in _CUES_AFTER):
        return True
    for at in range(len(between) - 1, -1, -1):
        if between[at] in _CUES or tuple(between[at : at + 2]) in _LONG_CUES:
            return True
        if between[at] not in _AFTER_CUE:
            return False
    return False


def _chief(found: Sequence[Found]) -> list[Found]:
    """Leave out what only goes with something else: the pain of a cramp."""
    return [
        each
        for each in found
        if each.value not in _LAST.get(each.name, ())
        or not any(o.name == each.name and o.value != each.value for o in found)
    ]
