"""`voice-skill test`: the intents of a skill tested with recorded audio."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voice_skill.cli.options import Settings, options_of, pass_settings, shared_options
from voice_skill.cli.values import FILE, SHARE, Number, must_be_writable, must_exist
from voice_skill.domain.errors import EngineError, UsageError

if TYPE_CHECKING:
    from voice_skill.evaluation.baseline import Comparison
    from voice_skill.evaluation.conditions import Conditions
    from voice_skill.evaluation.examiner import Examiner
    from voice_skill.evaluation.results import Result, Summary, Unheard
    from voice_skill.evaluation.rows import Row


INTERRUPTED = 130
MOST_JOBS = 64


@dataclass(frozen=True, slots=True)
class Options:
    """The command's own options, as they were given."""

    paths: tuple[Path, ...]
    jobs: int
    text_only: bool
    tag: tuple[str, ...]
    voices: str | None
    noise: tuple[Path, ...]
    snr: str | None
    room: Path | None
    gain: float
    speed: float
    seed: int
    failures: int
    json: Path | None
    html: Path | None
    baseline: Path | None
    min_accuracy: float | None
    max_false_accepts: float | None
    not_worse: float | None


@dataclass(slots=True)
class Run:
    """What was tested before all was done, somebody interrupted, or a worker failed."""

    examiner: Examiner
    planned: int
    results: list[Result] = field(default_factory=list)
    unheard: list[Unheard] = field(default_factory=list)
    interrupted: bool = False
    failure: EngineError | None = None

    def take(self, answer: Result | Unheard) -> None:
        """Keep an answer."""
        if "error" in answer:
            self.unheard.append(answer)
        else:
            self.results.append(answer)


OPTIONS = (
    click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH..."),
    click.option("--jobs", "-j", type=click.IntRange(1, MOST_JOBS), default=1, show_default=True,
                 metavar="N", help="Processes that work side by side."),
    click.option("--text-only", is_flag=True, help="Test the text of rows, not their recordings."),
    click.option("--tag", multiple=True, metavar="TAG", help="Only rows with this tag (with all)."),
    click.option("--voices", metavar="A,B", help="Only rows tagged voice:A or voice:B."),
    click.option("--noise", multiple=True, type=FILE, metavar="FILE|DIR",
                 help="Mix this noise into the recordings; needs --snr."),
    click.option("--snr", metavar="DB,DB", help="Speech over noise in dB, each a condition of its"
                 " own; `clean` may stand among them."),
    click.option("--room", type=FILE, metavar="WAV", help="Impulse response of a room."),
    click.option("--gain", type=Number(-60, 60), default=0.0, metavar="DB",
                 help="Louder or softer; too loud is cut off, as a microphone does."),
    click.option("--speed", type=Number(0.5, 2), default=1.0, metavar="FACTOR",
                 help="Faster or slower, the pitch with it (0.5 to 2)."),
    click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="N",
                 help="Which noise and where in it; draws of the intervals."),
    click.option("--failures", type=click.IntRange(0), default=20, show_default=True, metavar="N",
                 help="How many failed utterances to list."),
    click.option("--json", type=FILE, metavar="FILE", help="Write figures and every result."),
    click.option("--html", type=FILE, metavar="FILE", help="Write a report to look at."),
    click.option("--baseline", type=FILE, metavar="OLD.json", help="Show what changed since."),
    click.option("--min-accuracy", type=SHARE, metavar="X",
                 help="Exit with 1 if a smaller share of intents is right."),
    click.option("--max-false-accepts", type=SHARE, metavar="X",
                 help="Exit with 1 if a larger share of out of scope is acted on."),
    click.option("--not-worse", type=SHARE, metavar="X",
                 help="Exit with 1 if a figure got worse than --baseline by more."),
)  # fmt: skip


@click.command(epilog="Example: voice-skill test samples/manifest.jsonl --jobs 2")
@options_of(OPTIONS)
@shared_options
@pass_settings
def test(settings: Settings, /, **given: Any) -> int:  # noqa: ANN401 - one field of Options each
    """Test intents with recorded audio: accuracy, refusals, cost, and every failure.

    PATH is a manifest (JSON lines), a folder of labelled recordings, or one recording; forms and
    figures are described in docs/testing.md.
    """
    options = Options(**given)
    _check(options)
    from voice_skill.evaluation.baseline import compare, read_baseline
    from voice_skill.evaluation.gates import Limits, broken
    from voice_skill.evaluation.summary import summarise

    before = None if options.baseline is None else read_baseline(options.baseline)
    conditions = _conditions(options)
    run = _run(settings, options, conditions)
    skill = run.examiner.skill
    summary = summarise(
        run.results,
        planned=run.planned,
        seed=options.seed,
        skill=skill.name,
        thresholds=asdict(skill.language.thresholds),
        profile=settings.recognition().name,
        unheard=run.unheard,
    )
    comparison = compare(before, summary) if before is not None and run.results else None
    _tell(summary, comparison, options, quiet=settings.quiet)
    _write(summary, options, conditions)
    if run.failure is not None:
        raise run.failure
    if run.interrupted:
        return INTERRUPTED
    limits = Limits(options.min_accuracy, options.max_false_accepts, options.not_worse)
    problems = list(broken(summary, limits, comparison))
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    return 1 if problems or run.unheard else 0


