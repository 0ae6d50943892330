"""The commands: parse, call, exit code. Errors become one line and a hint here, nowhere else."""

from __future__ import annotations

import difflib
import importlib
import logging
import os
import sys
from collections.abc import Sequence

import click

from voice_skill.cli.options import shared_options
from voice_skill.domain.errors import ContentError, VoiceSkillError

LOG = logging.getLogger(__name__)

INTERRUPTED = 130

COMMANDS = {
    "ask": "voice_skill.cli.turns",
    "calibrate": "voice_skill.cli.calibration",
    "check": "voice_skill.cli.skills",
    "converse": "voice_skill.cli.conversations",
    "devices": "voice_skill.cli.sound",
    "diary": "voice_skill.cli.diary",
    "doctor": "voice_skill.cli.sound",
    "hear": "voice_skill.cli.turns",
    "install-service": "voice_skill.cli.service",
    "listen": "voice_skill.cli.conversations",
    "model": "voice_skill.cli.models",
    "record": "voice_skill.cli.recording",
    "test": "voice_skill.cli.testing",
}


class Program(click.Group):
    """Loads a command's module when it is used, and suggests a name for one that is unknown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, None if there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments; an unknown one brings a suggestion."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not close or "Did you mean" in error.message:
                raise
            message = f"{error.message} Did you mean '{close[0]}'?"
            raise click.UsageError(message, ctx) from error


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: voice-skill ask 'my big toe keeps twitching at night'",
)
@click.version_option(package_name="voice-skill", prog_name="voice-skill")
@shared_options
def program() -> None:
    """Offline voice assistant for ankle and foot twitches and night spasms.

    General information from one article and guided gentle movement. It is not a doctor.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code (docs/ARCHITECTURE.md, 'Errors')."""
    try:
        code = program.main(
            args=None if arguments is None else list(arguments),
            prog_name="voice-skill",
            standalone_mode=False,
        )
    except click.ClickException as error:
        error.show()
        return 2
    except ContentError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        return _report(error)
    except VoiceSkillError as error:
        return _report(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except OSError as error:
        # Whatever a disk or a device does that no room foresaw: a sentence, not a traceback.
        LOG.info("because of: %r", error)
        where = f"{error.filename}: " if error.filename else ""
        return _report(VoiceSkillError(f"{where}{error.strerror or error}"))
    return code if isinstance(code, int) else 0


def _report(error: VoiceSkillError) -> int:
    click.echo(f"error: {error}", err=True)
    if error.__cause__ is not None:
        LOG.info("because of: %r", error.__cause__)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)
    return error.exit_code


def run() -> None:
    """Entry point of the installed program."""
    _fill_standard_streams()
    sys.exit(main())


def _fill_standard_streams() -> None:
    """Give descriptors 0 to 2 somewhere to lead where we were started without them.

    Else the next file that is opened takes their number, and a library that prints an error would
    write into the sound server's socket.
    """
    while (opened := os.open(os.devnull, os.O_RDWR)) < 3:
        pass  # the lowest free number is taken
    os.close(opened)
