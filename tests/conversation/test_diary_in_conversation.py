"""A diary beside a conversation: written before it is confirmed, and never in the way of it."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest
from bedside import Bedside

from voice_skill.conversation.diarist import Diarist
from voice_skill.conversation.transcript import AssistantSpoke, Entry
from voice_skill.diary.store import DiaryStore

NIGHT = datetime.datetime(2026, 3, 3, 2, 30, tzinfo=datetime.timezone.utc)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "diary" / "diary.sqlite3"


def bedside_with(path: Path) -> Bedside:
    store = DiaryStore(path, lambda: NIGHT, wait_seconds=0.01)
    return Bedside(diary=Diarist(store, lambda: NIGHT))


def stored(path: Path) -> list[str | None]:
    return [e.site for e in DiaryStore(path, lambda: NIGHT).contents().episodes]


def test_it_is_on_the_disk_when_it_is_said_to_be(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary", "my calf keeps twitching", "no"])
    seen: list[list[str | None]] = []
    log = bedside.loop._log

    def look(entry: Entry) -> None:
        if isinstance(entry, AssistantSpoke) and "diary" in " ".join(entry.prompt.sentences):
            seen.append(stored(path))
        log(entry)

    bedside.loop._log = look
    bedside.talk(["log it"])
    assert seen == [["calf"]]


def test_a_sentence_that_goes_on_after_a_pause_is_one_episode(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary"])
    bedside.say("my foot is twitching")
    assert stored(path) == ["foot"]
    before = bedside.loop._turn
    assert before is not None, "the first half can still be taken back"
    bedside.loop._take_back(bedside.now)
    assert stored(path) == []
    bedside.say("my big toe keeps twitching after standing all day")
    assert stored(path) == ["toe"]


def test_a_diary_that_is_held_by_another_is_said_and_listening_goes_on(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary"])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    bedside.talk(["my calf keeps twitching", "no", "log it"])
    assert "That is not in your diary, because another program holds it." in bedside.said()
    other.execute("ROLLBACK")
    other.close()
    bedside.talk(["what causes it"])
    assert stored(path) == ["calf"]


def test_a_damaged_diary_is_said_when_the_program_starts(path: Path) -> None:
    store = DiaryStore(path, lambda: NIGHT)
    store.keep(True)
    store.close()
    path.write_text("broken")
    bedside = bedside_with(path)
    bedside.wait(1)
    bedside.finish_speaking()
    assert bedside.said()[:3] == [
        "Your diary file was damaged.",
        "I have put it aside, and note nothing now.",
        "Ask me to keep a diary to begin again.",
    ]
    bedside.talk(["my calf keeps twitching"])
    assert stored(path) == []
    bedside.talk(["no", "keep a diary"])
    assert stored(path) == ["calf"]


def test_a_diary_that_is_damaged_while_it_is_kept_goes_on(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary"])
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE episode")
    bedside.talk(["my calf keeps twitching"])
    assert "I have put it aside and begun a new one." in bedside.said()
    assert stored(path) == ["calf"]


def test_a_diary_that_was_deleted_and_begun_again_holds_nothing_of_before(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary", "my calf keeps twitching", "no"])
    bedside.talk(["delete my diary", "yes", "keep a diary", "what causes it"])
    assert stored(path) == []
    bedside.talk(["my toe keeps twitching"])
    assert stored(path) == ["toe"]


def test_a_diary_that_was_stopped_and_begun_again_holds_each_episode_once(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary", "my calf keeps twitching", "no"])
    bedside.talk(["stop keeping the diary", "keep a diary", "what causes it"])
    assert stored(path) == ["calf"]


def test_what_another_program_deletes_is_gone_here_too(path: Path) -> None:
    bedside = bedside_with(path)
    bedside.talk(["keep a diary", "my calf keeps twitching", "no"])
    DiaryStore(path, lambda: NIGHT).clear()
    bedside.talk(["how often did it happen this week", "my calf keeps twitching"])
    assert "I keep no diary yet." in bedside.said()
    assert list(path.parent.iterdir()) == []