# ------------------------------------------------------------------ what was asked for


def _check(options: Options) -> None:
    """Refuse what cannot be meant before anything is loaded."""
    if options.noise and options.snr is None:
        raise UsageError("how loud is the noise?", hint="give ratios in dB: --snr 24,12,6")
    if options.snr is not None and not options.noise:
        raise UsageError("which noise?", hint="give a recording, or a folder, with --noise")
    if options.not_worse is not None and options.baseline is None:
        raise UsageError("not worse than what?", hint="give an older test with --baseline OLD.json")
    must_exist(options.paths)
    for path in (options.json, options.html):
        must_be_writable(path)
    if options.html is not None:
        from voice_skill.evaluation.report import require_renderer

        require_renderer()


def _conditions(options: Options) -> Conditions:
    from voice_skill.evaluation.conditions import Conditions, noise_files, read_ratios

    conditions = Conditions(
        noise_files(options.noise),
        (None,) if options.snr is None else read_ratios(options.snr),
        options.room,
        options.gain,
        options.speed,
        options.seed,
    )
    conditions.check()
    return conditions


def _rows(examiner: Examiner, options: Options) -> list[Row]:
    """Read, label and choose the rows; UsageError where none is left."""
    from voice_skill.evaluation.examiner import as_text
    from voice_skill.evaluation.reading import chosen, labelled, read_rows
    from voice_skill.evaluation.rows import known_to

    templates = examiner.understander.templates
    rows = read_rows(options.paths, known_to(examiner.skill, templates))
    voices = None if options.voices is None else options.voices.split(",")
    rows = chosen(rows, options.tag, voices)
    if options.text_only:
        rows = [as_text(row) for row in rows if row.text.strip()]
        if not rows:
            raise UsageError("no row has a text", hint="leave out --text-only")
    return labelled(rows, examiner.understander)


# ------------------------------------------------------------------ the test itself


def _run(settings: Settings, options: Options, conditions: Conditions) -> Run:
    """Test all rows; what was done is kept when the person interrupts, or a worker fails."""
    from voice_skill.evaluation.examiner import Engines, Examiner
    from voice_skill.evaluation.workers import run
    from voice_skill.terminal.progress import item_progress

    configuration = settings.configuration()
    engines = Engines(
        settings.skill or configuration.skill,
        settings.locale or configuration.locale,
        settings.model_folder(),
        settings.recognition(),
    )
    examiner = Examiner(engines, settings.tell)
    rows = _rows(examiner, options)
    if any(row.audio is not None for row in rows):
        settings.require_model()
    done = Run(examiner, conditions.count(rows))
    answers = run(conditions.rows(rows), examiner, engines, min(options.jobs, done.planned))
    try:
        for answer in item_progress(answers, "testing", done.planned, quiet=settings.quiet):
            done.take(answer)
    except KeyboardInterrupt:
        done.interrupted = True
    except EngineError as error:
        done.failure = error
    finally:
        answers.close()
    if done.interrupted or done.failure is not None:
        end = "interrupted" if done.interrupted else "ended early"
        count = len(done.results) + len(done.unheard)
        click.echo(f"{end}: {count} of {done.planned} utterances were tested", err=True)
    return done


# ------------------------------------------------------------------ what is told of it


def _tell(
    summary: Summary, comparison: Comparison | None, options: Options, *, quiet: bool
) -> None:
    from voice_skill.terminal import evaluation

    width = shutil.get_terminal_size().columns
    for each in summary["unheard"]:
        click.echo(f"error: {each['source']}: {each['error']}", err=True)
        if each["hint"]:
            click.echo(f"hint: {each['hint']}", err=True)
    if not summary["results"]:
        return
    failures = 0 if quiet else options.failures
    lines = evaluation.summary_lines(summary, width=width, failures=failures)
    if comparison is not None:
        most = options.failures
        lines += ["", *evaluation.comparison_lines(comparison, width=width, most=most)]
    click.echo("\n".join(lines))


def _write(summary: Summary, options: Options, conditions: Conditions) -> None:
    from voice_skill.evaluation.files import write_json

    if options.json is not None:
        write_json(options.json, summary)
    if options.html is not None:
        from voice_skill.evaluation.report import write_report

        write_report(options.html, summary, conditions)
