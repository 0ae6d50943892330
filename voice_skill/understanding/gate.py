"""Was it really for us? Compares the domain decoder's sentence with what the open decoder heard.

A grammar makes a legal sentence of anything. The likelihood ratio per 30 ms frame tells such a
forced sentence from one that was spoken (recognition.md: .994 of sentences kept at 1 % false
acceptance); where the open decoder heard the same words, or the same meaning, nothing is to doubt.
The exact decoder's sentences have a gate of their own, and in all else they are as forced as the
bigram ("domain") decoder's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, auto

from rapidfuzz import fuzz

from voice_skill.domain.language import Thresholds
from voice_skill.domain.model import Decoder, Hypothesis

NEAR_BAND = 0.1
"""So much log likelihood a frame below the gate is asked about; below that is not for us."""

EXACT_NEAR_BAND = 0.05
"""The same for the exact decoder's gate, which tells the two apart more sharply."""

SIGN_GATE = -0.04
"""A forced hypothesis with a warning sign is believed if its score a frame is at most so much
below the open decoder's; below that the sign brings the screening question instead."""

SHORT_WORDS = 2
"""A sentence of so many words needs more than the exact decoder."""

FRAMES_A_WORD, FRAMES_BESIDE = 25, 60
"""Nobody takes longer for a sentence: 0.75 s a word (slow speech takes 0.5 s), and 1.8 s for the
silences before and after it.

Where several people talk at once no decoder finds words, all are about as (un)likely, and ten
seconds of a television came out as the eight words of a legal sentence."""

CLEAR = 0.9
"""The open decoder's score a frame for speech that it can make out: at 10 dB of kitchen noise at
least .94, half of it over 1.28; where several people talk at once .8. Below it a ratio of two
likelihoods says little: one decoder fails as the other does."""

_SAME_WORDS = 85.0
_HEARD_WORDS = 70.0
_LIKE_WORDS = 50.0
_ECHO = 50.0


class Passage(Enum):
    """What the gate says to a legal sentence; the more open first."""

    OPEN = auto()
    NEAR = auto()
    SHUT = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The passage and the reason for it, in plain words."""

    passage: Passage
    reason: str


_SAME_MEANING = Verdict(Passage.OPEN, "the open decoder understood the same")
_TOO_FEW_WORDS = Verdict(Passage.SHUT, "too few words for so long a sound")


def of_decoder(hypotheses: Sequence[Hypothesis], decoder: Decoder) -> tuple[Hypothesis, ...]:
    """Return those of one decoder, best first."""
    return tuple(h for h in hypotheses if h.decoder == decoder)


def free_hypotheses(hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Return those of the open decoder, and typed text."""
    return tuple(h for h in hypotheses if h.decoder in ("open", "text"))


def by_decoder(hypotheses: Sequence[Hypothesis]) -> list[list[Hypothesis]]:
    """Return the hypotheses of each decoder, best first, in the order the decoders come."""
    grouped: dict[str, list[Hypothesis]] = {}
    for hypothesis in hypotheses:
        grouped.setdefault(hypothesis.decoder, []).append(hypothesis)
    return list(grouped.values())


def judge(
    text: str, hypotheses: Sequence[Hypothesis], *, same_meaning: bool, gate: float
) -> Verdict:
    """Judge the legal sentence `text` of a domain decoder.

    `same_meaning`: the open decoder's words parse to the same intent. `gate`: the smallest
    (best domain score - best open score) / frames that passes.
    """
    heard = of_decoder(hypotheses, "open")
    if not heard:
        return Verdict(Passage.OPEN, "no open decoder to compare with")
    if same_meaning:
        return _SAME_MEANING
    if has_too_few_words(text, hypotheses):
        return _TOO_FEW_WORDS
    compared = _compared(likelihood_margin(hypotheses), gate, NEAR_BAND)
    return _heard_alike(text, heard) or _if_clear(compared, heard)


