"""What was heard, kept as recordings because somebody asked for it: `listen --keep-audio DIR`.

One WAV an utterance, named by its time, and a manifest that `voice-skill test` reads: what each was
taken for, to be put right by hand. Written in a thread of its own, so that no disk makes listening
wait.
"""

from __future__ import annotations

import datetime
import json
import os
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.encoding import wav
from voice_skill.conversation.listener import SAMPLE_RATE
from voice_skill.conversation.take_folder import MANIFEST
from voice_skill.domain.errors import UsageError
from voice_skill.domain.model import Decision, Understanding, Utterance
from voice_skill.files.atomic import whole_file
from voice_skill.files.private_folder import private_folder

MOST_WAITING = 16
"""Recordings that wait to be understood or written, 0.6 MB each at most; later ones are dropped."""

LONGEST_END_SECONDS = 5.0
"""So long the end of the program waits for a disk."""

ALARM = "alarm"

Samples = NDArray[np.int16]


class KeptAudio:
    """A folder of recordings, for their owner alone.

    `heard` is called where the sound is, `understood` where its meaning is known; both return at
    once. `failed(reason)` is told once when the folder cannot be written to, and again only after
    it could: nothing else happens then.
    """

    def __init__(self, folder: Path, failed: Callable[[str], None]) -> None:
        """Make the folder. UsageError where that fails, or where other things are in it."""
        self._folder = folder
        self._failed = failed
        self._lock = threading.Lock()
        self._heard: OrderedDict[datetime.datetime, Samples] = OrderedDict()
        self._jobs: queue.Queue[tuple[datetime.datetime, Samples, dict[str, object]] | None]
        self._jobs = queue.Queue(MOST_WAITING)
        self._broken = False
        make_folder(folder)
        self._thread = threading.Thread(target=self._write_all, name="kept audio", daemon=True)

    @property
    def manifest(self) -> Path:
        """The file that tells what each recording was taken for."""
        return self._folder / MANIFEST

    def __enter__(self) -> KeptAudio:
        """Begin to write."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what waits, as long as the disk does not take for ever."""
        try:
            self._jobs.put(None, timeout=LONGEST_END_SECONDS)
        except queue.Full:
            return
        self._thread.join(LONGEST_END_SECONDS)

    def heard(self, samples: Samples, utterance: Utterance) -> None:
        """Take the sound of an utterance; one without a time of day has no name, and is left."""
        if utterance.moment is None:
            return
        with self._lock:
            self._heard[utterance.moment] = samples
            while len(self._heard) > MOST_WAITING:
                self._heard.popitem(last=False)

    def understood(self, utterance: Utterance, understanding: Understanding) -> None:
        """Take the meaning of an utterance; with its sound it is written."""
        with self._lock:
            samples = self._heard.pop(utterance.moment, None) if utterance.moment else None
        if samples is None or utterance.moment is None:  # the joined whole of two that were taken
            return
        try:
            self._jobs.put_nowait((utterance.moment, samples, label(utterance, understanding)))
        except queue.Full:
            self._tell("the disk is too slow")

    def _write_all(self) -> None:
        while (job := self._jobs.get()) is not None:
            moment, samples, row = job
            try:
                self._write(moment, wav(samples, SAMPLE_RATE), row)
            except Exception as error:  # a thread that fails posts its failure
                self._tell(getattr(error, "strerror", None) or str(error) or type(error).__name__)
            else:
                self._broken = False

    def _tell(self, reason: str) -> None:
        if not self._broken:
            self._broken = True
            self._failed(reason)

    def _write(self, moment: datetime.datetime, data: bytes, row: dict[str, object]) -> None:
        """Write the sound, then its line: a line always has its sound."""
        path = self._free(moment)
        with whole_file(path) as stream:
            stream.write(data)
        line = json.dumps({"audio": path.name, **row}, ensure_ascii=False) + "\n"
        try:
            _append(self.manifest, line.encode("utf-8"))
        except OSError:
            path.unlink(missing_ok=True)
            raise

    def _free(self, moment: datetime.datetime) -> Path:
        """Return a name that no file has: `2026-03-01T02-14-09.250.wav`."""
        stem = moment.strftime("%Y-%m-%dT%H-%M-%S.") + f"{moment.microsecond // 1000:03d}"
        names = (stem if n == 1 else f"{stem}_{n}" for n in range(1, 10_000))
        return next(p for name in names if not (p := self._folder / f"{name}.wav").exists())


def make_folder(folder: Path) -> None:
    """Make the folder of recordings. UsageError where that fails, or where other things are in it.

    One that is there already stays as it is.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file, not a folder", hint="name another folder")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
            raise UsageError(f"{folder} holds other files", hint="name a new folder")
        private_folder(folder)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be used: {error.strerror or error}",
            hint="name a folder that is yours to write to",
        ) from error


def label(utterance: Utterance, understanding: Understanding) -> dict[str, object]:
    """Return the manifest's row: text, what it was taken for, the state it was said in."""
    urgent = understanding.decision is Decision.URGENT
    intent = ALARM if urgent else understanding.intent
    refused = understanding.decision in (Decision.REJECT, Decision.CHOOSE)
    row: dict[str, object] = {"text": understanding.text, "intent": None if refused else intent}
    if understanding.slots and not (refused or urgent):
        row["slots"] = {slot.name: slot.value for slot in understanding.slots}
    tags = ["kept", f"decision:{understanding.decision.value}"]
    return {**row, "state": utterance.state, "tags": tags}


def _append(path: Path, data: bytes) -> None:
    """Add a line for the owner alone, whole or not at all."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as stream:
        end = stream.seek(0, os.SEEK_END)
        try:
            stream.write(data)
            stream.flush()
        except OSError:
            stream.truncate(end)
            raise
