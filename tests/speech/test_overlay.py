from __future__ import annotations

import stat
from pathlib import Path

import pytest

from voice_skill.speech.overlay import Decoding, overlay, with_options


def options_of(folder: Path) -> dict[str, str]:
    lines = (folder / "conf" / "model.conf").read_text().splitlines()
    return dict(line.removeprefix("--").split("=") for line in lines)


def test_settings_are_ours_and_files_are_links(tmp_path, small_model):
    model = small_model.write_folder(tmp_path / "model")
    with overlay(model, tmp_path / "cache", None, small_model.files) as folder:
        options = options_of(folder)
        assert options["lattice-beam"] == "6.0"
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
        assert options_of(again)["lattice-beam"] == "6.0"
    assert list(folder.parent.iterdir()) == [folder]


def test_without_a_cache_it_lasts_as_long_as_it_is_needed(tmp_path, small_model):
    model = small_model.write_folder(tmp_path / "model")
    (tmp_path / "cache").write_bytes(b"a file is in the way")
    with overlay(model, tmp_path / "cache", None, small_model.files) as folder:
        assert options_of(folder)["lattice-beam"] == "6.0"
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
