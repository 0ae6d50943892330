"""What is printed: lines that a person reads, and JSON that a program does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from voice_skill.conversation.transcript import AssistantSpoke, PersonSpoke, Remark
from voice_skill.conversation.turns import Turn
from voice_skill.domain.errors import UsageError
from voice_skill.domain.events import Prompt
from voice_skill.domain.model import (
    Alarm,
    Candidate,
    Decision,
    Hypothesis,
    Level,
    Slot,
    Understanding,
    Utterance,
)
from voice_skill.domain.phases import Progress
from voice_skill.terminal.live_line import LiveLine, line_text, routine_text
from voice_skill.terminal.transcripts import TranscriptLines, clock
from voice_skill.terminal.turns import meaning, turn_json, turn_lines
from voice_skill.terminal.waking import invitation

ANKLE = Understanding(
    Decision.ACT,
    "report_symptom",
    (Slot("site", "ankle", "ankle"), Slot("duration", 72.0, "three days")),
    0.987,
    text="my ankle has been twitching for three days",
)


def test_a_meaning_is_one_line() -> None:
    assert meaning(ANKLE) == "report_symptom site=ankle duration=72 h (0.99)"
    assert meaning(Understanding(Decision.REJECT)) == "not understood, or not for this skill"
    assert meaning(Understanding(Decision.CONFIRM, "stop", confidence=0.5)) == (
        "stop (0.50, asks first)"
    )
    pair = (Candidate("stop", 0.5), Candidate("skip", 0.45))
    assert meaning(Understanding(Decision.CHOOSE, candidates=pair)) == "asks which: stop or skip"
    alarm = Alarm("R20", Level.SAME_DAY, ("leg", "swollen"))
    urgent = Understanding(Decision.URGENT, "alarm", alarm=alarm)
    assert meaning(urgent) == "alarm R20 (same_day): leg, swollen"
    screened = Understanding(Decision.CONFIRM, screen="urgent_screen")
    assert "urgent_screen" in meaning(screened)
    eased = Understanding(Decision.ACT, "cramp_now", confidence=0.9, screen="urgent_screen")
    assert meaning(eased) == "cramp_now (0.90, then asks urgent_screen)"


def test_a_number_that_is_no_duration_has_no_unit() -> None:
    slots = (Slot("percent", 25.0, "twenty five"),)
    assert meaning(Understanding(Decision.ACT, "dim", slots, 1.0)) == "dim percent=25 (1.00)"


def test_a_turn_shows_hypotheses_and_reasons_only_when_asked() -> None:
    utterance = Utterance((Hypothesis("my ankle", "domain", 12.0), Hypothesis("", "open", 1.0)))
    turn = Turn(utterance, ANKLE, ("I heard you.",), audio_seconds=2.34)
    short = turn_lines(turn, title="a.wav")
    assert short == [
        "a.wav  (2.3 s)",
        "  heard   my ankle has been twitching for three days",
        "  means   report_symptom site=ankle duration=72 h (0.99)",
        "  reply   I heard you.",
    ]
    explained = turn_lines(turn, explain=True)
    assert "  open    (nothing)  [1.0]" in explained


def test_json_keeps_values_and_rounds_times() -> None:
    utterance = Utterance((Hypothesis("hello", "text"),))
    turn = Turn(utterance, ANKLE, ("One.", "Two."), 2.0, 0.123456, 0.000123)
    row = json.loads(turn_json(turn, audio="a.wav"))
    assert row["slots"] == {"site": "ankle", "duration": 72.0}
    assert row["intent"] == {"name": "report_symptom", "confidence": 0.987}
    assert row["reply"] == "One. Two."
    assert row["decode_seconds"] == 0.1235
    rejected = Turn(utterance, Understanding(Decision.REJECT), ())
    assert json.loads(turn_json(rejected))["intent"] is None


def test_counted_words_share_a_line() -> None:
    lines = TranscriptLines(width=100)
    printed = []
    for number, word in enumerate(("One", "Two"), 1):
        entry = AssistantSpoke(60.0 + number, Prompt(number, (word,), "count"))
        printed += lines.lines(entry)
    assert printed == []
    assert lines.lines(Remark(70.0, "the microphone was lost")) == [
        "  1:01.0  assistant  One .. Two",
        "  1:10.0  (the microphone was lost)",
    ]
    assert lines.rest() == []


def test_both_sides_have_times_and_urgent_words_a_mark() -> None:
    lines = TranscriptLines(width=120)
    person = lines.lines(PersonSpoke(1.25, 3.0, ANKLE))[0]
    assert person.startswith("  0:01.2  person     my ankle has been")
    assert "[report_symptom" in person
    urgent = AssistantSpoke(4.0, Prompt(1, ("Please call for help now.",), "urgent"))
    assert lines.lines(urgent) == ["  0:04.0 !assistant  Please call for help now."]


def test_long_lines_are_folded_under_the_words() -> None:
    lines = TranscriptLines(width=60)
    entry = AssistantSpoke(0.0, Prompt(1, ("word " * 30,)))
    first, *others = lines.lines(entry)
    assert len(first) < 60
    assert all(line.startswith(" " * 21 + "word") for line in others)


def test_the_clock() -> None:
    assert clock(125.34) == "2:05.3"
    assert clock(-1) == "0:00.0"


def test_the_live_line_says_who_speaks_and_where_the_routine_is() -> None:
    progress = Progress("ankle circles", 2, 9, 4, 10, False, 200.4)
    assert routine_text(progress) == "ankle circles 2/9  4 of 10  [####......]  3:20 left"
    named = replace(progress, foot="your left foot")
    assert routine_text(named).startswith("ankle circles 2/9  your left foot  4 of 10")
    idle = line_text(speaking=False, partial="", audible=False, progress=None)
    assert idle.startswith("listening  |")
    heard = line_text(speaking=True, partial="my ankle", audible=False, progress=progress)
    assert heard.startswith("hearing: my ankle  |  ankle circles 2/9")
    assert line_text(speaking=False, partial="", audible=True, progress=None).startswith("speaking")


def test_the_live_line_shows_no_words_of_those_who_do_not_speak_to_it() -> None:
    told = {
        attention: line_text(
            speaking=True, partial="secret", audible=False, progress=None, attention=attention
        )
        for attention in ("asleep", "waiting to be called", "muted")
    }
    assert told["asleep"].startswith("asleep  |")
    assert told["waiting to be called"].startswith("waiting to be called  |")
    assert told["muted"].startswith("MICROPHONE OFF, m turns it on  |")
    assert not any("secret" in line for line in told.values())


def test_how_to_begin_depends_on_the_policy() -> None:
    phrases = ("hey ankle coach", "okay ankle coach")
    assert invitation("key", phrases).startswith("Press space")
    assert '"hey ankle coach"' in invitation("required", phrases)
    assert invitation("direct", phrases).startswith("Listening. Say what you feel")
    assert invitation("direct", ()) == "Listening. Say what you feel."
    with pytest.raises(UsageError) as caught:
        invitation("required", ())
    with pytest.raises(UsageError, match="no terminal"):
        invitation("key", phrases, keys=False)
    assert "--wake key" in caught.value.hint


def test_at_night_the_terminal_is_dim_and_has_no_colours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    line = LiveLine(on=True)
    line.dim = True
    line.print_above(["above"])
    line.draw("listening")
    faint, plain = "\x1b[2m", "\x1b[22m"
    written = capsys.readouterr().out
    assert f"{faint}above{plain}\n" in written
    assert f"{faint}listening{plain}" in written
    line.dim = False
    line.print_above(["by day"])
    assert faint not in capsys.readouterr().out