def judge_exact(
    best: Hypothesis, hypotheses: Sequence[Hypothesis], *, same_meaning: bool, gate: float
) -> Verdict:
    """Judge the exact decoder's best legal sentence, where the bigram decoder heard none.

    `gate`: the smallest (its score - best open score) / frames that passes. A sentence of one or
    two words never does by its likelihood or its letters: noise is as like to one as to none.
    """
    heard = of_decoder(hypotheses, "open")
    if same_meaning:
        return _SAME_MEANING
    if len(best.text.split()) <= SHORT_WORDS:
        return Verdict(Passage.SHUT, "a short sentence that no other decoder heard")
    if not heard:
        return Verdict(Passage.SHUT, "no other decoder heard it")
    if has_too_few_words(best.text, hypotheses):
        return _TOO_FEW_WORDS
    compared = _compared(exact_margin((best, *heard)), gate, EXACT_NEAR_BAND)
    if compared.passage is Passage.SHUT:
        return compared  # however alike: the nearest template to what was heard word for word
    return _heard_alike(best.text, heard) or _if_clear(compared, heard)


def _if_clear(compared: Verdict, heard: Sequence[Hypothesis]) -> Verdict:
    """Leave a likelihood ratio in doubt where the open decoder made nothing out."""
    unclear = all(h.score < CLEAR * h.frames for h in heard)
    if compared.passage is Passage.OPEN and unclear:
        return Verdict(Passage.NEAR, f"{compared.reason}, but nothing is clear")
    return compared


def has_too_few_words(text: str, hypotheses: Sequence[Hypothesis]) -> bool:
    """Say whether the sound is far longer than anybody takes to say these words."""
    frames = max((h.frames for h in hypotheses), default=0)
    return frames > FRAMES_A_WORD * len(text.split()) + FRAMES_BESIDE


def _heard_alike(text: str, heard: Sequence[Hypothesis]) -> Verdict | None:
    """Let pass what the open decoder heard nearly so; None when it heard something else."""
    alike = (fuzz.ratio(text, h.text) for h in heard if _no_other_word(text, h.text))
    likeness = max(alike, default=0.0)
    if likeness >= _SAME_WORDS:
        return Verdict(Passage.OPEN, f"the open decoder heard nearly the same ({likeness:.0f} %)")
    return None


def _no_other_word(text: str, heard: str) -> bool:
    """Say whether no word stands in the place of one that is quite unlike it.

    `volume down please` is 88 % like `volume up please` and means the opposite.
    """
    written, said = text.split(), heard.split()
    changes = SequenceMatcher(None, written, said, autojunk=False).get_opcodes()
    return all(
        _alike(written[a:b], said[c:d]) for change, a, b, c, d in changes if change == "replace"
    )


def _alike(written: Sequence[str], said: Sequence[str]) -> bool:
    """Say whether all words together are alike, and, of several, the first and the last word too.

    "since i woke" and "and it wakes me" share more than half of their letters.
    """
    ends = [(written, said), (written[:1], said[:1]), (written[-1:], said[-1:])]
    pairs = ends if min(len(written), len(said)) > 1 else ends[:1]
    return all(fuzz.ratio(" ".join(one), " ".join(other)) >= _LIKE_WORDS for one, other in pairs)


def _compared(margin: float | None, gate: float, band: float) -> Verdict:
    """Judge by log likelihood a frame against the open decoder."""
    if margin is None:
        return Verdict(Passage.NEAR, "the open decoder heard something else, and gave no score")
    compared = f"{margin:+.2f} a frame against the open decoder, the gate is {gate:+.2f}"
    if margin >= gate:
        return Verdict(Passage.OPEN, compared)
    if margin >= gate - band:
        return Verdict(Passage.NEAR, f"{compared}: a little too low")
    return Verdict(Passage.SHUT, f"{compared}: far too low")


def heard_at_all(
    hypotheses: Sequence[Hypothesis], thresholds: Thresholds
) -> tuple[Hypothesis, ...]:
    """Leave out the exact decoder's sentences where they are far from what was said.

    It makes a fluent sentence of anything, warning signs among them ("there's pus on my leg" of
    "this be a lack of vitamin d"); such a one is no doubtful sign but none at all.
    """
    margin = exact_margin(hypotheses)
    if margin is None or margin >= thresholds.exact_gate - 2 * EXACT_NEAR_BAND:
        return tuple(hypotheses)
    return tuple(h for h in hypotheses if h.decoder != "exact")


