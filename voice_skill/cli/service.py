"""`voice-skill install-service`: listening from the start of the session, and after a failure."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from voice_skill.cli.conversations import listen, live_start
from voice_skill.cli.options import Settings, pass_settings, shared_options
from voice_skill.cli.service_unit import NAME, is_ours, unit
from voice_skill.domain.errors import UsageError, VoiceSkillError

OWNER_ONLY = 0o700
SYSTEMCTL_SECONDS = 30.0

INSTALLED = """\
start it now and at every login:  systemctl --user daemon-reload
                                  systemctl --user enable --now {name}
also without a login:             loginctl enable-linger
see what it does:                 systemctl --user status {name}
see its log:                      journalctl --user -u {name} -f
undo all this:                    {program} install-service --remove
                                  {no_linger}"""

NO_LINGER = "loginctl disable-linger"

RESTART = f"""\
use the new options now:          systemctl --user daemon-reload
                                  systemctl --user restart {NAME}"""

WITHOUT_SYSTEMD = """\
note: this machine has no systemctl; the unit waits there for a system that has."""


@click.command(
    "install-service",
    context_settings={"ignore_unknown_options": True},
    epilog="Example: voice-skill install-service --locale en-GB --input-device usb",
)
@click.option("--print", "print_only", is_flag=True, help="Print the unit and write nothing.")
@click.option("--remove", is_flag=True, help="Stop the service and take it away again.")
@click.option("--replace", is_flag=True, help="Replace a unit that was changed by hand (kept).")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF LISTEN]...")
@shared_options
@pass_settings
def install_service(
    settings: Settings, *, print_only: bool, remove: bool, replace: bool, options: tuple[str, ...]
) -> int:
    """Write a systemd user unit that runs `voice-skill listen` with the given options.

    Nothing is started: the commands for that are printed.
    """
    path = unit_path()
    if remove:
        if options or print_only or replace:
            raise UsageError("--remove takes no other options")
        return _remove(path, settings.tell)
    words = [*_shared(settings), *listen_options(options)]
    text = unit([*program(), "listen", *words])
    if print_only:
        click.echo(text, nl=False)
        return 0
    _check_start(words)
    replaced = _install(path, text, replace=replace)
    if replaced:
        settings.tell(RESTART)
    if shutil.which("systemctl") is None:
        settings.tell(WITHOUT_SYSTEMD)
    # By its path: an environment of its own, such as that of scripts/run, is not on PATH.
    own = shlex.join(program())
    settings.tell(INSTALLED.format(name=NAME, program=own, no_linger=NO_LINGER))
    return 0


def unit_path() -> Path:
    """Return where the user's own units are."""
    home = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".config"
    return base / "systemd" / "user" / NAME


def program() -> list[str]:
    """Return the command that starts this program from anywhere, with absolute paths."""
    installed = Path(sys.executable).parent / "voice-skill"
    if os.access(installed, os.X_OK) and installed.is_file():
        return [str(installed)]
    return [sys.executable, "-m", "voice_skill"]


def listen_options(words: tuple[str, ...]) -> list[str]:
    """Return options of `listen`, checked, paths made absolute; click.UsageError for others."""
    here = click.get_current_context(silent=True)
    try:
        with click.Context(listen) as context:
            values, _, order = listen.make_parser(context).parse_args(list(words))
        # All their checks, as `listen` itself makes them; its settings are thrown away.
        listen.make_context("listen", list(words), obj=Settings())
    except click.UsageError as error:
        error.ctx = here
        raise
    if values.get("wake") == "key":
        raise click.UsageError("--wake key: a service has no keys; use required or direct.", here)
    found: list[str] = []
    for parameter in dict.fromkeys(order):
        assert parameter.name is not None
        value = values[parameter.name]
        found.append(max(parameter.opts, key=len))
        if not (isinstance(parameter, click.Option) and parameter.is_flag):
            found.append(_absolute(value) if isinstance(parameter.type, click.Path) else str(value))
    return found


def _check_start(words: list[str]) -> None:
    """Raise what `listen` would refuse at its start: the unit would never run."""
    from voice_skill.terminal.listening import check_wishes

    with listen.make_context("listen", list(words), obj=Settings()) as context:
        skill, _, wishes = live_start(context.obj, **context.params)
    if wishes.wake == "key":
        raise UsageError(
            "a service has no keys, and the configuration says `wake: key`",
            hint="add --wake required or --wake direct",
        )
    check_wishes(skill, wishes)


def _shared(settings: Settings) -> list[str]:
    """Return the options that every command takes, as they were given to this one."""
    paths = {"--skill": settings.skill, "--model": settings.model, "--config": settings.config}
    words = {"--locale": settings.locale, "--profile": settings.profile}
    found = [word for name, path in paths.items() if path for word in (name, _absolute(str(path)))]
    found += [word for name, value in words.items() if value for word in (name, value)]
    return found + ["--verbose"] * settings.verbose + ["--quiet"] * settings.quiet


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def _install(path: Path, text: str, *, replace: bool) -> bool:
    """Write the unit and say so; whether there was another."""
    before = _read(path)
    if before == text:
        click.echo(f"unchanged: {path}")
        return False
    if before is not None and not is_ours(before):
        if not replace:
            raise UsageError(
                f"{path} was changed by hand and is left as it is",
                hint="Compare it with: voice-skill install-service --print; or add --replace.",
            )
        click.echo(f"the changed unit is kept as {_keep(path)}")
    _write(path, text)
    click.echo(f"{'written' if before is None else 'replaced'}: {path}")
    return before is not None


def _remove(path: Path, tell: Callable[[str], None]) -> int:
    before = _read(path)
    if before is None:
        click.echo(f"there is no {path}")
        return 0
    done = _systemctl("disable", "--now", NAME)
    if is_ours(before):
        path.unlink()
        click.echo(f"removed: {path}")
    else:
        click.echo(f"removed: {path}\nit had been changed by hand and is kept as {_keep(path)}")
    with suppress(OSError):
        (path.parent / "default.target.wants" / NAME).unlink(missing_ok=True)
    if done:
        _systemctl("daemon-reload")
        tell("the service was stopped")
    else:
        tell(f"if it still runs, stop it: systemctl --user stop {NAME}")
    tell(f"if it ran without a login, and nothing else is to: {NO_LINGER}")
    return 0


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _disk_error(path, error) from error


def _keep(path: Path) -> Path:
    """Move a unit aside, beside those that were before."""
    kept = path.with_suffix(".service.old")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_suffix(f".service.old{number}")
    path.rename(kept)
    return kept


def _write(path: Path, text: str) -> None:
    """Write whole or not at all, for the owner alone."""
    try:
        path.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".part", dir=path.parent)  # with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
                stream.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _disk_error(path, error) from error


def _disk_error(path: Path, error: OSError) -> VoiceSkillError:
    return VoiceSkillError(
        f"{path}: {error.strerror or error}",
        hint="`voice-skill install-service --print` prints the unit instead.",
    )


def _systemctl(*words: str) -> bool:
    """Run `systemctl --user`; whether it did what was asked."""
    found = shutil.which("systemctl")
    if found is None:
        return False
    try:
        done = subprocess.run(
            [found, "--user", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SYSTEMCTL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
