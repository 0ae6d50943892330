"""When to open lost streams again, and what to tell of them.

Pure: it is given what is seen and the time, and answers with what to do. `streams` does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_skill.audio.portaudio import Kind
from voice_skill.audio.sound_server import Place
from voice_skill.audio.watch import Trouble

BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0)
"""Before opening again; the last one for ever: a device that returns is found within it."""

MISPLACED_BACK_OFF_SECONDS = (0.2, 2.0, 10.0)
"""The same where the server has a device but gives us another: opening again may not help."""

SENTENCE_SECONDS = 6.0
"""So long an end that works is left to finish a sentence, which opening again would cut off."""

MOST_PATIENCE = 8.0
"""For zeros: opening again every 80 s does no harm to a microphone that is only gated."""

MOST_START_PATIENCE = 4.0
START_PATIENCE_STEP = 1.5

_LOST: Mapping[Trouble, Kind] = {
    Trouble.MICROPHONE_LOST: "microphone",
    Trouble.SPEAKER_LOST: "speaker",
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What is seen at one moment.

    `running` are the streams that are active, as PortAudio tells, `calling` those that have called
    back since they were opened, `heard_sound` whether
    the microphone gives anything but zeros, `audible` whether the assistant speaks,
    `person_speaks` whether somebody speaks to it, `news` whether a device came or went.
    """

    troubles: tuple[Trouble, ...] = ()
    places: Mapping[Kind, Place] = field(default_factory=dict)
    calling: frozenset[Kind] = frozenset(("microphone", "speaker"))
    running: frozenset[Kind] = frozenset(("microphone", "speaker"))
    heard_sound: bool = True
    audible: bool = False
    person_speaks: bool = False
    news: bool = False


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do now: tell of losses, tell of returns, open both streams again."""

    failed: tuple[Kind, ...] = ()
    recovered: tuple[Kind, ...] = ()
    reopen: bool = False


class Recovery:
    """Follows the losses of one pair of streams."""

    def __init__(self) -> None:
        """Begin with two good streams."""
        self._failed: set[Kind] = set()
        self._attempts = 0
        self._due: float | None = None
        self._whole_since = 0.0  # since the loss, or the last opening: nothing was cut off by us
        self._needs_sound = False  # told of zeros: only sound shows that it is mended
        self._doubted = False  # opened again because of zeros, and no sound since
        self._zeros_told = False
        self.patience = 1.0
        """For `Watch.troubles`: grows with every opening that zeros were the reason of."""
        self.start_patience = 1.0
        """For `Watch.troubles`: grows while streams that were opened do not begin."""

    @property
    def failed(self) -> frozenset[Kind]:
        """What was told to be lost and not yet to be back."""
        return frozenset(self._failed)

    def look(self, now: float, signs: Signs) -> Orders:
        """Return what to do; to be asked many times a second."""
        if signs.heard_sound:
            self._doubted = self._needs_sound = False
        if signs.news and self._failed:
            self._attempts, self._due = 0, None
        lost = _lost(signs)
        if not lost:
            self._due = None
            return self._zeros(signs) or Orders(recovered=self._mended(signs))
        told = self._tell(lost, now)
        hopeless = all(signs.places.get(kind) is Place.WRONG for kind in lost)
        return Orders(failed=told, reopen=not hopeless and self._is_due(now, lost, signs))

    def _tell(self, kinds: frozenset[Kind], now: float) -> tuple[Kind, ...]:
        new = kinds - self._failed
        if new:
            self._whole_since = now
            self._failed |= new
        return tuple(sorted(new))

    def _is_due(self, now: float, lost: frozenset[Kind], signs: Signs) -> bool:
        if self._due is None:
            misplaced = Place.MISPLACED in signs.places.values()
            steps = MISPLACED_BACK_OFF_SECONDS if misplaced else BACK_OFF_SECONDS
            self._due = now + steps[min(self._attempts, len(steps) - 1)]
        if now < self._due:
            return False
        answers = signs.audible and "speaker" not in lost
        told = signs.person_speaks and "microphone" not in lost
        if (answers or told) and now < self._whole_since + SENTENCE_SECONDS:
            return False
        if lost & signs.running - signs.calling:  # opened, and too slow to begin
            self.start_patience = min(
                self.start_patience * START_PATIENCE_STEP, MOST_START_PATIENCE
            )
        self._attempts += 1
        self._due = None
        self._whole_since = now
        return True

    def _zeros(self, signs: Signs) -> Orders | None:
        """Open again after zeros, and tell of them.

        At once where the microphone has a noise floor; else only when opening again did not help,
        and once in a lifetime: a noise gate gives zeros in every quiet hour, so patience grows,
        and nobody is told again and again that a good microphone does not work.
        """
        sudden = Trouble.SUDDEN_ZEROS in signs.troubles
        if not sudden and (Trouble.ONLY_ZEROS not in signs.troubles or signs.audible):
            return None
        told: tuple[Kind, ...] = ()
        if (sudden or (self._doubted and not self._zeros_told)) and not self._failed:
            self._zeros_told = True
            self._needs_sound = True
            self._failed.add("microphone")
            told = ("microphone",)
        if not signs.audible:
            self._doubted = True
            self.patience = min(2 * self.patience, MOST_PATIENCE)
        return Orders(failed=told, reopen=not signs.audible)

    def _mended(self, signs: Signs) -> tuple[Kind, ...]:
        mended = self._failed & signs.calling
        doubted = self._doubted and signs.places.get("microphone") is not Place.RIGHT
        if self._needs_sound or doubted:
            mended -= {"microphone"}
        self._failed -= mended
        if mended and not self._failed:
            self._attempts, self.start_patience = 0, 1.0
        return tuple(sorted(mended))


def _lost(signs: Signs) -> frozenset[Kind]:
    dead = {_LOST[trouble] for trouble in signs.troubles if trouble in _LOST}
    astray = {k for k, place in signs.places.items() if place in (Place.WRONG, Place.MISPLACED)}
    return frozenset(dead | astray)
