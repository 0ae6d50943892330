"""Whatever the files hold, loading answers with a skill or with a ContentError."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.content import check, load, read_config
from voice_skill.content.tree import SECTIONS
from voice_skill.domain.errors import ContentError

WORDS = st.sampled_from(
    [*SECTIONS, "say", "origin", "article", "data", "sentences", "values", "in", "out", "steps",
     "id", "beats", "seconds", "fallback", "R01", "match", "idle", "concepts", "heard", "means",
     "{site}", "<rule>", "(a|b)", "yes", "", "10", "~", "Stop. Go."]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.integers(), st.booleans(), st.none(), st.text(max_size=5))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(SECTIONS), VALUES, min_size=1, max_size=6)


def survives(*documents: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, document in enumerate(documents):
            (folder / f"{number}.yaml").write_bytes(document)
        try:
            load(folder)
        except ContentError as error:
            assert error.problems
            assert all(line.startswith(f"{folder}/") for line in error.problems)
        check(folder)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(document: bytes) -> None:
    survives(document)


@settings(deadline=None)
@given(st.text("ab:-[]{},&*!|>'\"%#? \n\t1", max_size=40), st.text(max_size=20))
def test_any_text_of_yaml_marks(first: str, second: str) -> None:
    survives(first.encode(), second.encode("utf-8", "surrogatepass"))


@settings(deadline=None, max_examples=150)
@given(DOCUMENTS, DOCUMENTS)
def test_any_values_in_any_section(first: dict[str, object], second: dict[str, object]) -> None:
    survives(*(yaml.safe_dump(part, allow_unicode=True).encode() for part in (first, second)))


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=60), VALUES.map(lambda v: yaml.safe_dump(v).encode())))
def test_any_configuration(document: bytes) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "config.yaml"
        path.write_bytes(document)
        try:
            read_config(path)
        except ContentError as error:
            assert error.problems
