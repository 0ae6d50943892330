"""Scenarios: read with places, spoken at the right moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voice_skill.conversation.microphones import RecordingMicrophone, ScenarioMicrophone, Scene
from voice_skill.conversation.scenario import (
    AfterPause,
    AfterPrompt,
    AfterQuestion,
    At,
    DuringHold,
    IntoPrompt,
    Scenario,
    Turn,
    When,
    read_scenario,
)
from voice_skill.domain.errors import ContentError

CLIP = np.full(160, 7, np.int16)


def written(folder: Path, text: str) -> Path:
    (folder / "a.wav").touch()
    path = folder / "scenario.yaml"
    path.write_text(text, "utf-8")
    return path


def test_every_kind_of_moment_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
scenario: all moments
turns:
  - {say: a.wav, when: {at: 1.5}}
  - {say: a.wav, when: {after_prompt: 1}}
  - {say: a.wav, when: {after_question: 0.8}}
  - {say: a.wav, when: {into_prompt: 2}}
  - {say: a.wav, when: {after_pause: 5}}
  - {say: a.wav, when: {during_hold: set_1, count: 3, offset: 0.5}}
""",
    )
    scenario = read_scenario(path)
    assert scenario.name == "all moments"
    assert [turn.when for turn in scenario.turns] == [
        At(1.5),
        AfterPrompt(1),
        AfterQuestion(0.8),
        IntoPrompt(2),
        AfterPause(5),
        DuringHold("set_1", 3, 0.5),
    ]
    assert scenario.turns[0].recording == tmp_path / "a.wav"


def test_all_mistakes_are_told_with_their_places(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """scenario: wrong
turns:
  - {say: missing.wav, when: {at: 1}}
  - {say: a.wav, when: {at: soon}}
  - {say: a.wav, when: {after_pormpt: 1}}
""",
    )
    with pytest.raises(ContentError) as caught:
        read_scenario(path)
    problems = "\n".join(caught.value.problems)
    assert f"{path}:3:11: there is no recording" in problems
    assert f"{path}:4:29: expected a number" in problems
    assert 'did you mean "after_prompt"?' in problems


@pytest.mark.parametrize(
    ("turn", "problem"),
    [
        ("{when: {at: 1}}", '3:5: a turn needs "say"'),
        ("{say: , when: {at: 1}}", "3:11: expected text, found nothing"),
        ("a.wav", '3:5: expected a turn with say, when, found "a.wav"'),
    ],
)
def test_a_turn_that_names_no_recording_is_told_once(
    tmp_path: Path, turn: str, problem: str
) -> None:
    path = written(tmp_path, f"scenario: wrong\nturns:\n  - {turn}\n")
    with pytest.raises(ContentError) as caught:
        read_scenario(path)
    assert caught.value.problems == (f"{path}:{problem}",)


def test_an_empty_scenario_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        read_scenario(written(tmp_path, ""))
    assert "is empty" in caught.value.problems[0]


def microphone(*moments: When) -> ScenarioMicrophone:
    turns = tuple(Turn(Path("a.wav"), moment) for moment in moments)
    return ScenarioMicrophone(Scenario("test", turns), lambda path: CLIP)


@pytest.mark.parametrize(
    ("when", "early", "due"),
    [
        (At(2), Scene(now=1.9), Scene(now=2)),
        (
            AfterPrompt(1),
            Scene(now=9, prompt_began=1),
            Scene(now=9, prompt_began=1, prompt_ended=8),
        ),
        (
            AfterQuestion(1),
            Scene(now=9, prompt_began=1, prompt_ended=8),
            Scene(now=9, prompt_began=1, prompt_ended=8, question_ended=8),
        ),
        (IntoPrompt(1), Scene(now=2.5, prompt_began=2), Scene(now=3, prompt_began=2)),
        (AfterPause(5), Scene(now=9, quiet_since=5), Scene(now=10, quiet_since=5)),
        (
            DuringHold("set_1", 3, 0.5),
            Scene(now=9, repeat=("set_1", 2, 1.0)),
            Scene(now=9, repeat=("set_1", 3, 8.5)),
        ),
    ],
)
def test_a_turn_is_spoken_when_its_moment_has_come(when: When, early: Scene, due: Scene) -> None:
    source = microphone(when)
    assert not source.pull(160, early).any()
    assert source.waiting_for
    assert source.pull(160, due).all()
    assert source.exhausted
    assert source.waiting_for == ""


def test_a_question_from_before_the_last_turn_does_not_count() -> None:
    source = microphone(At(0), AfterQuestion(0))
    scene = Scene(now=5, question_ended=4)
    assert source.pull(160, scene).all()
    assert not source.pull(160, Scene(now=6, question_ended=4)).any()
    assert source.pull(160, Scene(now=8, question_ended=7)).all()


def test_a_recording_is_pulled_to_its_last_sample() -> None:
    source = RecordingMicrophone(np.arange(1, 251, dtype=np.int16))
    pulled = np.concatenate([source.pull(100, Scene()) for _ in range(3)])
    assert source.exhausted
    assert pulled[:250].tolist() == list(range(1, 251))
    assert not pulled[250:].any()


def test_a_scenario_may_state_what_opens_attention(tmp_path: Path) -> None:
    turns = "scenario: one\nturns: [{say: a.wav, when: {at: 1}}]\n"
    assert read_scenario(written(tmp_path, turns)).wake is None
    assert read_scenario(written(tmp_path, f"{turns}wake: key\n")).wake == "key"
    with pytest.raises(ContentError) as caught:
        read_scenario(written(tmp_path, f"{turns}wake: clap\n"))
    assert "expected one of required, direct, key" in caught.value.problems[0]
