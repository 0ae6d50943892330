"""Thresholds chosen on one set and reported on another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lamp import write_skill

from voice_skill.cli import main
from voice_skill.content import load
from voice_skill.conversation.skills import make_understander
from voice_skill.conversation.turns import Turn, ask
from voice_skill.domain.errors import ContentError, UsageError
from voice_skill.domain.language import Thresholds
from voice_skill.domain.model import Decision, Hypothesis, Understanding, Utterance
from voice_skill.evaluation.calibration import Choice, Limits, Search, Tally, Values, merit
from voice_skill.evaluation.halves import halved, refuse_overlap
from voice_skill.evaluation.judging import Judge, Trial, with_values
from voice_skill.evaluation.recommendation import Set, recommend
from voice_skill.evaluation.rows import Row
from voice_skill.speech.profiles import ExactRun

Capture = pytest.CaptureFixture[str]

# ------------------------------------------------------------------ the search, on made-up evidence

PRESENT = {"accept": 0.9, "confirm": 0.9}
GRIDS = {name: tuple(n / 20 for n in range(21)) for name in PRESENT}
NO_LIMITS = Limits(false_accepts=1, near_misses=1, acted_wrong=1, asked=1)


@dataclass(frozen=True)
class Made:
    """An utterance with one confidence; `near` if it is a near miss."""

    confidence: float
    in_scope: bool = True
    near: bool = False


def tally(made: Iterable[Made], values: Values) -> Tally:
    counts = dict.fromkeys(Tally.__dataclass_fields__, 0)
    for each in made:
        acted = each.confidence >= values["accept"]
        asked = not acted and each.confidence >= values["confirm"]
        if each.in_scope:
            names = ["in_scope", *["right"] * acted, *["after_question"] * asked]
        else:
            kind = "near_misses" if each.near else "others"
            names = [kind, *[f"{kind}_acted"] * acted, *["out_of_scope_asked"] * asked]
        for name in names:
            counts[name] += 1
    return Tally(**counts)


def searched(made: Iterable[Made], limits: Limits, present: Values = PRESENT) -> Choice:
    made = list(made)
    return Search(lambda values: tally(made, values), limits, GRIDS).best(present)


class TestSearch:
    MADE = (Made(0.72), Made(0.81), Made(0.98), Made(0.42, False), Made(0.13, False))

    def test_a_known_optimum_is_found_and_is_the_middle_of_its_plateau(self) -> None:
        choice = searched(self.MADE, Limits(asked=0))
        assert choice.tally == Tally(in_scope=3, right=3, others=2)
        assert choice.plateaus == {"accept": (0.5, 0.7), "confirm": (0.45, 0.6)}
        assert choice.values == {"accept": 0.6, "confirm": 0.5}

    def test_what_is_equally_good_is_cut_in_the_middle(self) -> None:
        search = Search(
            lambda v: Tally(in_scope=1, right=int(0.2 <= v["margin"] <= 0.6)),
            NO_LIMITS,
            {"margin": tuple(n / 10 for n in range(11))},
        )
        choice = search.best({"margin": 0.0}, starts=())
        assert choice.values == {"margin": 0.4}
        assert choice.plateaus == {"margin": (0.2, 0.6)}

    def test_of_two_plateaus_the_wider_one_is_taken(self) -> None:
        good = (0.1, 0.2, 0.5, 0.6, 0.7)
        search = Search(
            lambda v: Tally(in_scope=1, right=int(v["margin"] in good)),
            NO_LIMITS,
            {"margin": tuple(n / 10 for n in range(11))},
        )
        assert search.best({"margin": 0.1}, starts=()).values == {"margin": 0.6}

    def test_what_nothing_depends_on_stays_as_it_was(self) -> None:
        search = Search(lambda v: Tally(in_scope=1, right=1), NO_LIMITS, GRIDS)
        choice = search.best({"accept": 0.65, "confirm": 0.35})
        assert choice.values == {"accept": 0.65, "confirm": 0.35}
        assert choice.undecided == ("accept", "confirm")

    @pytest.mark.parametrize(
        ("limits", "right"),
        [
            (Limits(false_accepts=0, near_misses=1, asked=1), 1),
            (Limits(false_accepts=0.5, near_misses=0, asked=1), 2),
            (Limits(false_accepts=0.5, near_misses=1, asked=1), 3),
            (NO_LIMITS, 3),
        ],
    )
    def test_each_limit_is_kept(self, limits: Limits, right: int) -> None:
        made = [
            *(Made(0.32), Made(0.62), Made(0.92)),
            *(Made(0.82, False), Made(0.12, False), Made(0.52, False, near=True)),
        ]
        assert searched(made, limits).tally.right == right

    def test_a_question_is_worth_half_and_no_more_than_the_limit_of_questions(self) -> None:
        made = [Made(0.9), Made(0.4), Made(0.45, False), Made(0.85, False)]
        assert searched(made, Limits(asked=1)).tally.after_question == 1
        assert searched(made, Limits(asked=0.5)).tally.out_of_scope_asked <= 1
        assert searched(made, Limits(asked=0)).tally.out_of_scope_asked == 0

    def test_a_limit_that_cannot_be_kept_is_broken_as_little_as_can_be(self) -> None:
        made = [Made(0.9), *(Made(1.0, False) for _ in range(4)), Made(0.3, False)]
        limits = Limits(false_accepts=0, asked=0)
        choice = searched(made, limits)
        assert merit(choice.tally, limits)[0] == pytest.approx(-0.8)

    @given(
        st.lists(st.builds(Made, st.floats(0, 1), st.booleans(), st.booleans()), max_size=20),
        st.builds(Limits, *[st.floats(0, 1)] * 4),
    )
    def test_never_worse_than_before_never_upside_down_and_the_same_again(
        self, made: list[Made], limits: Limits
    ) -> None:
        choice = searched(made, limits)
        assert merit(choice.tally, limits) >= merit(tally(made, PRESENT), limits)
        assert choice.values["confirm"] <= choice.values["accept"]
        assert choice.tally == tally(made, choice.values)
        assert searched(made, limits) == choice


def test_with_letters_the_other_thresholds_stay() -> None:
    thresholds = Thresholds(accept=0.5, confirm=0.3, chosen_on="before")
    changed = with_values(thresholds, {"accept": 0.8, "gate": -0.2}, letters=True)
    assert changed.letters == Thresholds(accept=0.8, confirm=0.3, chosen_on="before")
    assert (changed.accept, changed.gate, changed.chosen_on) == (0.5, -0.2, "before")
    assert with_values(thresholds, {"accept": 0.8}, letters=False).accept == 0.8


# ------------------------------------------------------------------ two sets


def row(text: str, source: str = "a.jsonl:1", audio: str | None = None) -> Row:
    return Row(source, Path(audio) if audio else None, text, "stop", None)


class TestSets:
    def test_a_wording_of_both_is_refused_however_it_is_written(self) -> None:
        chosen = [row("Turn it on!", "a.jsonl:4"), row("dim it", "a.jsonl:5")]
        reported = [row("stop", "b.jsonl:1"), row("turn it  on", "b.jsonl:2", "b.wav")]
        with pytest.raises(ContentError, match="1 utterance would be reported") as caught:
            refuse_overlap(chosen, reported)
        assert caught.value.exit_code == 2
        assert caught.value.problems == (
            'b.jsonl:2: "turn it  on" is also in what is chosen on, a.jsonl:4',
        )

    def test_a_recording_of_both_is_refused_also_without_its_text(self) -> None:
        with pytest.raises(ContentError):
            refuse_overlap([row("", "a:1", "x.wav")], [row("", "b:1", "x.wav")])
        refuse_overlap([row("", "a:1", "x.wav")], [row("", "b:1", "y.wav")])

    @given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1)))
    def test_halves_share_no_wording_and_lose_no_row(self, texts: list[str]) -> None:
        rows = [row(text, f"a:{n}", f"{n}.wav") for n, text in enumerate(texts)]
        one, other = halved(rows)
        refuse_overlap(one, other)
        assert sorted(r.source for r in (*one, *other)) == sorted(r.source for r in rows)

    def test_where_a_wording_goes_depends_on_it_alone(self) -> None:
        texts = [f"dim it to {number}" for number in range(40)]
        one, other = halved([row(text) for text in texts])
        assert one
        assert other
        assert halved([row(text) for text in reversed(texts)])[0] == one[::-1]


# ------------------------------------------------------------------ a small skill, text alone

MIDDLE = """\
phrases:
  turn_on: [make it bright in here, i cannot see a thing, light please, give us some light]
  dim: [that is too bright for me, a bit darker would be nice, it hurts my eyes, less light]
