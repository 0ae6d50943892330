"""Is what was heard meant for the assistant? The policies of waking, and the follow-up window.

Pure: times are given, in seconds on the conversation's clock. While a question is open, a routine
runs or the assistant speaks, everything is for it; so is what begins within the follow-up window,
some seconds after a reply has ended or a key was pressed. Otherwise the policy decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

from voice_skill.domain.events import Event, Heard, Key, PromptEnded
from voice_skill.domain.model import SOUND, Decision, Understanding
from voice_skill.domain.phases import Asking, Asleep, Phase, Running

Policy = Literal["required", "direct", "key"]
"""What opens attention when nothing is going on.

- `required`: a wake phrase of the content, alone or with the request in one breath
- `direct`: that, or a complete sentence that tells a symptom, a cramp or a warning sign
- `key`: a key press alone
"""

POLICIES: tuple[Policy, ...] = get_args(Policy)

DEFAULT_POLICY: Policy = "required"
"""What `listen` does where nothing else was asked for: the one place to change it.

docs/performance.md holds the measured false activations of each policy.
"""

SELF_EVIDENT = frozenset(("report_symptom", "cramp_now", "alarm"))
"""What `direct` acts on without a wake phrase, when it was said in a whole legal sentence."""

MOST_WORDS = 30
"""A warning sign among more words than these, said to nobody, is somebody who talks on, mostly a
television: the longest of the 1,058 sentences in `tests/warnings` has 24 words."""


@dataclass(frozen=True, slots=True)
class Attention:
    """To whom the assistant listens. Without a policy everything is for it.

    What begins before the second `until` needs no wake phrase; `window_seconds` is the length of
    the follow-up window (`Knowledge.follow_up_seconds`).
    """

    policy: Policy | None = None
    window_seconds: float = 0.0
    until: float = -math.inf

    def is_open(self, phase: Phase, now: float, *, speaking: bool = False) -> bool:
        """Whether whatever is said at the second `now` is for the assistant.

        `speaking`: the assistant is in the middle of a reply, so this is said in one of its gaps.
        """
        if isinstance(phase, Asleep):
            return False
        if self.policy is None or speaking:
            return True
        return isinstance(phase, Asking | Running) or now <= self.until

    def admits(
        self, phase: Phase, understanding: Understanding, start: float, *, speaking: bool = False
    ) -> bool:
        """Whether what was said from the second `start` on is for the assistant.

        In its sleep only a wake phrase is, whatever else was said. Where only a key opens
        attention, a wake phrase does not, awake or asleep.
        """
        if self.is_open(phase, start, speaking=speaking):
            return True
        if self.policy == "key":
            return False
        if understanding.woken:
            return True
        return (
            self.policy == "direct"
            and not isinstance(phase, Asleep)
            and _speaks_for_itself(understanding)
        )

    def after(self, event: Event, now: float) -> Attention:
        """Return the attention after an event that was let in: the window begins anew.

        What a timer or an engine sets off has nobody who asked for it; the end of what is said
        then opens the window as ever.
        """
        if self.policy is None or not isinstance(event, Heard | Key | PromptEnded):
            return self
        if isinstance(event, Heard) and _is_babble(event.understanding):
            return self  # it must not keep the window open
        return replace(self, until=max(self.until, now + self.window_seconds))


def _is_babble(understanding: Understanding) -> bool:
    rejected = understanding.decision is Decision.REJECT or understanding.intent == SOUND
    return rejected and not understanding.woken


def _speaks_for_itself(understanding: Understanding) -> bool:
    """Whether it is a warning sign in believed words, or a complete sentence about a symptom.

    A legal sentence that only brings a screening question first is complete, too.
    """
    if understanding.decision is Decision.URGENT:
        return len(understanding.text.split()) <= MOST_WORDS
    told = understanding.legal and understanding.intent in SELF_EVIDENT
    return told and (understanding.decision is Decision.ACT or understanding.screen is not None)
