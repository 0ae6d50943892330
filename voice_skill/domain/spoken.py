"""How numbers, spans of time and lists are said in English, and how text becomes sentences.

The one place of the domain that knows a language; everything else that is said is content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

SECONDS_A_WORD = 0.4
"""Estimate of speaking time: 150 words a minute, the rate of the voice."""

WORD_LIMIT = 15
"""Longest sentence that is spoken, in words (wording rule W01)."""

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_NAME = re.compile(r"\{(\w+)\}")
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def spoken_number(number: int) -> str:
    """Say a whole number from 0 to 99 in words; a larger one stays in digits."""
    if not 0 <= number < 100:
        return str(number)
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")


def spoken_hours(hours: float) -> str:
    """Say how long something has lasted: 0.2 -> `less than an hour`, 48 -> `two days`."""
    if hours < 1:
        return "less than an hour"
    for size, one, many in (
        (720, "a month", "months"),
        (168, "a week", "weeks"),
        (24, "a day", ""),
    ):
        if hours >= size:
            return _amount(hours / size, one, many or "days")
    return _amount(hours, "an hour", "hours")


def spoken_seconds(seconds: float) -> str:
    """Say how long something will take, in half or whole minutes: 100 -> `two minutes`."""
    if seconds < 45:
        return "half a minute"
    return _amount(seconds / 60, "one minute", "minutes")


def _amount(amount: float, one: str, many: str) -> str:
    rounded = max(1, round(amount))
    return one if rounded == 1 else f"{spoken_number(rounded)} {many}"


def spoken_list(parts: Sequence[str]) -> str:
    """Join alternatives: `a`, `a or b`, `a, b, or c`."""
    if len(parts) < 3:
        return " or ".join(parts)
    return f"{', '.join(parts[:-1])}, or {parts[-1]}"


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[str, ...]:
    """Cut a text into its sentences, at full stops, question and exclamation marks."""
    return tuple(part for part in _SENTENCE_END.split(text.strip()) if part)


def filled(text: str, names: Mapping[str, str]) -> str:
    """Put values in place of `{name}` and begin with a capital; an unknown name stays visible."""
    result = _NAME.sub(lambda match: names.get(match.group(1), match.group(0)), text)
    return result[:1].upper() + result[1:]


def speaking_seconds(sentences: Sequence[str]) -> float:
    """Estimate how long sentences take to say."""
    return SECONDS_A_WORD * sum(len(sentence.split()) for sentence in sentences)


def word_count(sentence: str) -> int:
    """Count the words of a sentence."""
    return len(sentence.split())