negatives: [the weather is fine, she read a bright book, he went home, what a nice evening]
thresholds:  # of the lamps
  accept: 1.00  # acted on
  confirm: 1
  chosen_on: "nothing: yet"
  # the end
states: {idle: [turn_on, dim, stop]}
"""
HEAR = (
    ("make it brighter in here please", "turn_on"),
    ("i cannot see anything at all", "turn_on"),
    ("it is too bright for my eyes", "dim"),
    ("a little darker would be nice", "dim"),
    ("turn on the desk lamp", "turn_on"),
    ("the weather is not so fine", None),
    ("she went home with a book", None),
    ("such a nice evening it was", None),
)


@pytest.fixture
def skill(tmp_path: Path) -> Path:
    folder = write_skill(tmp_path / "lamps")
    (folder / "more.yaml").write_text(MIDDLE, "utf-8")
    return folder


def written(path: Path, rows: Iterable[tuple[str, str | None]]) -> Path:
    lines = (json.dumps({"text": text, "intent": intent}) for text, intent in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def sets(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path / "one.jsonl", HEAR[1::2]), written(tmp_path / "other.jsonl", HEAR[::2])


def calibrate(capture: Capture, *arguments: object) -> tuple[int, str, str]:
    code = main(["calibrate", *map(str, arguments)])
    out, err = capture.readouterr()
    return code, out, err


class TestJudge:
    def test_kept_answers_are_those_of_an_understander_made_anew(self, skill: Path) -> None:
        loaded = load(skill)
        judge = Judge(make_understander(loaded, letters=True), loaded.language.thresholds)
        trials = []
        for number, (text, intent) in enumerate(HEAR):
            each = Row(f"m:{number}", None, text, intent, None)
            fresh = make_understander(loaded, letters=True)
            trials.append(Trial(each, ask(fresh, None, text, "idle")))
        for accept, confirm in ((0.9, 0.9), (0.6, 0.4), (0.9, 0.1), (0.2, 0.1)):
            values = {"accept": accept, "confirm": confirm, "margin": 0.05}
            thresholds = with_values(loaded.language.thresholds, values, letters=True)
            anew = make_understander(loaded, letters=True).with_thresholds(thresholds)
            results = judge.results(trials, values)
            for trial, result in zip(trials, results, strict=True):
                understanding = anew.understand(trial.turn.utterance)
                assert result["decision"] == understanding.decision.value
                assert result["got_intent"] == understanding.intent
            counted = judge.tally(trials, values)
            assert counted.right == sum(r["outcome"] == "right" for r in results)
            assert counted.others_acted == sum(r["outcome"].startswith("acted_o") for r in results)

    def test_the_gate_says_whether_a_spared_exact_decoder_runs(self, skill: Path) -> None:
        loaded = load(skill)
        understander = make_understander(loaded, letters=True)
        hypotheses = (
            Hypothesis("turn on the desk lamp", "exact", 205.0, 100),
            Hypothesis("[unk]", "domain", 170.0, 100),
            Hypothesis("he went home", "open", 200.0, 100),
        )
        turn = Turn(Utterance(hypotheses), Understanding(Decision.REJECT), (), 2.0)
        trials = [Trial(Row("m:1", None, "he went home", None, None), turn)]
        for exact, gate, acted in (
            (ExactRun.ALWAYS, -0.12, 1),
            (ExactRun.WHERE_IT_MATTERS, -0.12, 0),
            (ExactRun.WHERE_IT_MATTERS, -0.3, 1),
        ):
            judge = Judge(understander, loaded.language.thresholds, exact)
            assert judge.tally(trials, {"gate": gate}).others_acted == acted

    def test_a_set_of_one_kind_alone_is_refused(self, skill: Path) -> None:
        loaded = load(skill)
        judge = Judge(make_understander(loaded, letters=True), loaded.language.thresholds)
        for intent, why in (("stop", "to be refused"), (None, "to be understood")):
            turn = ask(make_understander(loaded, letters=True), None, "stop", "idle")
            only = Set("only", [Trial(Row("m:1", None, "stop", intent, None), turn)])
            with pytest.raises(UsageError, match=why):
                recommend(judge, loaded.language.thresholds, only, only, Limits(), 1)


class TestCommand:
    def test_it_chooses_on_one_set_and_reports_on_the_other(
        self, skill: Path, sets: tuple[Path, Path], tmp_path: Path, capsys: Capture
    ) -> None:
        one, other = sets
        document = tmp_path / "out.json"
        code, out, err = calibrate(
            capsys, one, "--report", other, "--skill", skill, "--letters", "--json", document
        )
        assert code == 0, err
        assert "chosen on one.jsonl (4 utterances), reported on other.jsonl (4)" in out
        assert "chosen on this, not a result" in out
        assert "letters: {accept: " in out
        assert out.rstrip().endswith("chosen_on: one.jsonl")
        found = json.loads(document.read_text("utf-8"))
        assert found["chosen_on"]["before"]["intent_accuracy"]["value"] < 1
        assert found["chosen_on"]["after"]["intent_accuracy"]["value"] == 1
        assert found["reported_on"]["utterances"] == 4
        assert found["before"]["accept"] == 1
        assert found["after"]["accept"] < 1
        assert "more.yaml" not in out
        assert (skill / "more.yaml").read_text("utf-8") == MIDDLE

    def test_the_same_wording_in_both_sets_is_an_error(
        self, skill: Path, sets: tuple[Path, Path], tmp_path: Path, capsys: Capture
    ) -> None:
        again = f"{HEAR[1][0].upper()}."
        both = written(tmp_path / "both.jsonl", [("stop", "stop"), (again, None)])
        code, _, err = calibrate(capsys, sets[0], "--report", both, "--skill", skill, "--letters")
        assert code == 2
        assert "both.jsonl:2: " in err
        assert "one.jsonl:1" in err

    def test_one_set_can_be_halved(self, skill: Path, tmp_path: Path, capsys: Capture) -> None:
        whole = written(tmp_path / "all.jsonl", HEAR)
        code, out, err = calibrate(capsys, whole, "--split", "--skill", skill, "--letters")
        assert code == 0, err
        assert "chosen on all.jsonl (one half)" in out

    @pytest.mark.parametrize("options", [[], ["--split", "--report", "b.jsonl"]])
    def test_what_is_reported_on_has_to_be_said(self, options: list[str], capsys: Capture) -> None:
        code, _, err = calibrate(capsys, "a.jsonl", *options)
        assert code == 2
        assert "--split" in err

    def test_a_limit_that_nothing_keeps_is_told_and_nothing_written(
        self, skill: Path, tmp_path: Path, capsys: Capture
    ) -> None:
        one = written(tmp_path / "a.jsonl", [("turn on the desk lamp", None), ("stop", "stop")])
        other = written(tmp_path / "b.jsonl", HEAR[:4])
        code, _, err = calibrate(
            capsys, one, "--report", other, "--skill", skill, "--letters", "--write"
        )
        assert code == 1
        assert "no thresholds keep the limit for out of scope: acted on: 100.0 % at best" in err
        assert (skill / "more.yaml").read_text("utf-8") == MIDDLE

    def test_writing_changes_the_numbers_and_nothing_else(
        self, skill: Path, sets: tuple[Path, Path], capsys: Capture
    ) -> None:
        code, out, _ = calibrate(
            capsys, sets[0], "--report", sets[1], "--skill", skill, "--letters", "--write",
            "--name", "the first four",
        )  # fmt: skip
        assert code == 0
        text = (skill / "more.yaml").read_text("utf-8")
        assert "+  chosen_on: the first four" in out
        kept = [line for line in MIDDLE.splitlines() if line in text.splitlines()]
        assert kept == [line for line in MIDDLE.splitlines() if "chosen_on" not in line]
        added = [line for line in text.splitlines() if line not in MIDDLE.splitlines()]
        assert [line.split(":")[0] for line in added] == ["  letters", "  chosen_on"]
        thresholds = load(skill).language.thresholds
        assert thresholds.chosen_on == "the first four"
        assert thresholds.letters is not None
        assert thresholds.letters.accept < 1
        assert thresholds.accept == 1
