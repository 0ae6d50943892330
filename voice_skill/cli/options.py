"""The options that every command takes, before or after its name, and the file of defaults."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from voice_skill.content.config import Config
    from voice_skill.domain.language import Skill
    from voice_skill.speech.profiles import Profile

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(slots=True)
class Settings:
    """What was asked for on the command line; None where nothing was said."""

    skill: Path | None = None
    model: Path | None = None
    locale: str | None = None
    profile: str | None = None
    verbose: bool = False
    quiet: bool = False
    config: Path | None = None
    _read: Config | None = None

    def configuration(self) -> Config:
        """Return the configuration file's values (read once); ContentError when it is wrong."""
        if self._read is None:
            from voice_skill.content.config import config_path, read_config

            self._read = read_config(self.config or config_path())
        return self._read

    def tell(self, sentence: str) -> None:
        """Say something beside the output, unless only the output is wanted."""
        if not self.quiet:
            click.echo(sentence, err=True)

    def load_skill(self) -> Skill:
        """Load the skill folder that was asked for: option, else configuration, else our own."""
        from voice_skill.content import load
        from voice_skill.conversation.skills import without_collecting

        configuration = self.configuration()
        with without_collecting():
            skill = load(
                self.skill or configuration.skill, locale=self.locale or configuration.locale
            )
        return configuration.applied_to(skill)

    def model_folder(self) -> Path:
        """Return where the speech model is, or would be installed."""
        from voice_skill.files.places import checkout
        from voice_skill.speech import model_store

        chosen = self.model or self.configuration().model
        return chosen or model_store.default_folder(checkout())

    def recognition(self) -> Profile:
        """Return how much the recogniser may cost: option, else configuration."""
        from voice_skill.speech.profiles import PROFILES

        return PROFILES[self.profile or self.configuration().profile]

    def require_model(self) -> Path:
        """Return the model's folder after a quick look; ModelError when it is not well."""
        from voice_skill.speech import model_store

        return model_store.require(self.model_folder())


class _ToStandardError(logging.Handler):
    """Writes to what is standard error at that moment: `audio.quiet` puts another in its place.

    On a terminal it begins its own line, where the live line may stand.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; a log that cannot be written stops nothing."""
        with suppress(OSError, ValueError, AttributeError):
            begin = "\r\x1b[2K" if sys.stderr.isatty() else ""
            sys.stderr.write(f"{begin}{self.format(record)}\n")
            sys.stderr.flush()


def log_to_standard_error() -> None:
    """Tell what is done, and how long it took since the start, beside the output."""
    handler = _ToStandardError()
    handler.setFormatter(logging.Formatter("%(relativeCreated)6.0f ms  %(message)s"))
    logging.basicConfig(handlers=[handler], force=True)
    logging.getLogger("voice_skill").setLevel(logging.INFO)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    settings = context.ensure_object(Settings)
    given = value is not None and value is not False
    if given and parameter.name is not None:
        setattr(settings, parameter.name, value)
    if parameter.name == "verbose" and given:
        log_to_standard_error()


def shared_options(command: F) -> F:
    """Give a command the options that all of them take."""
    for option in reversed(_SHARED):
        option(command)  # it notes the option on the function, and returns the same function
    return command


def _value(
    *names: str,
    folder: bool = False,
    file: bool = False,
    choices: Sequence[str] = (),
    metavar: str,
    text: str,
) -> Decorator:
    kind: click.Path | click.ParamType[Any] = click.Path(path_type=Path) if folder else click.STRING
    if file:  # one that was named must be there; only the usual one may miss
        kind = click.Path(path_type=Path, exists=True, dir_okay=False)
    if choices:
        kind = click.Choice(choices)
    return click.option(
        *names, type=kind, metavar=metavar, help=text, expose_value=False, callback=_remember
    )


def _flag(*names: str, text: str) -> Decorator:
    return click.option(*names, is_flag=True, help=text, expose_value=False, callback=_remember)


_SHARED = (
    _value("--skill", folder=True, metavar="DIR", text="Folder of another skill."),
    _value("--model", folder=True, metavar="DIR", text="Folder of the speech model."),
    _value("--locale", metavar="NAME", text="Emergency number and words: en-US, en-GB ..."),
    _value(
        "--profile",
        choices=("laptop", "pi"),
        metavar="NAME",
        text="laptop, or pi: less exact, for slow machines.",
    ),
    _value("--config", file=True, metavar="FILE", text="Configuration file to read."),
    _flag("--verbose", "-v", text="Say more about what is done."),
    _flag("--quiet", "-q", text="Say only what was asked for."),
)


def options_of(options: Sequence[Decorator]) -> Callable[[F], F]:
    """Return what gives a command its own many options, in their order."""

    def give(command: F) -> F:
        for option in reversed(options):
            option(command)
        return command

    return give


def pass_settings(function: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command its `Settings` as the first argument."""

    @functools.wraps(function)
    def inner(*arguments: P.args, **keywords: P.kwargs) -> R:
        settings = click.get_current_context().ensure_object(Settings)
        return function(settings, *arguments, **keywords)

    return inner


WAKE = click.option(
    "--wake",
    type=click.Choice(["required", "direct", "key"]),
    help="What opens attention: a wake phrase (required), also a whole sentence about a symptom"
    " (direct), or a key. Without it what the configuration says, else required.",
)

NIGHT = click.option(
    "--night",
    type=click.Choice(["auto", "on", "off"]),
    help="Speak lower, slower and shorter: by the clock (auto: from 22:00 to 07:00, unless the"
    " configuration says other hours), always, or never. Without it what the configuration says,"
    " else auto.",
)

STATE = click.option(
    "--state",
    type=click.Choice(["idle", "offer", "routine"]),
    default="idle",
    show_default=True,
    help="Where in a conversation this is said.",
)
