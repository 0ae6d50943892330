"""`voice-skill calibrate`: chooses the thresholds of a skill on one set, reports on another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from voice_skill.cli.options import Settings, options_of, pass_settings, shared_options
from voice_skill.cli.values import FILE, SHARE, must_be_writable, must_exist
from voice_skill.domain.errors import UsageError

if TYPE_CHECKING:
    from voice_skill.evaluation.calibration import Limits
    from voice_skill.evaluation.examiner import Engines, Examiner
    from voice_skill.evaluation.judging import Trial
    from voice_skill.evaluation.recommendation import Recommendation, Set
    from voice_skill.evaluation.rows import Row

F = TypeVar("F", bound=Callable[..., Any])

MOST_JOBS = 64


@dataclass(frozen=True, slots=True)
class Options:
    """The command's own options, as they were given."""

    choose: tuple[Path, ...]
    report: tuple[Path, ...]
    split: bool
    letters: bool
    text_only: bool
    jobs: int
    name: str | None
    max_false_accepts: float
    max_near_misses: float
    max_acted_wrong: float
    max_asked: float
    seed: int
    json: Path | None
    write: bool

    def limits(self) -> Limits:
        """Return the limits that the choice has to keep."""
        from voice_skill.evaluation.calibration import Limits

        return Limits(
            false_accepts=self.max_false_accepts,
            near_misses=self.max_near_misses,
            acted_wrong=self.max_acted_wrong,
            asked=self.max_asked,
        )


def _limit(name: str, default: float, text: str) -> Callable[[F], F]:
    return click.option(
        name, type=SHARE, default=default, show_default=True, metavar="X", help=text
    )


OPTIONS = (
    click.argument("choose", nargs=-1, required=True, type=FILE, metavar="CHOOSE..."),
    click.option("--report", multiple=True, type=FILE, metavar="REPORT",
                 help="Manifest or folder to report on; shares no wording with CHOOSE."),
    click.option("--split", is_flag=True,
                 help="Choose on one half of the wordings of CHOOSE, report on the other."),
    click.option("--letters", is_flag=True,
                 help="The thresholds for when no sentence encoder is installed."),
    click.option("--text-only", is_flag=True, help="The text of rows, not their recordings."),
    click.option("--jobs", "-j", type=click.IntRange(1, MOST_JOBS), default=1, show_default=True,
                 metavar="N", help="Processes that hear recordings side by side."),
    click.option("--name", metavar="TEXT", help="What to call the set in chosen_on."),
    _limit("--max-false-accepts", 0.02, "Largest share of what is out of scope to be acted on."),
    _limit("--max-near-misses", 0.1, "The same of rows tagged near_miss."),
    _limit("--max-acted-wrong", 0.04, "Largest share of what is in scope to be acted on wrongly."),
    _limit("--max-asked", 0.15, "Largest share of what is out of scope to be asked back about."),
    click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="N",
                 help="Draws of the intervals."),
    click.option("--json", type=FILE, metavar="FILE", help="Write thresholds and figures."),
    click.option("--write", is_flag=True, help="Put the thresholds into the skill's file."),
)  # fmt: skip


@click.command(epilog="Example: voice-skill calibrate mine.jsonl --split --skill my-skill")
@options_of(OPTIONS)
@shared_options
@pass_settings
def calibrate(settings: Settings, /, **given: Any) -> int:  # noqa: ANN401 - one field of Options each
    """Choose the skill's thresholds on CHOOSE and report what they do on REPORT.

    Both are manifests or folders as for `test`. What is chosen: the largest share right at once
    plus half of the share right after one question, as far as the limits allow.
    """
    options = Options(**given)
    _check(options)
    found = _recommendation(settings, options)
    _tell(found)
    if options.json is not None:
        from voice_skill.evaluation.files import write_json

        write_json(options.json, found.document())
    from voice_skill.terminal.calibration import broken_lines

    problems = broken_lines(found)
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    if options.write and not problems:
        _write(settings, found, letters=options.letters)
    return 1 if problems else 0


def _check(options: Options) -> None:
    """Refuse what cannot be meant before anything is loaded."""
    if bool(options.report) == options.split:
        raise UsageError(
            "--report and --split at once" if options.split else "on what is to be reported?",
            hint="name another set with --report, or halve this one with --split",
        )
    must_exist((*options.choose, *options.report))
    must_be_writable(options.json)


# ------------------------------------------------------------------ what is heard


