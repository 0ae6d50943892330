"""The diary on a terminal: one line an entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voice_skill.domain.diary import Episode


def diary_lines(episodes: Sequence[Episode]) -> Iterator[str]:
    """Yield a line for each entry; what was not told is left out."""
    for episode in episodes:
        told = [
            " ".join(filter(None, (episode.side, episode.site))),
            episode.sensation,
            episode.timing and f"told of: {episode.timing}",
            episode.trigger and f"after: {episode.trigger}",
            None if episode.hours is None else f"for {episode.hours:g} h",
            episode.routine and episode.routine.replace("_", " "),
            {True: "helped", False: "did not help", None: None}[episode.helped],
        ]
        yield f"{episode.at:%Y-%m-%d %H:%M}  {', '.join(filter(None, told)) or '(only the time)'}"
