"""The diary as files: CSV, JSON, and a page that holds all it needs and invents nothing."""

from __future__ import annotations

import csv
import datetime
import html
import io
import json
import re
import stat
from pathlib import Path

import pytest

from voice_skill.diary.export import FIELDS, as_csv, as_json
from voice_skill.diary.overview import Bar, overview
from voice_skill.diary.report import report, write_report
from voice_skill.domain.diary import Episode
from voice_skill.domain.errors import UsageError

ZONE = datetime.timezone(datetime.timedelta(hours=1))
ROUTINES = {"ankle_circles": "ankle circles", "both": "ankle circles and toe points"}


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


EPISODES = (
    Episode(
        at("2026-03-01T23:30"), "toe", "both", "twitch", "night", "standing", 2.5, "both", True, 1
    ),
    Episode(at("2026-03-02T15:10"), timing="night", routine="ankle_circles", id=2),
    Episode(at("2026-03-04T02:10"), "calf", "left", "cramp", routine="both", helped=False, id=3),
)  # fmt: skip
NOW = at("2026-03-05T09:00")


def test_csv_and_json_hold_the_same_and_leave_open_what_was_not_told() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(EPISODES))))
    records = json.loads(as_json(EPISODES))
    assert list(rows[0]) == list(records[0]) == list(FIELDS)
    assert rows[0]["at"] == records[0]["at"] == "2026-03-01T23:30:00+01:00"
    assert [row["helped"] for row in rows] == ["yes", "", "no"]
    assert [record["helped"] for record in records] == [True, None, False]
    assert rows[1]["site"] == ""
    assert records[1]["site"] is None


def test_an_empty_diary_is_a_line_of_names_and_an_empty_list() -> None:
    assert as_csv(()) == ",".join(FIELDS) + "\n"
    assert json.loads(as_json(())) == []


def test_the_page_counts_what_is_there_and_says_what_was_not_told() -> None:
    seen = overview(EPISODES, ROUTINES)
    assert (seen.first, seen.last) == (datetime.date(2026, 3, 1), datetime.date(2026, 3, 3))
    assert seen.nights == 2
    squares = {square.date.isoformat(): square.count for week in seen.weeks for square in week}
    assert squares["2026-03-01"] == 2  # one of them was told the day after
    assert squares["2026-03-02"] == 0
    assert squares["2026-03-03"] == 1
    assert sum(bar.count for bar in seen.hours) == 2  # 15:10 is no hour of the night told of
    assert seen.without_hour == 1
    assert seen.sites == [Bar("calf", 1, 100.0), Bar("toe", 1, 100.0), Bar("not told", 1, 100.0)]
    assert [(row.name, row.helped, row.did_not, row.unasked) for row in seen.helped] == [
        ("ankle circles and toe points", 1, 1, 0),
        ("ankle circles", 0, 0, 1),
    ]


def test_a_clock_that_was_wrong_by_decades_draws_no_endless_calendar() -> None:
    seen = overview((Episode(at("1970-01-01T00:10"), id=1), *EPISODES), ROUTINES)
    assert len(seen.weeks) < 110


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    page = html.unescape(report(EPISODES, ROUTINES, NOW))
    assert not re.search(r"(src|href)\s*=|url\(|@import|<script|https?:", page)
    assert "default-src 'none'" in page
    assert ">both toe<" in page  # the side, not the routine of that name


def test_what_was_told_cannot_become_markup() -> None:
    page = report((Episode(NOW, "<b>toe</b>", id=1),), ROUTINES, NOW)
    assert "<b>toe" not in page


def test_an_empty_diary_makes_a_page_that_says_so() -> None:
    page = report((), ROUTINES, NOW)
    assert "holds no entry" in page
    assert "<table" not in page


def test_the_page_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_report(tmp_path / "diary.html", EPISODES, ROUTINES, NOW)
    assert stat.S_IMODE((tmp_path / "diary.html").stat().st_mode) == 0o600
    with pytest.raises(UsageError):
        write_report(tmp_path / "nowhere" / "diary.html", EPISODES, ROUTINES, NOW)
