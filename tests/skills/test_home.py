"""Another domain in the same format: a home, its lights, timers and lists; no knowledge.

`commands.jsonl` says what each recording of a person means; the recordings are not part of the
project (docs/testing.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voice_skill.audio.files import read_recording
from voice_skill.audio.voice_activity import SileroVoiceActivity
from voice_skill.content import check, load
from voice_skill.conversation.engines import make_recognizer
from voice_skill.conversation.hearing import hear
from voice_skill.conversation.skills import make_understander
from voice_skill.conversation.turns import ask, slot_values
from voice_skill.domain.language import Skill
from voice_skill.domain.model import Decision, Understanding
from voice_skill.speech.symbols import Vocabulary
from voice_skill.understanding.decide import Understander

HOME = Path(__file__).parent / "home"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HOME / "commands.jsonl").read_text("utf-8").splitlines()
]
COMMANDS = [row for row in ROWS if row["intent"] is not None]
OUT_OF_VOCABULARY = [row for row in ROWS if row["intent"] is None]

MISHEARD: dict[str, str] = {}

Ear = Callable[[Path], Understanding]


def name_of(row: dict[str, Any]) -> str:
    return Path(row["audio"]).stem


def spoken_commands() -> list[Any]:
    """Return the commands; one that is understood at last has to leave MISHEARD."""
    return [
        pytest.param(
            row,
            id=name_of(row),
            marks=[pytest.mark.xfail(reason=MISHEARD[name_of(row)], strict=True)]
            if name_of(row) in MISHEARD
            else [],
        )
        for row in COMMANDS
    ]


@pytest.fixture(scope="module")
def home() -> Skill:
    return load(HOME)


@pytest.fixture(scope="module")
def understander(home: Skill) -> Understander:
    return make_understander(home)


@pytest.fixture(scope="module")
def ear(model_folder: Path, home: Skill, understander: Understander) -> Ear:
    """`ear(recording)`: what the home makes of it."""
    recognizer = make_recognizer(model_folder, home, understander.templates)
    voice_activity = SileroVoiceActivity()

    def understand(path: Path) -> Understanding:
        samples = read_recording(path, limit_seconds=60)
        turn = hear(understander, None, recognizer, voice_activity, samples, "idle")
        return turn.understanding

    return understand


def test_it_holds_intents_alone(home: Skill) -> None:
    assert home.name == "home"
    assert home.knowledge is None


@pytest.mark.model
def test_its_content_is_clean(model_folder: Path) -> None:
    assert check(HOME, known_word=Vocabulary.read(model_folder).__contains__) == ()


@pytest.mark.parametrize("row", COMMANDS, ids=name_of)
def test_what_is_said_means_what_the_list_says(
    row: dict[str, Any], understander: Understander
) -> None:
    assert _as_row(ask(understander, None, row["text"], "idle").understanding) == (
        "act",
        row["intent"],
        row["slots"],
    )


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("set a timer for an hour and a half", "start_timer", {"hours": 1, "minutes": 30}),
        (
            "please start a pizza timer for one hour ten minutes and five seconds",
            "start_timer",
            {"timer": "pizza", "hours": 1, "minutes": 10, "seconds": 5},
        ),
        (
            "add two minutes to the egg timer",
            "change_timer",
            {"minutes": 2, "timer": "egg", "change": "more"},
        ),
        (
            "set the reading lamp to red at twenty percent",
            "set_light",
            {"name": "Reading Lamp", "color": "red", "brightness": 20},
        ),
        (
            "will it rain in london tomorrow",
            "get_weather",
            {"city": "London", "day": "tomorrow"},
        ),
        (
            "set the temperature in the living room to seventy degrees",
            "set_temperature",
            {"area": "Living Room", "degrees": 70},
        ),
    ],
)
def test_a_sentence_of_many_slots(
    text: str, intent: str, slots: dict[str, Any], understander: Understander
) -> None:
    turn = ask(understander, None, text, "idle")
    assert _as_row(turn.understanding) == ("act", intent, slots)
    assert turn.reply == ()


@pytest.mark.parametrize(
    "text",
    ["", "what's", "turn on", "set a timer", "add apples", "the front door", "my ankle twitches"],
)
def test_half_a_command_is_refused(text: str, understander: Understander) -> None:
    assert ask(understander, None, text, "idle").understanding.decision is Decision.REJECT


@pytest.mark.model
@pytest.mark.recordings
@pytest.mark.parametrize("row", spoken_commands())
def test_a_person_is_understood(row: dict[str, Any], people: Path, ear: Ear) -> None:
    understanding = ear(people / row["audio"])
    heard = _as_row(understanding)
    assert heard == ("act", row["intent"], row["slots"]), understanding.why


@pytest.mark.model
@pytest.mark.recordings
@pytest.mark.parametrize("row", OUT_OF_VOCABULARY, ids=name_of)
def test_what_is_no_command_is_not_acted_on(row: dict[str, Any], people: Path, ear: Ear) -> None:
    understanding = ear(people / row["audio"])
    assert understanding.decision is not Decision.ACT, understanding.why


def _as_row(understanding: Understanding) -> tuple[str, str | None, dict[str, str | float]]:
    return understanding.decision.value, understanding.intent, slot_values(understanding)
