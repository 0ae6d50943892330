"""`voice-skill ask` and `voice-skill hear`: one turn, typed or recorded."""

from __future__ import annotations

import datetime
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_skill.cli.options import STATE, Settings, pass_settings, shared_options
from voice_skill.domain.errors import AudioError, UsageError, VoiceSkillError
from voice_skill.domain.language import Skill
from voice_skill.domain.model import DialogueState

if TYPE_CHECKING:
    from voice_skill.conversation.turns import Turn


@click.command(epilog="Example: voice-skill ask 'my ankle twitches after standing' --explain")
@click.argument("text", nargs=-1, required=True)
@STATE
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@click.option("--speak", is_flag=True, help="Speak the reply through the speaker.")
@click.option("--explain", is_flag=True, help="Say which phrases, slots and rules decided.")
@shared_options
@pass_settings
def ask(
    settings: Settings,
    text: tuple[str, ...],
    state: DialogueState,
    as_json: bool,
    speak: bool,
    explain: bool,
) -> int:
    """Answer a typed sentence: one turn without audio."""
    from voice_skill.conversation.skills import knowledge_of, make_understander
    from voice_skill.conversation.turns import ask as ask_one
    from voice_skill.terminal.turns import turn_json, turn_lines

    sentence = " ".join(text).strip()
    if not sentence:
        raise UsageError("there is nothing to answer", hint="give a sentence in quotes")
    skill = settings.load_skill()
    if speak:
        knowledge_of(skill, hint="leave out --speak")
    understander = make_understander(skill, settings.tell)
    turn = ask_one(understander, skill.knowledge, sentence, state, datetime.datetime.now())
    if as_json:
        click.echo(turn_json(turn, explain=explain))
    else:
        click.echo("\n".join(turn_lines(turn, explain=explain)))
    if speak:
        _speak(settings, skill, turn)
    return 0


def _speak(settings: Settings, skill: Skill, turn: Turn) -> None:
    from voice_skill.audio.playback import play
    from voice_skill.conversation.engines import make_voice
    from voice_skill.conversation.narrator import render_reply

    if not turn.reply:
        return
    with ExitStack() as stack:
        voice = make_voice(stack, skill.knowledge)
        sound = render_reply(voice, turn.reply)
        play(sound, voice.sample_rate, settings.configuration().output_device)


@click.command(epilog="Example: voice-skill hear samples/night_1_toe.flac --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@STATE
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a file.")
@click.option("--explain", is_flag=True, help="Say which phrases, slots and rules decided.")
@click.option(
    "--reply-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write each spoken reply there as a WAV file.",
)
@shared_options
@pass_settings
def hear(
    settings: Settings,
    files: tuple[str, ...],
    state: DialogueState,
    as_json: bool,
    explain: bool,
    reply_dir: Path | None,
) -> int:
    """Understand recorded utterances: transcript, decision, intent, slots, reply.

    A FILE of - is standard input.
    """
    from voice_skill.cli.hearing import Ear
    from voice_skill.terminal.progress import item_progress
    from voice_skill.terminal.turns import turn_json, turn_lines

    failed = 0
    with ExitStack() as stack:
        ear = Ear(settings, stack, reply_dir)
        for name in item_progress(files, "hearing", len(files), quiet=settings.quiet):
            try:
                turn, remarks = ear.hear(name, state)
            except AudioError as error:
                failed += 1
                _tell(name, error)
                continue
            for remark in remarks:
                click.echo(f"{name}: {remark}", err=True)
            if as_json:
                click.echo(turn_json(turn, audio=name, explain=explain))
            else:
                click.echo("\n".join(turn_lines(turn, title=name, explain=explain)))
            sys.stdout.flush()
    if failed and len(files) > 1:
        click.echo(f"{failed} of {len(files)} files could not be heard", err=True)
    return 1 if failed else 0


def _tell(name: str, error: VoiceSkillError) -> None:
    told = str(error)
    # Most name the file themselves; what is said of standard input calls it so.
    where = "" if name == "-" or str(Path(name)) in told else f"{name}: "
    click.echo(f"error: {where}{told}", err=True)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)
