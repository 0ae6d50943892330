"""`voice-skill check`: is the content as it should be?"""

from __future__ import annotations

from pathlib import Path

import click

from voice_skill.cli.options import Settings, pass_settings, shared_options


@click.command(epilog="Example: voice-skill check intents/en")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[SKILL_DIR]")
@shared_options
@pass_settings
def check(settings: Settings, folder: Path | None) -> int:
    """Report every problem of a skill's content as file:line:column."""
    from voice_skill.content import check as find_problems
    from voice_skill.domain.errors import ModelError
    from voice_skill.speech.symbols import Vocabulary

    try:
        known_word = Vocabulary.read(settings.require_model()).__contains__
    except ModelError:
        known_word = None
    problems = find_problems(
        folder or settings.skill or settings.configuration().skill, known_word=known_word
    )
    for problem in problems:
        click.echo(str(problem))
    if not settings.quiet:
        note = "" if known_word else " (words not compared with the speech model: not installed)"
        count = len(problems)
        summary = "no problems" if not count else f"{count} problem{'s' * (count > 1)}"
        click.echo(f"{summary}{note}", err=True)
    return 1 if problems else 0
