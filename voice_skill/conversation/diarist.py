"""Keeps the diary for a dialogue: carries out its actions, and tells it what came of them.

Writing takes some milliseconds, of the loop's own time; a diary that another program holds costs
`diary.store.WAIT_SECONDS`. Meanwhile the microphone is heard by the streams' thread as ever.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Literal

from voice_skill.diary.store import DiaryStore
from voice_skill.domain.diary import Episode, Moment
from voice_skill.domain.errors import DiaryError
from voice_skill.domain.events import (
    ChangeDiary,
    DiaryChanged,
    DiaryFailed,
    DiaryNoted,
    DiaryRead,
    NoteEpisode,
)

LOG = logging.getLogger(__name__)

DiaryEvent = DiaryRead | DiaryNoted | DiaryChanged | DiaryFailed


class Diarist:
    """Joins a dialogue to a diary on disk. `clock()` is the wall time, with its offset from UTC."""

    def __init__(self, store: DiaryStore, clock: Callable[[], Moment]) -> None:
        """Read nothing yet."""
        self.clock = clock
        self._store = store
        self.looked = False
        """Whether the dialogue was told what the diary holds."""

    def look(self, *, again: bool = False) -> Iterator[DiaryEvent]:
        """Tell what the diary holds, where that may have changed, or `again` all the same."""
        self.looked = True
        try:
            if self._store.has_changed() or again:
                contents = self._store.contents()
                yield DiaryRead(contents.exists, contents.kept, contents.episodes)
        except DiaryError as error:
            yield _failed(error, aloud=False)
        yield from self._damage()

    def carry_out(self, action: NoteEpisode | ChangeDiary) -> Iterator[DiaryEvent]:
        """Do it, and tell that it is done: what is told as done is on the disk."""
        aloud = isinstance(action, ChangeDiary) or action.aloud
        try:
            match action:
                case NoteEpisode(episode):
                    yield DiaryNoted(self._store.note(episode), aloud)
                case ChangeDiary(request, number):
                    self._change(request, number)
                    yield DiaryChanged(request)
        except DiaryError as error:
            yield _failed(error, aloud=aloud)
        yield from self._damage()

    def _change(
        self, request: Literal["keep", "stop", "delete_all", "delete_last"], number: int | None
    ) -> None:
        match request:
            case "keep" | "stop":
                self._store.keep(request == "keep")
            case "delete_all":
                self._store.clear()
            case "delete_last" if number is not None:
                self._store.remove(number)
            case _:
                pass

    def undo(self, before: Episode | None, after: Episode | None) -> None:
        """Take back what was noted since `before`, because the person was only pausing."""
        if after is None or after.id is None or after == before:
            return
        try:
            if before is not None and before.id == after.id:
                self._store.note(before)
            else:
                self._store.remove(after.id)
        except DiaryError as error:
            LOG.warning("half an episode stays in the diary: %s", error)

    def _damage(self) -> Iterator[DiaryEvent]:
        aside = self._store.take_set_aside()
        if aside is not None:
            LOG.warning("the diary was damaged and is kept as %s", aside)
            yield DiaryFailed("damaged")


def _failed(error: DiaryError, *, aloud: bool) -> DiaryFailed:
    LOG.warning("%s", error)
    return DiaryFailed(error.trouble, aloud)
