"""What a person is told about waking the assistant, and what the live line shows of it."""

from __future__ import annotations

from collections.abc import Sequence

from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.domain.attention import Policy
from voice_skill.domain.errors import UsageError
from voice_skill.domain.phases import Asleep
from voice_skill.terminal.live_line import Waiting

KEYS_HELP = "Keys: space wakes or pauses, enter goes on, s stops, m mutes, q ends."


def invitation(wake: Policy, phrases: Sequence[str], *, keys: bool = True) -> str:
    """Return how to begin under a policy; UsageError where no phrase, or no key, could meet it."""
    if wake == "key" and not keys:
        raise UsageError(
            "there is no terminal whose keys could wake it",
            hint="use --wake required or --wake direct, or start it in a terminal",
        )
    if wake == "key":
        return "Press space, then say what you feel."
    if not phrases:
        if wake == "required":
            raise UsageError(
                "this skill states no wake phrase, so nothing could wake it",
                hint="use --wake direct or --wake key, or state wake_phrases in its content",
            )
        return "Listening. Say what you feel."
    if wake == "required":
        return f'Listening. Say "{phrases[0]}" and what you feel, in one breath or in two.'
    return f'Listening. Say what you feel; for anything else say "{phrases[0]}" first.'


def waiting(loop: DialogueLoop, now: float, wake: Policy) -> Waiting:
    """Return why what is said now is not for the assistant; empty when it is.

    Under `direct` a symptom always is, so only sleep and the switched-off microphone count.
    """
    if loop.muted:
        return "muted"
    if isinstance(loop.state.phase, Asleep):
        return "asleep"
    if wake == "direct" or loop.attentive(now):
        return ""
    return "waiting to be called"
