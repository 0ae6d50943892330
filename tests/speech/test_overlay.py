from __future__ import annotations

import io
import os
import stat
import struct
from pathlib import Path

import pytest

from voice_skill.speech.openfst import Header, write_header, write_string
from voice_skill.speech.overlay import Decoding, GraphSource, overlay, with_options


def options_of(folder: Path) -> dict[str, str]:
    lines = (folder / "conf" / "model.conf").read_text().splitlines()
    return dict(line.removeprefix("--").split("=") for line in lines)


def test_settings_are_ours_and_files_are_links(tmp_path, small_model):
    model = small_model.write_folder(tmp_path / "model")
    with overlay(model, tmp_path / "cache", None, small_model.files) as folder:
        options = options_of(folder)
        assert options["lattice-beam"] == "4.0"
        assert options["endpoint.silence-phones"] == "1:2"
        assert (folder / "conf" / "mfcc.conf").read_text() == "--num-ceps=40\n--dither=0\n"
        assert (folder / "graph" / "Gr.fst").readlink() == model / "graph" / "Gr.fst"
    assert folder.is_dir()
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert (model / "conf" / "model.conf").read_bytes() == small_model.contents["conf/model.conf"]


def test_no_rule_cuts_an_utterance_of_a_minute():
    options = Decoding().options()
    assert float(options["endpoint.rule5.min-utterance-length"]) > 60
    assert all(float(options[f"endpoint.rule{n}.min-trailing-silence"]) >= 20 for n in range(1, 5))


def test_it_is_found_again_and_other_settings_have_another(tmp_path, small_model):
    model = small_model.write_folder(tmp_path / "model")
    folders = []
    for decoding in (Decoding(), Decoding(), Decoding(beam=8.0)):
        with overlay(model, tmp_path / "cache", decoding, small_model.files) as folder:
            folders.append(folder)
    assert folders[0] == folders[1] != folders[2]


@pytest.mark.parametrize("harm", ["settings", "link", "missing", "file"])
def test_a_broken_overlay_is_rebuilt(tmp_path, small_model, harm):
    model = small_model.write_folder(tmp_path / "model")
    with overlay(model, tmp_path / "cache", None, small_model.files) as folder:
        pass
    graph = folder / "graph" / "Gr.fst"
    if harm == "settings":
        (folder / "conf" / "model.conf").write_text("")
    elif harm == "link":
        graph.unlink()
        graph.symlink_to("/nowhere")
    elif harm == "missing":
        graph.unlink()
    else:
        graph.unlink()
        graph.write_bytes(b"short")
    with overlay(model, tmp_path / "cache", None, small_model.files) as again:
        assert again == folder
        assert graph.read_bytes() == small_model.contents["graph/Gr.fst"]
        assert options_of(again)["lattice-beam"] == "4.0"
    assert list(folder.parent.iterdir()) == [folder]


def test_without_a_cache_it_lasts_as_long_as_it_is_needed(tmp_path, small_model):
    model = small_model.write_folder(tmp_path / "model")
    (tmp_path / "cache").write_bytes(b"a file is in the way")
    with overlay(model, tmp_path / "cache", None, small_model.files) as folder:
        assert options_of(folder)["lattice-beam"] == "4.0"
    assert not folder.exists()


def test_a_model_that_is_not_there_is_an_error(tmp_path, small_model):
    with (
        pytest.raises(FileNotFoundError),
        overlay(tmp_path / "model", tmp_path / "cache", None, small_model.files),
    ):
        pass


def test_options_replace_lines_of_the_same_name():
    settings = "--beam=10\n\n--lattice-beam=2\n"
    assert with_options(settings, {"beam": "8"}) == "--lattice-beam=2\n--beam=8\n"


# ------------------------------------------------------------------ another language model


def graph(content: bytes, written: list[bytes] | None = None) -> GraphSource:
    def write(path: Path) -> None:
        path.write_bytes(content)
        if written is not None:
            written.append(content)

    return GraphSource(f"graph of {content!r}", write)


