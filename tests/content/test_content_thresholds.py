"""Thresholds put into a skill's file: the numbers change, and nothing else."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.content import load
from voice_skill.content.thresholds import Edit, edited, yaml_block
from voice_skill.domain.errors import UsageError
from voice_skill.domain.language import Thresholds

INTENTS = 'intents: {stop: {data: [{sentences: ["stop"]}]}}\n'
VALUES = {"accept": 0.75, "confirm": 0.5, "margin": 0.02, "command": 0.6}


def edit(folder: Path, text: str, *, letters: bool = False, name: str = "set two") -> Edit:
    """Return the edit of a skill whose file holds `text` after its intents."""
    (folder / "skill.yaml").write_bytes((INTENTS + dedent(text)).encode())
    return edited(folder, VALUES, name, letters=letters)


def after(made: Edit) -> str:
    return made.after.removeprefix(INTENTS)


class TestEdit:
    def test_only_the_numbers_change(self, tmp_path: Path) -> None:
        text = """\
            # the thresholds
            thresholds:
              accept:   0.45   # acted on
              confirm: .5

              margin: 0.1      # ½ of what was — before
              command: 0.60
              gate: -0.12
              chosen_on: set one  # the first
            commands: [stop]
            """
        made = edit(tmp_path, text)
        wanted = dedent(text).replace("  0.45", "  0.75").replace("margin: 0.1 ", "margin: 0.02 ")
        assert after(made) == wanted.replace("set one", "set two")

    def test_a_name_that_is_missing_is_put_in(self, tmp_path: Path) -> None:
        made = edit(tmp_path, "thresholds:\n  # first\n  accept: 0.45\n  chosen_on: x\n")
        assert after(made) == (
            "thresholds:\n  # first\n  confirm: 0.5\n  margin: 0.02\n  command: 0.6\n"
            "  accept: 0.75\n  chosen_on: set two\n"
        )

    def test_a_mapping_in_one_line_stays_one(self, tmp_path: Path) -> None:
        made = edit(tmp_path, "thresholds: {accept: 1, confirm: 1, chosen_on: nothing yet}  # x\n")
        assert after(made) == (
            "thresholds: {accept: 0.75, confirm: 0.5, chosen_on: set two, margin: 0.02,"
            " command: 0.6}  # x\n"
        )

    def test_a_skill_without_thresholds_gets_some(self, tmp_path: Path) -> None:
        made = edit(tmp_path, "commands: [stop]")
        made.write()
        assert load(tmp_path).language.thresholds == Thresholds(**VALUES, chosen_on="set two")

    def test_letters_are_a_mapping_of_their_own(self, tmp_path: Path) -> None:
        text = "thresholds:\n  accept: 0.4\n  confirm: 0.3\n  chosen_on: x\n"
        edit(tmp_path, text, letters=True).write()
        found = load(tmp_path).language.thresholds
        assert found.accept == 0.4
        assert found.letters == Thresholds(**VALUES)
        again = edited(tmp_path, {**VALUES, "accept": 0.7}, "set two", letters=True)
        assert [line[0] for line in again.diff()[3:]].count("+") == 1

    @pytest.mark.parametrize("start", ["", "\ufeff"])
    def test_line_ends_and_byte_order_mark_stay(self, tmp_path: Path, start: str) -> None:
        text = start + (INTENTS + "thresholds:\n  accept: 0.4\n  chosen_on: x\n")
        text = text.replace("\n", "\r\n")
        (tmp_path / "skill.yaml").write_bytes(text.encode())
        edited(tmp_path, VALUES, "x", letters=False).write()
        found = (tmp_path / "skill.yaml").read_bytes().decode()
        assert found.startswith(start + "intents")
        assert found.count("\n") == found.count("\r\n") == text.count("\n") + 3
        assert load(tmp_path).language.thresholds == Thresholds(**VALUES, chosen_on="x")

    def test_what_an_anchor_shares_is_not_touched(self, tmp_path: Path) -> None:
        text = "thresholds: {accept: &a 0.4, confirm: *a, chosen_on: x}\n"
        with pytest.raises(UsageError, match="cannot be replaced safely"):
            edit(tmp_path, text)

    def test_an_installed_skill_is_refused(self, tmp_path: Path) -> None:
        folder = tmp_path / "site-packages" / "voice_skill" / "intents"
        folder.mkdir(parents=True)
        with pytest.raises(UsageError, match="installed program"):
            edit(folder, "")

    def test_the_mode_of_the_file_stays(self, tmp_path: Path) -> None:
        made = edit(tmp_path, "thresholds: {accept: 0.4, chosen_on: x}\n")
        made.path.chmod(0o640)
        made.write()
        assert made.path.stat().st_mode & 0o777 == 0o640
        assert list(tmp_path.iterdir()) == [made.path]

    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
    def test_any_name_of_a_set_is_read_again(
        self, tmp_path_factory: pytest.TempPathFactory, name: str
    ) -> None:
        if not name.split():
            return
        folder = tmp_path_factory.mktemp("skill")
        edit(folder, "thresholds: {accept: 0.4, chosen_on: x}\n", name=name).write()
        assert load(folder).language.thresholds.chosen_on == " ".join(name.split())


def test_the_block_is_what_the_file_would_hold(tmp_path: Path) -> None:
    letters = Thresholds(accept=0.7, confirm=0.6)
    thresholds = Thresholds(accept=0.5, letters=letters, chosen_on="half: one")
    (tmp_path / "skill.yaml").write_text(INTENTS + yaml_block(thresholds), "utf-8")
    assert load(tmp_path).language.thresholds == thresholds
