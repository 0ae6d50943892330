"""What the assistant itself says, word for word: to be kept as sound, and never to be answered."""

from __future__ import annotations

from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.prompts import PARTS_OF_SENTENCES, REASON_PREFIX
from voice_skill.domain.spoken import sentences_of


def impersonal_sentences(knowledge: Knowledge) -> frozenset[str]:
    """Return the sentences that may be kept on disk: they say nothing of who they were said to.

    Prompts and the steps of routines, word for word. Not what answers a symptom, a group or a
    warning sign: a kept file would tell that it was spoken here, and when.
    """
    steps = (step for routine in knowledge.routines.values() for step in routine.steps)
    texts = [text for step in steps for text in (*step.say, step.ask)]
    texts += [text for wordings in knowledge.prompts.values() for text in wordings]
    sentences = (sentence for text in texts for sentence in sentences_of(text))
    return frozenset(sentence for sentence in sentences if "{" not in sentence)


def own_sentences(knowledge: Knowledge | None) -> list[str]:
    """Return the whole sentences that the recogniser should know as ours, in a fixed order.

    As decoys of its grammar they are heard as themselves instead of as the nearest request, when
    they come back from another room, a recording or an imperfect echo canceller.
    """
    if knowledge is None:
        return []
    parts = {
        text
        for name, wordings in knowledge.prompts.items()
        if name in PARTS_OF_SENTENCES or name.startswith(REASON_PREFIX)
        for text in wordings
    }
    return sorted(impersonal_sentences(knowledge) - parts)
