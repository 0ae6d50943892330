from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from voice_skill.domain.errors import ModelError
from voice_skill.files.archive import MEMBER_LIMIT, open_source


def add(path: Path, name: str, mode: int = 0, content: bytes = b"x") -> Path:
    """Append one member to an archive, by a name that `zipfile` would not choose itself."""
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    info.external_attr = mode << 16
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def refusal(path: Path, wanted: tuple[str, ...]) -> str:
    with pytest.raises(ModelError) as failure, open_source(path, wanted):
        pass
    assert failure.value.hint
    return str(failure.value)


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../outside", "model/../../outside", "..", "C:/windows", "model\\..\\up"],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, small_model, name):
    path = add(small_model.write_zip(tmp_path / "m.zip"), name)
    assert "refused" in refusal(path, tuple(small_model.files))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_special_files_are_refused(tmp_path, small_model, kind):
    path = add(small_model.write_zip(tmp_path / "m.zip"), "model/link", kind | 0o777)
    assert "link" in refusal(path, tuple(small_model.files))


def test_a_bomb_is_refused_unopened(tmp_path, small_model):
    path = add(small_model.write_zip(tmp_path / "m.zip"), "big", content=bytes(MEMBER_LIMIT + 1))
    assert path.stat().st_size < 2**20
    assert "too large" in refusal(path, tuple(small_model.files))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_member_twice_is_refused(tmp_path, small_model):
    path = add(small_model.write_zip(tmp_path / "m.zip"), "some-model/am/final.mdl")
    assert "twice" in refusal(path, tuple(small_model.files))


def test_an_encrypted_member_is_refused(tmp_path, small_model):
    path = small_model.write_zip(tmp_path / "m.zip")
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")  # the first entry of the central directory
    content[at + 8] |= 1
    path.write_bytes(bytes(content))
    assert "encrypted" in refusal(path, tuple(small_model.files))


def test_a_suffix_of_another_name_is_not_the_model(tmp_path, small_model):
    path = small_model.write_zip(tmp_path / "m.zip", "not-")
    assert "does not hold" in refusal(path, tuple(small_model.files))


def test_plain_permissions_and_folders_are_fine(tmp_path, small_model):
    path = add(small_model.write_zip(tmp_path / "m.zip"), "model/", stat.S_IFDIR | 0o755, b"")
    add(path, "model/README", stat.S_IFREG | 0o644)
    with open_source(path, small_model.files) as members:
        assert {name: m.open().read() for name, m in members.items()} == small_model.contents
