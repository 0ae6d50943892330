"""`voice-skill listen` and `voice-skill converse`: whole conversations, live and recorded."""

from __future__ import annotations

import datetime
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voice_skill.cli.options import NIGHT, WAKE, Settings, pass_settings, shared_options

if TYPE_CHECKING:
    from voice_skill.domain.attention import Policy
    from voice_skill.domain.language import Skill
    from voice_skill.domain.manner import NightMode
    from voice_skill.terminal.listening import Wishes

DEVICE_HELP = "Number or part of the name, as `voice-skill devices` lists them."


@click.command(epilog="Example: voice-skill converse samples/night.yaml --record night.wav")
@click.argument("source", type=click.Path(path_type=Path), metavar="SCENARIO.yaml|FILE.wav")
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="OUT.wav",
    help="Write what a bystander would have heard, both voices.",
)
@click.option(
    "--night",
    type=click.Choice(["on", "off"]),
    default="off",
    show_default=True,
    help="Hold it in the night's manner, whatever the hour is.",
)
@shared_options
@pass_settings
def converse(settings: Settings, source: Path, record: Path | None, night: str) -> int:
    """Hold a whole recorded conversation, faster than real time, and print both sides."""
    from voice_skill.conversation.rehearsal import rehearse
    from voice_skill.domain.manner import Manner
    from voice_skill.terminal.transcripts import TranscriptLines, clock

    model = settings.require_model()
    skill = settings.load_skill()
    lines = TranscriptLines()
    with ExitStack() as stack:
        outcome = rehearse(
            skill,
            model,
            source,
            stack,
            log=lambda entry: _echo(lines.lines(entry)),
            profile=settings.recognition(),
            wall_time=datetime.datetime.now,
            notify=settings.tell,
            manner=Manner(night=night == "on"),
        )
    _echo(lines.rest())
    if record is not None:
        from voice_skill.audio.files import write_wav
        from voice_skill.conversation.listener import SAMPLE_RATE

        write_wav(record, outcome.bystander, SAMPLE_RATE)
    if not settings.quiet:
        ratio = outcome.seconds / max(outcome.spent_seconds, 1e-6)
        click.echo(
            f"({clock(outcome.seconds)} of conversation in {outcome.spent_seconds:.1f} s,"
            f" {ratio:.0f} times faster than real time)",
            err=True,
        )
    if outcome.unspoken:
        click.echo(f"error: this turn never had its moment: {outcome.unspoken}", err=True)
        return 1
    return 0


def _echo(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


@click.command(epilog="Example: voice-skill listen --input-device usb")
@click.option("--input-device", metavar="X", help=f"Microphone. {DEVICE_HELP}")
@click.option("--output-device", metavar="Y", help=f"Speaker. {DEVICE_HELP}")
@WAKE
@NIGHT
@click.option(
    "--barge-in",
    is_flag=True,
    help="Hear you over its own voice, too; needs the extra `aec`, and may stand still for noise.",
)
@click.option(
    "--keep-audio",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep recordings of what is heard, for you alone. Without it none is kept.",
)
@shared_options
@pass_settings
def listen(settings: Settings, /, **options: Any) -> int:  # noqa: ANN401
    """Listen and answer, hands-free, until q, Ctrl+C or SIGTERM.

    Keys: space or w wakes, space pauses a routine, enter goes on, s stops, m turns the microphone
    off and on, q ends the program.
    """
    from voice_skill.terminal.listening import listen_live

    listen_live(*live_start(settings, **options))
    return 0


def live_start(
    settings: Settings,
    *,
    input_device: str | None,
    output_device: str | None,
    wake: Policy | None,
    night: NightMode | None,
    barge_in: bool,
    keep_audio: Path | None,
) -> tuple[Skill, Path, Wishes]:
    """Return what `listen` starts with: skill, speech model and wishes, from options and files.

    VoiceSkillError for a configuration, skill, locale or model that cannot be used.
    """
    from voice_skill.terminal.listening import Wishes

    configuration = settings.configuration()
    wishes = Wishes(
        input_device=input_device or configuration.input_device,
        output_device=output_device or configuration.output_device,
        volume=configuration.volume,
        quiet=settings.quiet,
        profile=settings.recognition(),
        wake=wake or configuration.wake,
        night=night or configuration.night,
        night_hours=configuration.night_hours,
        barge_in=barge_in,
        keep_audio=keep_audio,
    )
    return settings.load_skill(), settings.require_model(), wishes