def credible(hypotheses: Sequence[Hypothesis], thresholds: Thresholds) -> tuple[Hypothesis, ...]:
    """Return what may have been said: without a forced decoder's where its gate is shut.

    Its words are forced upon whatever was heard: a television becomes symptoms and warning signs.
    The exact decoder is believed only together with the domain decoder, and then its best sentence
    and those that are nearly as likely: every one of its alternatives is fluent. A forced sentence
    of one or two words is believed only where the open decoder heard nearly the same: any short
    sound is like some word of the grammar ("flooring" like "slurring").
    """
    open_heard = of_decoder(hypotheses, "open")
    domain = likelihood_margin(hypotheses)
    if domain is not None and domain < thresholds.gate - NEAR_BAND:
        return free_hypotheses(hypotheses)
    margin = exact_margin(hypotheses)
    shut = margin is not None and margin < thresholds.exact_gate - EXACT_NEAR_BAND
    best = max((h.score for h in of_decoder(hypotheses, "exact")), default=0.0)
    return tuple(
        h
        for h in hypotheses
        if (h.decoder != "exact" or not (shut or h.score <= best - thresholds.exact_margin))
        and (h.decoder in ("open", "text") or not open_heard or _is_backed(h, open_heard))
    )


def is_echoed(
    forced: Hypothesis, signs: Sequence[str], hypotheses: Sequence[Hypothesis], *, legal: bool
) -> bool:
    """Say whether the open decoder heard the words of a sign, or nearly the sentence it stands in.

    The bigram decoder puts a word of the grammar in the place of any that it lacks ("my legs are
    blue" of "ma legs are loupin"), in a sentence that is otherwise right, so that its likelihood
    shows nothing. A whole `legal` sentence needs less: half of its letters.
    """
    heard = of_decoder(hypotheses, "open")
    if not heard:
        return True
    if legal and max(fuzz.ratio(forced.text, h.text) for h in heard) >= _ECHO:
        return True
    words = {word for sign in signs for word in sign.split()}
    return any(
        all(any(fuzz.ratio(word, said) >= _SAME_WORDS for said in h.text.split()) for word in words)
        for h in heard
    )


def is_heard(words: str, hypotheses: Sequence[Hypothesis]) -> bool:
    """Say whether some part of what the open decoder heard is like `words`; yes of no words."""
    heard = free_hypotheses(hypotheses)
    return not (words and heard) or any(
        fuzz.partial_ratio(words, h.text) >= _HEARD_WORDS for h in heard
    )


def _is_backed(forced: Hypothesis, open_heard: Sequence[Hypothesis]) -> bool:
    """Say whether what the open decoder heard leaves room for this sentence."""
    if len(forced.text.split()) <= SHORT_WORDS:
        return _heard_alike(forced.text, open_heard) is not None
    margin = _margin((forced, *open_heard), forced.decoder)
    return margin is None or margin >= SIGN_GATE


def likelihood_margin(hypotheses: Sequence[Hypothesis]) -> float | None:
    """Return (best domain score - best open score) / frames; None without scores of both.

    The exact decoder's scores are no part of it: it has no sentences that are not for us.
    """
    return _margin(hypotheses, "domain")


def exact_margin(hypotheses: Sequence[Hypothesis]) -> float | None:
    """Return the same for the exact decoder, its bonus for each word included."""
    return _margin(hypotheses, "exact")


def _margin(hypotheses: Sequence[Hypothesis], decoder: Decoder) -> float | None:
    forced = [h for h in of_decoder(hypotheses, decoder) if h.frames > 0]
    heard = [h for h in of_decoder(hypotheses, "open") if h.frames > 0]
    if not forced or not heard:
        return None
    frames = max(h.frames for h in forced)
    return (max(h.score for h in forced) - max(h.score for h in heard)) / frames