@pytest.fixture
def model(tmp_path, small_model) -> Path:
    """A model whose language model has a symbol table."""
    folder = small_model.write_folder(tmp_path / "model")
    table = io.BytesIO()
    write_header(table, Header(b"vector", 2, 1, 0, 0, 0, 0))
    table.write(struct.pack("<i", 2125658996) + struct.pack("<iqq", 0, 3, 3))
    for number, word in enumerate((b"<eps>", b"toe", b"foot")):
        write_string(table, word)
        table.write(struct.pack("<q", number))
    (folder / "graph" / "Gr.fst").write_bytes(table.getvalue())
    return folder


def test_a_language_model_of_ours_comes_with_the_words(tmp_path, small_model, model):
    with overlay(model, tmp_path / "cache", None, small_model.files, graph(b"ours")) as folder:
        assert (folder / "graph" / "Gr.fst").read_bytes() == b"ours"
        assert (folder / "graph" / "words.txt").read_text() == "<eps> 0\ntoe 1\nfoot 2\n"
        assert (folder / "am" / "final.mdl").is_symlink()
    with overlay(model, tmp_path / "cache", None, small_model.files) as plain:
        assert plain != folder
        assert (plain / "graph" / "Gr.fst").is_symlink()


def test_it_is_written_once(tmp_path, small_model, model):
    written: list[bytes] = []
    folders = []
    for content in (b"one", b"one", b"two", b"one"):
        source = graph(content, written)
        with overlay(model, tmp_path / "cache", None, small_model.files, source) as folder:
            folders.append(folder)
    assert written == [b"one", b"two"]
    assert len(set(folders)) == 2


@pytest.mark.parametrize("name", ["graph/Gr.fst", "graph/words.txt", "ours.json"])
@pytest.mark.parametrize("content", [b"", b"0urs", None])
def test_a_damaged_one_is_written_again(tmp_path, small_model, model, name, content):
    with overlay(model, tmp_path / "cache", None, small_model.files, graph(b"ours")) as folder:
        pass
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with overlay(model, tmp_path / "cache", None, small_model.files, graph(b"ours")) as again:
        assert again == folder
        assert (again / "graph" / "Gr.fst").read_bytes() == b"ours"
        assert (again / "graph" / "words.txt").read_text().startswith("<eps> 0\n")


def test_one_that_cannot_be_written_leaves_nothing(tmp_path, small_model, model):
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    with (
        pytest.raises(OSError, match="full"),
        overlay(model, tmp_path / "cache", None, small_model.files, GraphSource("x", fail)),
    ):
        pass
    assert list((tmp_path / "cache" / "recognition").iterdir()) == []


def test_without_a_cache_it_is_written_for_the_while(tmp_path, small_model, model):
    (tmp_path / "cache").write_bytes(b"a file is in the way")
    with overlay(model, tmp_path / "cache", None, small_model.files, graph(b"ours")) as folder:
        assert (folder / "graph" / "Gr.fst").read_bytes() == b"ours"
    assert not folder.exists()


def test_those_not_used_for_longest_are_removed(tmp_path, small_model, model):
    def use(number: int) -> Path:
        source = graph(b"%d" % number)
        with overlay(model, tmp_path / "cache", None, small_model.files, source) as folder:
            return folder

    folders = [use(number) for number in range(6)]
    for age, folder in enumerate(folders):
        os.utime(folder, (1000 + age, 1000 + age))
    use(0)  # used again just now, so the second is the oldest
    newest = use(6)
    assert set(newest.parent.iterdir()) == {folders[0], *folders[2:], newest}
    assert (model / "am" / "final.mdl").is_file()


def test_what_a_killed_process_left_is_removed(tmp_path, small_model, model):
    left = tmp_path / "cache" / "recognition" / ".building-dead"
    working = tmp_path / "cache" / "recognition" / ".building-alive"
    for folder in (left, working):
        (folder / "overlay").mkdir(parents=True)
    os.utime(left, (1000, 1000))
    with overlay(model, tmp_path / "cache", None, small_model.files, graph(b"ours")):
        assert not left.exists()
        assert working.exists()
