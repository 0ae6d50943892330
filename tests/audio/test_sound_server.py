"""Where the server has put our streams, read from what `pactl` prints."""

from __future__ import annotations

import select
import subprocess
from pathlib import Path

import pytest

from voice_skill.audio.portaudio import Kind
from voice_skill.audio.sound_server import Change, Place, SoundServer, places

OURS, OTHERS = 4711, 4712


def listing(name: str, heading: str, *streams: tuple[int, int]) -> str:
    """What `pactl list source-outputs` prints of streams of (device, process), shortened."""
    return "\n".join(
        f"{name} #{number}\n\tDriver: protocol-native.c\n\tClient: 12\n\t{heading}: {device}\n"
        f'\tFormat: pcm, format.rate = "16000"\n\tProperties:\n\t\tmedia.name = "ALSA Capture"\n'
        f'\t\tapplication.process.id = "{process}"\n\t\tapplication.language = "C"\n'
        for number, (device, process) in enumerate(streams)
    )


def short(*names: str) -> str:
    return "".join(f"{n}\t{name}\tmodule.c\ts16le 1ch\tIDLE\n" for n, name in enumerate(names))


def found(
    sources: str, at_source: int, sinks: str = short("speaker"), at_sink: int = 0
) -> dict[Kind, Place]:
    answers = {
        ("list", "source-outputs"): listing(
            "Source Output", "Source", (0, OTHERS), (at_source, OURS)
        ),
        ("list", "short", "sources"): sources,
        ("list", "sink-inputs"): listing("Sink Input", "Sink", (at_sink, OURS)),
        ("list", "short", "sinks"): sinks,
    }
    return places(lambda words: answers[words], OURS)


def test_a_stream_at_a_microphone_is_right() -> None:
    sources = short("speaker.monitor", "alsa_input.usb-mic")
    assert found(sources, 1) == {"microphone": Place.RIGHT, "speaker": Place.RIGHT}


def test_a_stream_at_a_monitor_is_wrong_and_misplaced_where_there_is_a_microphone() -> None:
    assert found(short("speaker.monitor"), 0)["microphone"] is Place.WRONG
    assert found(short("speaker.monitor", "mic"), 0)["microphone"] is Place.MISPLACED


def test_a_speaker_that_nobody_hears_is_wrong() -> None:
    assert found(short("mic"), 0, short("auto_null"))["speaker"] is Place.WRONG
    assert found(short("mic"), 0, short("auto_null", "usb"))["speaker"] is Place.MISPLACED


def test_nothing_is_known_of_streams_that_are_not_there() -> None:
    assert places(lambda words: "", OURS) == {
        "microphone": Place.UNKNOWN,
        "speaker": Place.UNKNOWN,
    }
    assert places(lambda words: "Failure: no such command", OURS)["speaker"] is Place.UNKNOWN


def test_without_the_program_nothing_is_known_and_nothing_runs() -> None:
    server = SoundServer("no-such-program")
    server.start()
    assert server.changed() is Change.NOTHING
    assert server.places() == {}
    server.close()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A `pactl` of ours that knows of no server."""
    path = tmp_path / "pactl"
    path.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("Event 'new' on client #20", Change.NOTHING),
        ("Event 'change' on source-output #2", Change.STREAMS),
        ("Event 'change' on sink #1", Change.STREAMS),
        ("Event 'new' on sink-input #7", Change.STREAMS),
        ("Event 'remove' on source #2", Change.DEVICES),
        ("Event 'change' on server #4294967295", Change.DEVICES),
    ],
)
def test_a_change_is_told_from_the_rest(tmp_path: Path, line: str, change: Change) -> None:
    program = tmp_path / "pactl"
    program.write_text(f'#!/bin/sh\necho "{line}"\nexec sleep 60\n', encoding="utf-8")
    program.chmod(0o755)
    server = SoundServer(str(program))
    server.start()
    assert isinstance(server._subscription, subprocess.Popen)
    assert server._subscription.stdout is not None
    select.select([server._subscription.stdout], [], [], 20)
    assert server.changed() is change
    assert server.changed() is Change.NOTHING
    server.close()


def test_a_server_that_is_gone_is_news_and_leaves_no_process(program: Path) -> None:
    server = SoundServer(str(program))
    server.start()
    child = server._subscription
    assert isinstance(child, subprocess.Popen)
    child.wait()
    assert server.changed() is Change.DEVICES
    assert not server.told
    assert server.places() == {}
    server.close()