def _recommendation(settings: Settings, options: Options) -> Recommendation:
    """Read both sets, hear them once, and search."""
    from voice_skill.evaluation.calibration import GRIDS
    from voice_skill.evaluation.examiner import Engines, Examiner
    from voice_skill.evaluation.judging import Judge
    from voice_skill.evaluation.recommendation import recommend
    from voice_skill.terminal.progress import item_progress

    configuration = settings.configuration()
    engines = Engines(
        settings.skill or configuration.skill,
        settings.locale or configuration.locale,
        settings.model_folder(),
        settings.recognition(),
        letters=options.letters,
    )
    examiner = Examiner(engines, settings.tell)
    if not options.letters and not examiner.understander.compares_meanings:
        raise UsageError(
            "there is no sentence encoder to choose the thresholds with",
            hint="install it (voice-skill model install), or choose those without it: --letters",
        )
    chosen, reported = _rows(examiner, options)
    if any(row.audio is not None for row in (*chosen, *reported)):
        settings.require_model()
    gate = min(*GRIDS["gate"], examiner.skill.language.thresholds.gate)
    # Heard without the encoder, which is for later, and as the most open gate would hear it.
    hearing = replace(engines, letters=True, gate=gate)
    trials = _heard([*chosen, *reported], settings, hearing, options.jobs)
    judge = Judge(
        examiner.understander, examiner.skill.language.thresholds, settings.recognition().exact
    )
    for _ in item_progress(judge.prepare(trials), "comparing", len(trials), quiet=settings.quiet):
        pass
    settings.tell("trying thresholds; with many utterances this takes minutes")
    sets = _sets(options, trials, len(chosen))
    thresholds = replace(examiner.skill.language.thresholds, chosen_on=sets[0].name)
    return recommend(judge, thresholds, *sets, options.limits(), options.seed)


def _rows(examiner: Examiner, options: Options) -> tuple[list[Row], list[Row]]:
    """Return the labelled rows to choose on and to report on; ContentError where they overlap."""
    from voice_skill.evaluation.examiner import as_text
    from voice_skill.evaluation.halves import halved, refuse_overlap
    from voice_skill.evaluation.reading import labelled, read_rows, source_names
    from voice_skill.evaluation.rows import known_to

    known = known_to(examiner.skill, examiner.understander.templates)
    names = source_names([*options.choose, *options.report])
    count = len(options.choose)

    def read(paths: Sequence[Path], names: Sequence[str]) -> list[Row]:
        rows = read_rows(paths, known, names)
        if options.text_only:
            rows = [as_text(row) for row in rows if row.text.strip()]
        return labelled(rows, examiner.understander)

    rows = read(options.choose, names[:count])
    if options.split:
        sets = halved(rows)
        if not all(sets):
            raise UsageError("there are too few wordings to halve", hint="give a set with --report")
        return sets
    reported = read(options.report, names[count:])
    refuse_overlap(rows, reported)
    return rows, reported


def _heard(rows: Sequence[Row], settings: Settings, engines: Engines, jobs: int) -> list[Trial]:
    """Hear every row once; AudioError for a recording that cannot be read."""
    from voice_skill.domain.errors import AudioError
    from voice_skill.evaluation.conditions import Condition
    from voice_skill.evaluation.examiner import Examiner
    from voice_skill.evaluation.judging import Trial
    from voice_skill.evaluation.workers import run_each
    from voice_skill.terminal.progress import item_progress

    if all(row.audio is None for row in rows):
        jobs = 1
    tasks = [(row, Condition()) for row in rows]
    trials = []
    with closing(
        run_each(tasks, Examiner(engines), engines, min(jobs, len(rows)), Examiner.turn)
    ) as turns:
        shown = item_progress(turns, "hearing", len(rows), quiet=settings.quiet)
        for row, turn in zip(rows, shown, strict=True):
            if isinstance(turn, dict):
                raise AudioError(f"{row.source}: {turn['error']}", hint=turn["hint"])
            trials.append(Trial(row, turn))
    return trials


def _sets(options: Options, trials: Sequence[Trial], count: int) -> tuple[Set, Set]:
    """Return the two sets under their names; the first `count` trials are chosen on."""
    from voice_skill.evaluation.reading import source_names
    from voice_skill.evaluation.recommendation import Set

    names = source_names([*options.choose, *options.report])
    chosen = " and ".join(names[: len(options.choose)])
    reported = " and ".join(names[len(options.choose) :])
    if options.split:
        chosen, reported = f"{chosen} (one half)", "the other half"
    return Set(options.name or chosen, trials[:count]), Set(reported, trials[count:])


# ------------------------------------------------------------------ what is told of it


def _tell(found: Recommendation) -> None:
    from voice_skill.content.thresholds import yaml_block
    from voice_skill.terminal.calibration import recommendation_lines

    lines = recommendation_lines(found, width=shutil.get_terminal_size().columns)
    click.echo("\n".join([*lines, "", yaml_block(found.thresholds).rstrip()]))


def _write(settings: Settings, found: Recommendation, *, letters: bool) -> None:
    """Show what changes in the skill's file, and write it."""
    from voice_skill.content.thresholds import MATCHING, edited

    folder = settings.skill or settings.configuration().skill
    values = dict(found.after)
    if letters:  # what is not written there is no longer that of the case with an encoder
        values |= {name: getattr(found.thresholds.letters, name) for name in MATCHING}
    edit = edited(folder, values, found.thresholds.chosen_on, letters=letters)
    click.echo("\n".join(["", *edit.diff()]))
    edit.write()
    settings.tell(f"written: {edit.path}")
