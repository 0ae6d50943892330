"""The sound of tested utterances for a page that carries it: so many bytes in all, no more."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.encoding import flac
from voice_skill.audio.files import SAMPLE_RATE, read_recording
from voice_skill.domain.errors import AudioError
from voice_skill.evaluation.conditions import Condition, Conditions
from voice_skill.evaluation.phrasing import condition_text
from voice_skill.evaluation.results import Result
from voice_skill.evaluation.rows import Row

Samples = NDArray[np.int16]

MOST_BYTES = 20 * 2**20
"""What all clips of a page may take together, as they stand in it."""

LONGEST_SECONDS = 60.0
KIND = "data:audio/flac;base64,"


@dataclass(frozen=True, slots=True)
class Clip:
    """What a page can offer of one recording.

    `data` is a data: URI, empty where the sound is not in the page; `link` leads to the file, empty
    where there is none; `remark` says what is not as one would expect.
    """

    data: str = ""
    link: str = ""
    remark: str = ""


class Clips:
    """Gives the clips of one page, until they are too many bytes."""

    def __init__(
        self, page: Path, conditions: Conditions | None, most_bytes: int = MOST_BYTES
    ) -> None:
        """`page` is where links start from; `conditions` those of the test, None if unknown."""
        self._folder = page.absolute().parent
        self._conditions = conditions
        self._left = most_bytes

    def of(self, result: Result) -> Clip | None:
        """Return the clip of a result as it was tested, None for a row of text alone."""
        if result["audio"] is None:
            return None
        path = Path(result["audio"])
        link = link_to(path, self._folder)
        if self._left <= 0:
            return Clip("", link, "not in the page, which would grow too large: the file")
        try:
            samples = read_recording(path, limit_seconds=LONGEST_SECONDS)
            condition = self._condition(result)
            if condition is not None:
                samples = condition.apply(samples)
        except AudioError as error:
            return Clip(remark=f"no sound: {error}")
        remark = ""
        if condition is None and condition_text(result["condition"]):
            remark = "the recording itself, not as it was heard in the test"
        data = KIND + base64.b64encode(flac(samples, SAMPLE_RATE)).decode("ascii")
        self._left -= len(data)
        if self._left < 0:
            self._left = 0
            return Clip("", link, "not in the page, which would grow too large: the file")
        return Clip(data, link, remark)

    def _condition(self, result: Result) -> Condition | None:
        """Return the condition that the result was heard under; None if it is not known."""
        if self._conditions is None or result["audio"] is None:
            return None
        row = Row(result["source"], Path(result["audio"]), result["text"], None, None)
        planned = self._conditions.rows([row])
        return next((c for _, c in planned if c.entry() == result["condition"]), None)


def link_to(path: Path, folder: Path) -> str:
    """Return a relative link from a page in `folder` to a file, safe to stand in `href`."""
    relative = os.path.relpath(path.absolute(), folder)
    # The dot keeps a name with a colon from being read as a scheme.
    return "./" + quote(os.fsencode(relative), safe="/")
