"""The open decoder on an adapted language model, with scores as the model's own would give them.

An adapted model makes our sentences likely to the open decoder, too. The gate (understanding)
compares it with the decoders of legal sentences, and must compare with speech in general: with
adapted scores it told 20 legal sentences from 61 recordings that were not for us with an area under
the curve of .74; with the same texts scored by the model's own language model, .97; the decoder on
that model itself had .96.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from voice_skill.domain import model as nouns
from voice_skill.speech.const_fst import ExtraCosts
from voice_skill.speech.decoder import KaldiRecognizer, UtteranceDecoder


class GeneralDecoder(UtteranceDecoder):
    """Decodes with the adapted model; hypotheses stay in its order."""

    def __init__(
        self,
        recognizer: KaldiRecognizer,
        alternatives: int,
        extra: ExtraCosts,
        id_of: Callable[[str], int],
    ) -> None:
        """`extra`: what the model's own language model charges more; `id_of`: -1 for no word."""
        super().__init__(recognizer, "open", alternatives)
        self._extra = extra
        self._id_of = id_of

    def finish(self) -> tuple[nouns.Hypothesis, ...]:
        """End the utterance: its hypotheses, best first by the adapted model."""
        return tuple(replace(h, score=self._general(h)) for h in super().finish())

    def _general(self, hypothesis: nouns.Hypothesis) -> float:
        ids = [self._id_of(word) for word in hypothesis.text.split()]
        return hypothesis.score - self._extra.of(ids)


def extra_costs(path: Path) -> ExtraCosts | None:
    """Return the extra costs in a language model's file; None where there are none."""
    try:
        return ExtraCosts(path)
    except (OSError, ValueError, IndexError, struct.error):
        return None
