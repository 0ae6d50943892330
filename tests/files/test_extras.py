"""Libraries that not everyone needs."""

import sys

import pytest

from voice_skill.domain.errors import UsageError
from voice_skill.files.extras import missing, require


def test_a_library_that_is_there_is_no_error() -> None:
    require("a page", "json", instead="do without")


def test_a_missing_one_is_named_with_what_needs_it_and_the_command_that_gets_it() -> None:
    with pytest.raises(UsageError, match="a page needs the library no_such_library") as told:
        require("a page", "no_such_library", instead="do without")
    assert f"{sys.executable} -m pip install no_such_library" in told.value.hint
    assert told.value.hint.endswith("or do without")


def test_the_command_can_be_typed_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/home/anna/my skill/bin/python")
    assert "'/home/anna/my skill/bin/python' -m pip" in missing("a", "b", "c").hint
