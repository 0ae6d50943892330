"""Spoken text in content files: sentences, and where they come from."""

from __future__ import annotations

from typing import cast, get_args

from voice_skill.content.nodes import Record, Value
from voice_skill.domain.knowledge import Origin
from voice_skill.domain.spoken import sentences_of

ORIGINS: tuple[str, ...] = get_args(Origin)


def spoken(value: Value) -> tuple[str, ...]:
    """Return the sentences of one text or of a list of texts."""
    texts = value.texts() if value.is_list else (value.text("a sentence or a list of them"),)
    return tuple(sentence for text in texts for sentence in sentences_of(text))


def say(fields: Record, name: str = "say") -> tuple[str, ...]:
    """Return the sentences of a field that is one text or a list of them."""
    value = fields.get(name)
    return () if value is None else spoken(value)


def origin(fields: Record) -> Origin:
    """Return where a statement comes from."""
    return cast(Origin, fields.choice("origin", ORIGINS, "product"))
