"""Warning signs: deterministic rules over the words of every hypothesis, aware of negation.

Matching is by whole words (`numb*`: any word that begins so; phrases stand together, in order).
All groups of an alternative must be found, in any order. A sign that is denied does not count
(`my calf is not swollen`), but only a plain denial is believed: the negation must reach the sign
over small words and other signs (`no fever or chest pain`). Any other word between them, a second
negation, or doubt (`not sure`, `not very`) leaves the sign standing: an error is on the serious
side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_skill.domain.model import Alarm, AlarmRule, AlarmWords

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[,.;:!?]")
_REJOINED = {"cant": "can't", "cannot": "can't", "dont": "don't", "doesnt": "doesn't",
             "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wont": "won't",
             "havent": "haven't", "hasnt": "hasn't"}  # fmt: skip

_NEGATIONS = ("no", "not", "never", "without", "none", "neither", "nor", "isn't", "aren't",
              "wasn't", "weren't", "ain't", "don't", "doesn't", "didn't", "haven't", "hasn't",
              "hadn't")  # fmt: skip
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

Tokens = tuple[str, ...]
Span = tuple[int, int]


def tokens_of(text: str) -> Tokens:
    """Cut a text into lower-case words and punctuation; `cannot` and `can not` become `can't`."""
    plain = text.lower().replace("\u2019", "'").replace("can not", "can't")
    return tuple(_REJOINED.get(token, token) for token in _TOKEN.findall(plain))


@dataclass(frozen=True, slots=True)
class _Term:
    """One word, prefix or phrase of a rule."""

    words: Tokens
    prefix: bool
    denies: bool  # holds a negation itself, so no other one can deny it

    def spans(self, tokens: Tokens) -> list[Span]:
        """Every place where the term stands."""
        size = len(self.words)
        return [
            (at, at + size)
            for at in range(len(tokens) - size + 1)
            if tokens[at : at + size - 1] == self.words[:-1] and self._ends(tokens[at + size - 1])
        ]

    def _ends(self, token: str) -> bool:
        return token.startswith(self.words[-1]) if self.prefix else token == self.words[-1]


class _Text:
    """The tokens of one hypothesis, and which of them are denied."""

    def __init__(self, text: str, triage: Triage) -> None:
        self.tokens = tokens_of(text)
        self._triage = triage
        self._own: set[int] = set()  # positions of negations that belong to a sign
        for term in triage.denying_terms:
            for start, end in term.spans(self.tokens):
                self._own.update(range(start, end))

    def standing(self, term: _Term) -> Span | None:
        """Return the first place where the term stands and is not denied."""
        for span in term.spans(self.tokens):
            if term.denies or not self._denied(span[0]):
                return span
        return None

    def has(self, term: _Term) -> bool:
        return bool(term.spans(self.tokens))

    def words(self, span: Span) -> str:
        return " ".join(self.tokens[span[0] : span[1]])

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

    def _double(self, negation: int) -> bool:
        """A negation before this negation turns it round; the answer `no` does not."""
        at = negation
        while at > 0 and self.tokens[at - 1] in _BRIDGE:
            at -= 1
        before = self._negation_before(at)
        return before is not None and self.tokens[before:at] != ("no",)


class Triage:
    """Compiled warning signs. Make it once; `check` costs well under a millisecond a text."""

    def __init__(self, rules: Iterable[AlarmRule], words: AlarmWords) -> None:
        """Compile the rules; `words.negations` replaces the usual negations when it is given."""
        usable = [tokens_of(n) for n in words.negations or _NEGATIONS]
        self.negations = tuple(n for n in usable if n and not _INABILITY & set(n))
        self._rules = tuple(rules)
        self._matches = {
            rule.id: [[[self._term(x) for x in group] for group in p] for p in rule.match]
            for rule in self._rules
        }
        self._excludes = {r.id: [self._term(x) for x in r.exclude] for r in self._rules}
        self._words = [self._term(word) for word in words.words]
        self._word_excludes = [self._term(word) for word in words.exclude]
        terms = [t for p in self._matches.values() for alt in p for group in alt for t in group]
        terms += self._words
        self.denying_terms = tuple({term.words: term for term in terms if term.denies}.values())
        negating = {word for negation in self.negations for word in negation}
        self.sign_words = (
            frozenset(word for term in terms for word in term.words) - _FUNCTION_WORDS - negating
        )

    def _term(self, text: str) -> _Term:
        words = tokens_of(text.removesuffix("*"))
        single = {negation[0] for negation in self.negations if len(negation) == 1}
        return _Term(words, text.endswith("*"), bool((single | _INABILITY) & set(words)))

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
                for term in self._word_excludes
                for start, end in term.spans(text.tokens)
                for at in range(start, end)
            }
            for term in self._words:
                for span in term.spans(text.tokens):
                    if not hidden & set(range(*span)) and (
                        term.denies or not text._denied(span[0])
                    ):
                        found.setdefault(text.words(span))
        return tuple(found)

    def _text(self, text: str) -> _Text:
        return _Text(text, self)

    def _signs(self, rule: AlarmRule, text: _Text) -> tuple[str, ...]:
        if any(text.has(term) for term in self._excludes[rule.id]):
            return ()
        for alternative in self._matches[rule.id]:
            spans: list[Span] = []
            for group in alternative:
                span = next((s for s in map(text.standing, group) if s), None)
                if span is None:
                    break
                spans.append(span)
            else:
                return tuple(text.words(span) for span in spans)
        return ()
