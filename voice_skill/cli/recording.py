"""`voice-skill record`: a person records the sentences that a skill is tested with."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_skill.cli.conversations import DEVICE_HELP
from voice_skill.cli.options import Settings, pass_settings, shared_options
from voice_skill.cli.values import FILE
from voice_skill.domain.errors import UsageError

if TYPE_CHECKING:
    from voice_skill.conversation.recording_session import RecordingSession
    from voice_skill.conversation.take_folder import Sentence, TakeFolder

MOST_SENTENCES = 5_000


@click.command(epilog="Example: voice-skill record recordings/anna --speaker anna --count 30")
@click.argument("folder", type=FILE, metavar="DIR")
@click.option(
    "--count",
    type=click.IntRange(1, MOST_SENTENCES),
    default=40,
    show_default=True,
    metavar="N",
    help="How many sentences to draw from the skill.",
)
@click.option(
    "--intent",
    "intents",
    multiple=True,
    metavar="NAME",
    help="Only sentences of this intent; may be repeated.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Other sentences; the same seed draws the same.",
)
@click.option(
    "--sentences",
    type=FILE,
    metavar="FILE",
    help="Your own sentences, one a line, instead of drawn ones.",
)
@click.option("--speaker", metavar="NAME", help="Who speaks: becomes the tag voice:NAME.")
@click.option(
    "--input-device", "--device", "device", metavar="X", help=f"Microphone. {DEVICE_HELP}"
)
@shared_options
@pass_settings
def record(
    settings: Settings,
    folder: Path,
    count: int,
    intents: tuple[str, ...],
    seed: int,
    sentences: Path | None,
    speaker: str | None,
    device: str | None,
) -> int:
    """Record sentences for a test with your own voice: read aloud, keep, go on.

    DIR gets a WAV file and its label for each sentence that you keep. The same command again goes
    on where it stopped.
    """
    from voice_skill.conversation.take_folder import TakeFolder

    _check_speaker(speaker)
    shelf = TakeFolder(folder, speaker)
    wanted = _sentences(settings, count, intents, seed, sentences)
    left = sum(sentence not in shelf for sentence in wanted)
    if not left:
        click.echo(f"all {len(wanted)} sentences are recorded")
        _tell_test(settings, folder)
        return 0
    session = _record(settings, wanted, shelf, left, device, speaker)
    if session is not None:
        click.echo(f"\nkept {session.kept}; {session.left} of {len(wanted)} sentences are left")
        if session.left < len(wanted):
            _tell_test(settings, folder)
    return 0


def _check_speaker(speaker: str | None) -> None:
    if speaker is not None and not re.fullmatch(r"\w[\w.-]{0,39}", speaker):
        raise UsageError(
            f"--speaker {speaker!r} cannot be a tag", hint="use letters, digits, -, . and _"
        )


def _sentences(
    settings: Settings, count: int, intents: tuple[str, ...], seed: int, path: Path | None
) -> list[Sentence]:
    """Return what is to be said: the person's own sentences, or some of the skill's."""
    from voice_skill.conversation.skills import make_understander
    from voice_skill.evaluation.rows import known_to
    from voice_skill.evaluation.to_record import check_intents, from_file, sampled

    if path is not None and len(intents) > 1:
        raise UsageError("which intent do these sentences have?", hint="give one --intent")
    if path is not None and not intents:
        return from_file(path, None)
    skill = settings.load_skill()
    understander = make_understander(skill)
    if path is None:
        return sampled(skill, understander, count, intents, seed)
    check_intents(intents, known_to(skill, understander.templates).intents)
    return from_file(path, intents[0])


def _record(
    settings: Settings,
    wanted: list[Sentence],
    shelf: TakeFolder,
    left: int,
    device: str | None,
    speaker: str | None,
) -> RecordingSession | None:
    from voice_skill.audio.voice_activity import SileroVoiceActivity
    from voice_skill.conversation.recording_session import RecordingSession
    from voice_skill.conversation.take import TakeRecorder
    from voice_skill.terminal.recording import consent_lines, record_live

    configuration = settings.configuration()
    recorder = TakeRecorder(SileroVoiceActivity())
    return record_live(
        lambda play: RecordingSession(wanted, shelf, recorder, play),
        consent_lines(shelf.path, left, speaker),
        input_device=device or configuration.input_device,
        output_device=configuration.output_device,
    )


def _tell_test(settings: Settings, folder: Path) -> None:
    skill = f" --skill {shlex.quote(str(settings.skill))}" if settings.skill else ""
    click.echo(f"test them: voice-skill test {shlex.quote(str(folder))}{skill}")
