from __future__ import annotations

import http.server
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from voice_skill.domain.errors import ModelError
from voice_skill.files import places
from voice_skill.speech import model_store
from voice_skill.speech.model_store import default_folder, install, listed_files, require, verify


def quiet(done: int, total: int) -> None:
    pass


def entries(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def names_below(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@contextmanager
def served(folder: Path, cut_at: int | None = None) -> Iterator[str]:
    """Serve a folder on this machine; `cut_at` ends every answer after so many bytes."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def copyfile(self, source: object, outputfile: object) -> None:
            outputfile.write(source.read(cut_at))  # type: ignore[attr-defined]

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ------------------------------------------------------------------ installing


def test_installs_from_a_folder(tmp_path, small_model):
    source = small_model.write_folder(tmp_path / "given")
    target = tmp_path / "models" / "model"
    assert install(target, str(source), quiet, files=small_model.files) == target
    assert verify(target, small_model.files) == ()
    assert entries(target.parent) == ["model"]


@pytest.mark.parametrize("top", ["", "vosk-model/", "package/model/"])
def test_installs_from_an_archive_whatever_its_top_folder(tmp_path, small_model, top):
    source = small_model.write_zip(tmp_path / "model.zip", top)
    target = install(tmp_path / "models" / "model", str(source), quiet, files=small_model.files)
    assert names_below(target) == {*small_model.files, "installed.json"}


def test_takes_the_model_out_of_a_nested_folder(tmp_path, small_model):
    small_model.write_folder(tmp_path / "given" / "a" / "b")
    install(tmp_path / "model", str(tmp_path / "given"), quiet, files=small_model.files)
    assert verify(tmp_path / "model", small_model.files) == ()


def test_installs_from_addresses(tmp_path, small_model):
    archive = small_model.write_zip(tmp_path / "model.zip")
    with served(tmp_path) as address:
        seen = []
        install(
            tmp_path / "over-http",
            f"{address}/model.zip",
            lambda *p: seen.append(p),
            files=small_model.files,
        )
    install(tmp_path / "from-file", archive.as_uri(), quiet, files=small_model.files)
    assert verify(tmp_path / "over-http", small_model.files) == ()
    assert verify(tmp_path / "from-file", small_model.files) == ()
    assert seen[-1] == (archive.stat().st_size, archive.stat().st_size)


def test_progress_ends_at_the_whole(tmp_path, small_model):
    source = small_model.write_folder(tmp_path / "given")
    seen = []
    install(tmp_path / "m", str(source), lambda *p: seen.append(p), files=small_model.files)
    total = sum(map(len, small_model.contents.values()))
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_the_wheel_is_next_where_the_official_address_is_out_of_reach(
    tmp_path, small_model, monkeypatch
):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "videogrep-2.3.0-py3-none-any.whl"
    small_model.write_zip(wheel, "videogrep/model/")
    with zipfile.ZipFile(wheel, "a") as archive:
        info = "videogrep-2.3.0.dist-info"
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: videogrep\nVersion: 2.3.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    told = []
    with served(tmp_path) as address:
        install(
            tmp_path / "m" / "model",
            None,
            quiet,
            notify=told.append,
            files=small_model.files,
            address=f"{address}/missing.zip",
        )
    assert verify(tmp_path / "m" / "model", small_model.files) == ()
    assert "404" in told[1]
    assert "PyPI" in told[2]


def test_says_all_that_failed_when_nothing_can_be_reached(tmp_path, small_model, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with served(tmp_path) as address, pytest.raises(ModelError) as failure:
        install(
            tmp_path / "m" / "model",
            None,
            quiet,
            files=small_model.files,
            address=f"{address}/missing.zip",
        )
    assert "404" in str(failure.value)
    assert "pip" in str(failure.value)
    assert "--from FILE" in failure.value.hint
    assert entries(tmp_path / "m") == []


def test_a_whole_model_is_left_alone(tmp_path, small_model):
    target = small_model.write_folder(tmp_path / "model")
    install(target, "/nowhere/at/all", quiet, files=small_model.files)
    assert (target / "installed.json").exists()


def test_a_damaged_model_is_replaced(tmp_path, small_model):
    target = small_model.write_folder(tmp_path / "models" / "model")
    (target / "graph" / "Gr.fst").write_bytes(b"broken")
    (target / "stray").write_bytes(b"from before")
    source = small_model.write_zip(tmp_path / "model.zip")
    install(target, str(source), quiet, files=small_model.files)
    assert verify(target, small_model.files) == ()
    assert not (target / "stray").exists()
    assert entries(target.parent) == ["model"]


def test_what_a_killed_installation_left_is_removed(tmp_path, small_model):
    leftover = tmp_path / "models" / ".model.abc.part"
    leftover.mkdir(parents=True)
    source = small_model.write_zip(tmp_path / "model.zip")
    install(tmp_path / "models" / "model", str(source), quiet, files=small_model.files)
    assert entries(tmp_path / "models") == ["model"]


# ------------------------------------------------------------------ never half a model


def refuse(
    tmp_path: Path, source: str, files: dict[str, str], progress: Callable[[int, int], None] = quiet
) -> ModelError:
    """Install what must be refused over a damaged model; nothing may have changed."""
    target = tmp_path / "models" / "model"
    target.mkdir(parents=True)
    (target / "old").write_bytes(b"as before")
    with pytest.raises(ModelError) as failure:
        install(target, source, progress, files=files)
    assert names_below(tmp_path / "models") == {"model/old"}
    assert entries(tmp_path / "models") == ["model"]
    assert failure.value.hint
    assert failure.value.exit_code == 3
    return failure.value


def test_a_tampered_file_is_refused(tmp_path, small_model):
    source = small_model.write_folder(tmp_path / "given")
    (source / "graph" / "Gr.fst").write_bytes(b"another")
    error = refuse(tmp_path, str(source), small_model.files)
    assert "graph/Gr.fst" in str(error)
    assert "SHA-256" in str(error)


def test_a_truncated_archive_is_refused(tmp_path, small_model):
    source = small_model.write_zip(tmp_path / "model.zip")
    source.write_bytes(source.read_bytes()[:-100])
    refuse(tmp_path, str(source), small_model.files)


def test_an_archive_with_damaged_bytes_is_refused(tmp_path, small_model):
    source = small_model.write_zip(tmp_path / "model.zip")
    content = bytearray(source.read_bytes())
    at = content.find(b"final.mdl") + 20
    content[at : at + 8] = b"\xff" * 8
    source.write_bytes(bytes(content))
    refuse(tmp_path, str(source), small_model.files)


def test_a_download_that_is_cut_short_is_refused(tmp_path, small_model):
    small_model.write_zip(tmp_path / "model.zip")
    with served(tmp_path, cut_at=100) as address:
        error = refuse(tmp_path, f"{address}/model.zip", small_model.files)
    assert "cut short" in str(error)


@pytest.mark.parametrize("source", ["/no/such/file.zip", "ftp://example.org/model.zip", "nosuch"])
def test_a_source_that_is_not_there_is_refused(tmp_path, small_model, source):
    refuse(tmp_path, source, small_model.files)


def test_something_else_than_an_archive_is_refused(tmp_path, small_model):
    page = tmp_path / "model.zip"
    page.write_text("<html>Sign in to this network</html>")
    assert "zip" in str(refuse(tmp_path, str(page), small_model.files))


def test_an_archive_without_the_model_is_refused(tmp_path, small_model):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("am/final.mdl", "alone")
    refuse(tmp_path, str(tmp_path / "model.zip"), small_model.files)


def test_an_interruption_leaves_what_was_there(tmp_path, small_model):
    source = small_model.write_zip(tmp_path / "model.zip")
    target = tmp_path / "models" / "model"
    target.mkdir(parents=True)
    (target / "old").write_bytes(b"as before")

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(target, str(source), interrupt, files=small_model.files)
    assert names_below(tmp_path / "models") == {"model/old"}


def test_a_place_that_cannot_be_written_to_is_explained(tmp_path, small_model):
    source = small_model.write_zip(tmp_path / "model.zip")
    (tmp_path / "a-file").write_bytes(b"")
    with pytest.raises(ModelError) as failure:
        install(tmp_path / "a-file" / "model", str(source), quiet, files=small_model.files)
    assert "--model" in failure.value.hint


# ------------------------------------------------------------------ checking


def test_verify_names_every_problem(tmp_path, small_model):
    folder = small_model.write_folder(tmp_path / "model")
    (folder / "am" / "final.mdl").unlink()
    (folder / "graph" / "Gr.fst").write_bytes(b"another")
    problems = verify(folder, small_model.files)
    assert [p.split(": ")[1] for p in problems] == [
        "missing",
        "differs from the file that belongs here",
    ]
    assert len(verify(tmp_path / "nowhere", small_model.files)) == 1


def test_require_wants_an_installed_model(tmp_path, small_model):
    with pytest.raises(ModelError, match="not installed") as failure:
        require(tmp_path / "model", small_model.files)
    assert "voice-skill model install" in failure.value.hint


def test_the_command_installs_the_model_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "checkout", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    for folder in (default_folder(tmp_path), default_folder(Path())):
        assert model_store.install_command(folder) == "voice-skill model install"
    with pytest.raises(ModelError) as failure:
        require(tmp_path / "my model")
    assert f"`voice-skill model install --model '{tmp_path}/my model'`" in failure.value.hint


def test_require_hashes_once_and_then_compares_sizes(tmp_path, small_model):
    folder = small_model.write_folder(tmp_path / "model")
    assert require(folder, small_model.files) == folder
    assert (folder / "installed.json").exists()
    (folder / "graph" / "Gr.fst").write_bytes(b"cut")
    with pytest.raises(ModelError, match="damaged") as failure:
        require(folder, small_model.files)
    assert "voice-skill model install" in failure.value.hint


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"list": "another", "sizes": {}}', "\xff"])
def test_a_stamp_that_is_not_ours_is_not_trusted(tmp_path, small_model, stamp):
    folder = small_model.write_folder(tmp_path / "model")
    (folder / "installed.json").write_text(stamp, "latin-1")
    (folder / "graph" / "Gr.fst").write_bytes(b"a grapH")
    with pytest.raises(ModelError, match="damaged"):
        require(folder, small_model.files)


def test_a_stamp_with_odd_sizes_is_not_trusted(tmp_path, small_model):
    folder = small_model.write_folder(tmp_path / "model")
    require(folder, small_model.files)
    stamp = folder / "installed.json"
    stamp.write_text(stamp.read_text().replace(": 7", ': "7"'))
    assert require(folder, small_model.files) == folder


def test_the_shipped_list_has_the_files_of_the_model():
    files = listed_files()
    assert len(files) == 13
    assert {"am/final.mdl", "graph/Gr.fst", "conf/model.conf"} <= files.keys()
    assert all(len(digest) == 64 for digest in files.values())


def test_the_model_lives_in_a_checkout_or_with_the_users_data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    name = model_store.MODEL_NAME
    assert default_folder(tmp_path) == tmp_path / "models" / name
    assert default_folder(None) == tmp_path / "data" / "voice-skill" / "models" / name


@pytest.mark.model
def test_the_installed_model_is_whole(model_folder):
    assert verify(model_folder) == ()
    assert require(model_folder) == model_folder
