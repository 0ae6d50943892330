"""Answers kept for those who ask the same again: for tests of thresholds, not for conversations."""

from __future__ import annotations

from functools import cache


def keep_answers(thing: object, *methods: str) -> None:
    """Make methods of one object remember what they returned, by their arguments, for its life.

    The methods must give the same answer to the same arguments, and take hashable ones alone.
    """
    for method in methods:
        setattr(thing, method, cache(getattr(thing, method)))
