"""The first words aloud, once: at the first start, and again when the content words them anew."""

from __future__ import annotations

import logging

from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.domain import events
from voice_skill.domain.knowledge import Knowledge
from voice_skill.files.first_run import FirstRun

LOG = logging.getLogger(__name__)


class Introduction:
    """Has the first words said, and remembers it once they were spoken or cut short.

    Words that no voice could speak, or in the middle of which the program was killed, are due at
    the next start, too. Where nothing can be remembered they are said at every start.
    """

    def __init__(
        self, knowledge: Knowledge, first_run: FirstRun, *, recorded: bool = False
    ) -> None:
        """Take the words from the content, before the country's number is filled in.

        `recorded`: what is heard is kept as sound, which they tell.
        """
        self._recorded = recorded
        self._words = knowledge.prompts["first_run"]
        self._first_run = first_run
        self._under_way = False
        self.is_due = first_run.is_due(self._words)

    def begin(self, loop: DialogueLoop, now: float) -> None:
        """Begin to say them, in the manner that holds; stopped like anything else that is said."""
        self._under_way = True
        loop.handle(events.FirstRun(self._recorded), now)

    def no_voice(self) -> None:
        """Take in that nothing can be heard: they remain due."""
        self._under_way = False

    def look(self, *, speaking: bool) -> None:
        """Remember them when nothing is being said any more."""
        if not self._under_way or speaking:
            return
        self._under_way = False
        try:
            self._first_run.note(self._words)
        except OSError as error:
            LOG.warning("the first words will be said again: %s", error)
