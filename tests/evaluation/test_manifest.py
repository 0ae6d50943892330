"""Manifests and folders of recordings: what is read, and what is complained of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lamp import KNOWN, write_skill

from voice_skill.content import load
from voice_skill.conversation.skills import make_understander
from voice_skill.domain.errors import ContentError, UsageError
from voice_skill.evaluation.manifest import read_manifest
from voice_skill.evaluation.reading import chosen, labelled, read_rows
from voice_skill.evaluation.rows import Row, known_to

DESK = {"text": "turn on the desk lamp", "intent": "turn_on", "slots": {"lamp": "desk"}}


def manifest(folder: Path, *rows: object) -> Path:
    """Write rows as a manifest; texts as they stand."""
    path = folder / "manifest.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def problems(path: Path) -> list[str]:
    """Return the problems without the path before them."""
    with pytest.raises(ContentError) as caught:
        read_rows([path], KNOWN)
    assert caught.value.exit_code == 2
    return [problem.replace(f"{path}:", "") for problem in caught.value.problems]


class TestManifest:
    def test_a_row_has_all_that_stands_in_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "desk.wav").touch()
        row = {**DESK, "audio": "desk.wav", "state": "offer", "tags": ["voice:anna", "clean"]}
        assert read_rows([manifest(tmp_path, row)], KNOWN) == [
            Row(
                "manifest.jsonl:1",
                tmp_path / "desk.wav",
                "turn on the desk lamp",
                "turn_on",
                {"lamp": "desk"},
                "offer",
                ("voice:anna", "clean"),
            )
        ]

    def test_null_is_to_be_refused_and_blank_lines_count(self, tmp_path: Path) -> None:
        path = manifest(tmp_path, "", {"text": "feed the cat", "intent": None, "speaker": "anna"})
        (row,) = read_rows([path], KNOWN)
        assert (row.source, row.audio, row.intent, row.slots) == (
            "manifest.jsonl:2",
            None,
            None,
            None,
        )

    def test_every_problem_is_told_at_once_with_its_line(self, tmp_path: Path) -> None:
        path = manifest(
            tmp_path,
            {**DESK, "audio": "gone.wav"},
            '{"text": "stop", "intent": ',
            ["stop"],
            {"text": "stop", "intent": "stopp"},
            {**DESK, "slots": {"lanp": "desk", "percent": [5]}},
            {**DESK, "state": "asleep"},
            {"text": 5, "intent": "stop", "tags": "clean"},
            {"text": "stop", "intnet": "stop"},
            {"intent": "stop"},
        )
        found = problems(path)
        assert [int(problem.split(":")[0]) for problem in found] == [
            1,
            2,
            3,
            4,
            5,
            5,
            6,
            7,
            7,
            7,
            8,
            9,
        ]
        assert "there is no recording" in found[0]
        assert "is not JSON" in found[1]
        assert "is not an object" in found[2]
        assert 'did you mean "stop"?' in found[3]
        assert 'no slot "lanp"; did you mean "lamp"?' in found[4]
        assert '"percent" is a list' in found[5]
        assert 'no state "asleep"; expected idle, offer, routine' in found[6]
        assert '"text" is a number' in found[7]
        assert 'did you mean "intnet"?' in found[10]
        assert 'holds neither "audio" nor "text"' in found[11]

    def test_the_same_twice_would_count_double(self, tmp_path: Path) -> None:
        again = {**DESK, "text": "Turn on the desk lamp "}
        path = manifest(tmp_path, DESK, {**DESK, "state": "offer"}, again)
        assert problems(path) == [
            "manifest.jsonl:3: the same text in the same state as manifest.jsonl:1"
        ]

    def test_no_file_and_an_empty_one(self, tmp_path: Path) -> None:
        assert "cannot be read" in problems(tmp_path / "nowhere.jsonl")[0]
        assert "holds no utterance" in problems(manifest(tmp_path))[0]

    @given(st.binary(max_size=60))
    def test_no_line_whatsoever_is_a_traceback(
        self, tmp_path_factory: pytest.TempPathFactory, line: bytes
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "any.jsonl"
        path.write_bytes(line)
        found: list[str] = []
        rows = read_manifest(path, "any.jsonl", KNOWN, found)
        assert rows or found or not line.strip()

    JSON = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )

    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(
        ("audio", "text", "intent", "slots", "state", "tags"), JSON)))  # fmt: skip
    def test_fields_of_any_kind_are_read_or_complained_of(
        self, tmp_path_factory: pytest.TempPathFactory, record: dict[str, object]
    ) -> None:
        path = manifest(tmp_path_factory.getbasetemp(), record)
        found: list[str] = []
        rows = read_manifest(path, "manifest.jsonl", KNOWN, found)
        assert len(rows) == (not found)

    def test_two_manifests_of_one_name_are_told_apart(self, tmp_path: Path) -> None:
        for name in ("anna", "ben"):
            (tmp_path / name).mkdir()
            manifest(tmp_path / name, {**DESK, "text": f"{name} lamp on"})
        rows = read_rows([tmp_path / "anna", tmp_path / "ben"], KNOWN)
        assert [row.source for row in rows] == ["anna/manifest.jsonl:1", "ben/manifest.jsonl:1"]


class TestFolder:
    def test_labels_stand_beside_the_sound_or_are_its_name(self, tmp_path: Path) -> None:
        for name in ("a.wav", "b.flac", "oov_1.wav", "turn_on_the_desk_lamp.wav"):
            (tmp_path / name).touch()
        label = {"text": "dim it", "intent": {"name": "dim"}, "tags": ["slow"],
                 "entities": [{"entity": "percent", "value": 5}]}  # fmt: skip
        (tmp_path / "a.json").write_text(json.dumps(label), "utf-8")
        (tmp_path / "b.txt").write_text("never mind\n", "utf-8")
        rows = read_rows([tmp_path], KNOWN)
        name = tmp_path.name
        assert [(row.source, row.text, row.intent, row.slots, row.label) for row in rows] == [
            (f"{name}/a.wav", "dim it", "dim", {"percent": 5}, "given"),
            (f"{name}/b.flac", "never mind", None, None, "templates"),
            (f"{name}/oov_1.wav", "", None, None, "given"),
            (f"{name}/turn_on_the_desk_lamp.wav", "turn on the desk lamp", None, None, "templates"),
        ]
        assert rows[0].tags == ("slow",)

    def test_a_wrong_label_is_told_with_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").touch()
        (tmp_path / "a.json").write_text('{"intent": "fly"}', "utf-8")
        assert "a.json:1: the skill has no intent" in problems(tmp_path)[0]

    def test_a_folder_without_recordings(self, tmp_path: Path) -> None:
        assert "holds no manifest.jsonl and no recording" in problems(tmp_path)[0]

    def test_the_templates_label_what_carries_no_intent(self, tmp_path: Path) -> None:
        skill = load(write_skill(tmp_path / "skill"))
        understander = make_understander(skill)
        known = known_to(skill, understander.templates)
        recordings = tmp_path / "recordings"
        recordings.mkdir()
        for name in ("dim_the_desk_lamp_to_50_percent.wav", "feed_the_cat.wav", "oov_2.wav"):
            (recordings / name).touch()
        rows = labelled(read_rows([recordings], known), understander)
        assert [(row.intent, row.slots) for row in rows] == [
            ("dim", {"lamp": "desk", "percent": 50}),
            (None, None),
            (None, None),
        ]


def test_rows_are_chosen_by_tag_and_voice() -> None:
    def row(*tags: str) -> Row:
        return Row("m:1", None, "stop", "stop", None, tags=tags)

    anna, ben, plain = row("voice:anna", "far"), row("voice:ben"), row("far")
    rows = [anna, ben, plain]
    assert chosen(rows, (), None) == rows
    assert chosen(rows, ("far",), None) == [anna, plain]
    assert chosen(rows, ("far",), ["anna", "ben"]) == [anna]
    with pytest.raises(UsageError) as caught:
        chosen(rows, ("near",), None)
    assert caught.value.hint == "the tags are: far, voice:anna, voice:ben"
