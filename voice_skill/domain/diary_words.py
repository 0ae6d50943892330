"""What a sentence to the diary asks for: looked up word by word in the content's lists.

The intents say that it is for the diary; these lists say which question, which period, what is to
be noted. A word that is not found leaves the general answer, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar, cast

from voice_skill.domain.diary import PERIODS, DiaryWords, Episode, Period, Words
from voice_skill.domain.triage import tokens_of

Name = TypeVar("Name", bound=str)

Request = Literal["keep", "stop", "another", "last"]
"""What can be wanted beside noting, asking and deleting all."""


def stands_in(pattern: str, tokens: tuple[str, ...]) -> bool:
    """Whether a word, prefix (`help*`) or phrase stands in what was said."""
    prefix = pattern.endswith("*")
    words = tokens_of(pattern.removesuffix("*"))
    ends = range(len(words), len(tokens) + 1)
    return bool(words) and any(
        tokens[end - len(words) : end - 1] == words[:-1]
        and (tokens[end - 1] == words[-1] or (prefix and tokens[end - 1].startswith(words[-1])))
        for end in ends
    )


def named(text: str, words: Words, names: Iterable[Name]) -> Name | None:
    """Return the first of `names` of which a word stands in `text`."""
    tokens = tokens_of(text)
    return next(
        (name for name in names if any(stands_in(word, tokens) for word in words.get(name, ()))),
        None,
    )


def asks_to(request: Request, text: str, words: DiaryWords) -> bool:
    """Whether a request stands in what was said."""
    return named(text, words.requests, (request,)) is not None


def period_of(text: str, words: DiaryWords) -> Period | None:
    """Return the period that a question names."""
    return named(text, words.periods, PERIODS)


def told_in(text: str, words: DiaryWords, episode: Episode) -> Episode:
    """Return an episode with what the sentence itself tells: `log a cramp in my left calf`."""
    found = {slot: named(text, values, tuple(values)) for slot, values in words.told.items()}

    def told(slot: str) -> str | None:
        return found.get(slot) or cast("str | None", getattr(episode, slot))

    return Episode(
        episode.at,
        told("site"),
        told("side"),
        told("sensation"),
        told("timing"),
        told("trigger"),
        episode.hours,
        episode.routine,
        episode.helped,
        episode.id,
    )
