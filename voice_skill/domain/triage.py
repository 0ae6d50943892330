"""Warning signs: deterministic rules over the words of every hypothesis, aware of negation.

Matching is by whole words (`numb*`: any word that begins so; phrases stand together, in order).
All groups of an alternative must be found, in any order. A sign that is denied does not count
(`my calf is not swollen`), but only a plain denial is believed: the negation must reach the sign
over small words and other signs (`no fever or chest pain`). Any other word between them, a second
negation, or doubt (`not sure`, `not very`) leaves the sign standing: an error is on the serious
side. So does a comparison after it: `never had swelling like this` tells of some. A figure of
speech hides the words inside it (`passed out the leaflets`) and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_skill.domain.knowledge import AlarmRule, AlarmWords
from voice_skill.domain.model import Alarm

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[,.;:!?]")
_REJOINED = {"cant": "can't", "cannot": "can't", "dont": "don't", "doesnt": "doesn't",
             "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wont": "won't",
             "havent": "haven't", "hasnt": "hasn't"}  # fmt: skip

_NEGATIONS = ("no", "not", "never", "without", "none", "neither", "nor", "isn't", "aren't",
              "wasn't", "weren't", "ain't", "don't", "doesn't", "didn't", "haven't", "hasn't",
              "hadn't")  # fmt: skip
# `Never had it before`, `not like this`, `not until now`: it is here, and it is new.
_COMPARISONS = ("like this", "like that", "this bad", "that bad", "before", "until", "till")
# Inability is a sign, not a denial: "can't breathe", "I can't stand this chest pain".
_INABILITY = frozenset(("can't", "couldn't", "won't", "wouldn't"))
# A denial reaches over these. Degree words are left out on purpose: "not very swollen" is swollen.
_BRIDGE = frozenset(
    (
        "a", "an", "any", "have", "has", "had", "having", "got", "get", "getting", "feel", "feels",
        "feeling", "be", "been", "being", "or", "signs", "sign", "of", "new", "sudden", "either",
        "currently", "noticed", "notice", "see", "seen",
    )
)  # fmt: skip
_FUNCTION_WORDS = frozenset(
    (
        "i", "i'm", "i've", "my", "me", "it", "it's", "its", "is", "are", "was", "the", "this",
        "that", "in", "on", "to", "at", "for", "with", "and", "but", "if", "when", "one", "you",
        "your", "all", "so", "too", "very", "up", "down", "out", "just", "only",
    )
)  # fmt: skip
_REACH_WORDS = 3  # other signs between the denial and the sign
_COMPARED_WITHIN = 5  # words between the sign and a comparison: "in my left leg like this"
_SENTENCE_ENDS = frozenset(".;:!?")

Tokens = tuple[str, ...]
Span = tuple[int, int]


def tokens_of(text: str) -> Tokens:
    """Cut a text into lower-case words and punctuation; `cannot` and `can not` become `can't`."""
    plain = text.lower().replace("\u2019", "'").replace("can not", "can't")
    return tuple(_REJOINED.get(token, token) for token in _TOKEN.findall(plain))


@dataclass(frozen=True, slots=True)
class _Term:
    """One word, prefix or phrase of a rule, named by its pattern (`numb*`)."""

    pattern: str
    words: Tokens
    denies: bool  # holds a negation itself, so no other one can deny it

    @property
    def is_prefix(self) -> bool:
        return self.pattern.endswith("*")

    def ends_at(self, tokens: Tokens, start: int) -> int | None:
        """Return where the term ends when it stands at `start`, else None."""
        end = start + len(self.words)
        if end > len(tokens) or tokens[start : end - 1] != self.words[:-1]:
            return None
        last, wanted = tokens[end - 1], self.words[-1]
        return end if last == wanted or (self.is_prefix and last.startswith(wanted)) else None


class _Vocabulary:
    """All terms, found in a text in one pass: looked up by their first word or their prefix."""

    def __init__(self, negating: frozenset[str]) -> None:
        self.terms: dict[str, _Term] = {}
        self._negating = negating
        self._by_word: dict[str, list[_Term]] = {}
        self._by_prefix: dict[str, list[_Term]] = {}

    def add(self, pattern: str) -> str:
        """Take in a pattern, once; returns it."""
        words = tokens_of(pattern.removesuffix("*"))
        if pattern not in self.terms and words:
            term = _Term(pattern, words, bool(self._negating & set(words)))
            single_prefix = term.is_prefix and len(words) == 1
            index = self._by_prefix if single_prefix else self._by_word
            index.setdefault(words[0], []).append(term)
            self.terms[pattern] = term
        return pattern

    def spans(self, tokens: Tokens) -> dict[str, list[Span]]:
        """Return where each term stands, by pattern."""
        found: dict[str, list[Span]] = {}
        for at, token in enumerate(tokens):
            candidates = list(self._by_word.get(token, ()))
            for size in range(1, len(token) + 1):
                candidates += self._by_prefix.get(token[:size], ())
            for term in candidates:
                end = term.ends_at(tokens, at)
                if end is not None:
                    found.setdefault(term.pattern, []).append((at, end))
        return found


class _Text:
    """The tokens of one hypothesis, the terms in it, and which of them are denied."""

    def __init__(self, text: str, triage: Triage) -> None:
        self.tokens = tokens_of(text)
        self.spans = triage.vocabulary.spans(self.tokens)
        self._triage = triage
        self._figures = [
            span
            for pattern, spans in self.spans.items()
            if pattern in triage.figures
            for span in spans
        ]
        self._comparisons = [
            span[0]
            for pattern, spans in self.spans.items()
            if pattern in triage.comparisons
            for span in spans
            if not self._figurative(span)
        ]
        self._own = {  # positions of negations that belong to a sign
            at
            for pattern, spans in self.spans.items()
            if triage.vocabulary.terms[pattern].denies
            for start, end in spans
            for at in range(start, end)
        }

    def standing(self, pattern: str) -> list[Span]:
        """Return the places where a term stands, is not denied, and is no figure of speech."""
        spans = [span for span in self.spans.get(pattern, []) if not self._figurative(span)]
        if not spans or self._triage.vocabulary.terms[pattern].denies:
            return spans
        return [span for span in spans if not self._denied(span[0]) or self._is_compared(span[1])]

    def first(self, group: frozenset[str]) -> Span | None:
        """Return the first place where any term of a group stands and is not denied."""
        return next(
            (span for pattern in self.spans if pattern in group for span in self.standing(pattern)),
            None,
        )

    def words(self, span: Span) -> str:
        return " ".join(self.tokens[span[0] : span[1]])

    def _figurative(self, span: Span) -> bool:
        return any(start <= span[0] and span[1] <= end for start, end in self._figures)

    def _negation_before(self, end: int) -> int | None:
        """Return where the negation that ends just before `end` begins, or None."""
        for negation in self._triage.negations:
            start = end - len(negation)
            if start >= 0 and self.tokens[start:end] == negation and start not in self._own:
                return start
        return None

    def _denied(self, start: int) -> bool:
        at, signs = start, 0
        while at > 0:
            negation = self._negation_before(at)
            if negation is not None:
                return not self._double(negation)
            word = self.tokens[at - 1]
            if word in self._triage.sign_words:
                signs += 1
            elif word not in _BRIDGE:
                return False
            if signs > _REACH_WORDS:
                return False
            at -= 1
        return False

    def _is_compared(self, end: int) -> bool:
        """A comparison soon after a denied sign says that it is here: `never before`."""
        return any(
            end <= at <= end + _COMPARED_WITHIN and _SENTENCE_ENDS.isdisjoint(self.tokens[end:at])
            for at in self._comparisons
        )

    def _double(self, negation: int) -> bool:
        """A negation before this negation turns it round; the answer `no` does not."""
        at = negation
        while at > 0 and self.tokens[at - 1] in _BRIDGE:
            at -= 1
        before = self._negation_before(at)
        return before is not None and self.tokens[before:at] != ("no",)


class Triage:
    """Compiled warning signs. Make it once; a text costs a small part of a millisecond."""

    def __init__(self, rules: Iterable[AlarmRule], words: AlarmWords) -> None:
        """Compile the rules; negations and comparisons of `words` replace the usual ones."""
        usable = [tokens_of(negation) for negation in words.negations or _NEGATIONS]
        self.negations = tuple(n for n in usable if n and not _INABILITY & set(n))
        single = {negation[0] for negation in self.negations if len(negation) == 1}
        self.vocabulary = _Vocabulary(frozenset(single | _INABILITY))
        add = self.vocabulary.add
        self._rules = tuple(rules)
        self._matches = {
            rule.id: [[frozenset(add(x) for x in group) for group in p] for p in rule.match]
            for rule in self._rules
        }
        self._words = frozenset(add(word) for word in words.words)
        negating = {word for negation in self.negations for word in negation}
        self.sign_words = (
            frozenset(word for term in self.vocabulary.terms.values() for word in term.words)
            - _FUNCTION_WORDS
            - negating
        )
        # Not signs, so they neither carry a denial on nor keep one from counting.
        self._excludes = {r.id: [add(x) for x in r.exclude] for r in self._rules}
        self._word_excludes = frozenset(add(word) for word in words.exclude)
        self.figures = frozenset(add(figure) for figure in words.figures)
        self.comparisons = frozenset(map(add, words.comparisons or _COMPARISONS))

    def check(self, texts: Sequence[str]) -> Alarm | None:
        """Return the most serious alarm over all texts; the earlier rule where two are equal."""
        best: Alarm | None = None
        for text in map(self._text, texts):
            for rule in self._rules:
                if best is not None and rule.level <= best.level:
                    continue
                signs = self._signs(rule, text)
                if signs:
                    best = Alarm(rule.id, rule.level, signs)
        return best

    def alarm_words(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the alarm words of all texts that are not denied, nor in an excluded phrase."""
        found: dict[str, None] = {}
        for text in map(self._text, texts):
            hidden = {
                at
                for pattern, spans in text.spans.items()
                if pattern in self._word_excludes
                for start, end in spans
                for at in range(start, end)
            }
            for pattern in text.spans:
                for span in text.standing(pattern) if pattern in self._words else ():
                    if hidden.isdisjoint(range(*span)):
                        found.setdefault(text.words(span))
        return tuple(found)

    def _text(self, text: str) -> _Text:
        return _Text(text, self)

    def _signs(self, rule: AlarmRule, text: _Text) -> tuple[str, ...]:
        """Return the words of the first alternative that stands, unless an exclusion does."""
        for alternative in self._matches[rule.id]:
            spans: list[Span] = []
            for group in alternative:
                span = text.first(group)
                if span is None:
                    break
                spans.append(span)
            else:
                excluded = any(x in text.spans for x in self._excludes[rule.id])
                return () if excluded else tuple(text.words(span) for span in spans)
        return ()
