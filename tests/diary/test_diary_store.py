"""The diary on disk: private, kept only when wanted, and nothing confirmed is ever lost."""

from __future__ import annotations

import datetime
import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from voice_skill.diary.schema import STEPS, VERSION
from voice_skill.diary.store import Contents, DiaryStore
from voice_skill.domain.diary import Episode
from voice_skill.domain.errors import DiaryError

ROOT = Path(__file__).resolve().parents[2]
KILLED_WRITER = Path(__file__).with_name("killed_writer.py")
NEW_YORK = datetime.timezone(datetime.timedelta(hours=-4))
AT = datetime.datetime(2026, 6, 3, 2, 40, tzinfo=NEW_YORK)
TOE = Episode(AT, "toe", "left", "twitch", "night", "standing", 3.0, "ankle_circles", True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "diary" / "diary.sqlite3"


def opened(path: Path, wait_seconds: float = 0.05) -> DiaryStore:
    return DiaryStore(path, lambda: AT, wait_seconds=wait_seconds)


def kept(path: Path) -> DiaryStore:
    store = opened(path)
    store.keep(True)
    return store


def files(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()}


# ------------------------------------------------------------------ what is stored


def test_an_episode_comes_back_as_it_was_told(path: Path) -> None:
    number = kept(path).note(TOE)
    contents = opened(path).contents()
    assert contents.kept
    (episode,) = contents.episodes
    assert episode.id == number
    assert episode == Episode(**{f: getattr(TOE, f) for f in TOE.__slots__} | {"id": number})
    assert episode.at.utcoffset() == datetime.timedelta(hours=-4)


def test_what_was_not_told_stays_open(path: Path) -> None:
    store = kept(path)
    number = store.note(Episode(AT))
    assert store.contents().episodes == (Episode(AT, id=number),)


def test_an_episode_is_completed_in_its_place(path: Path) -> None:
    store = kept(path)
    number = store.note(Episode(AT, "toe"))
    assert store.note(Episode(AT, "toe", helped=False, id=number)) == number
    assert [episode.helped for episode in store.contents().episodes] == [False]


def test_without_being_asked_for_it_nothing_at_all_is_stored(path: Path) -> None:
    store = opened(path)
    assert store.note(TOE) is None
    assert store.contents() == Contents()
    store.keep(False)
    store.clear()
    assert not path.parent.exists()


def test_a_diary_that_is_not_kept_on_takes_no_more_and_keeps_what_it_has(path: Path) -> None:
    store = kept(path)
    store.note(TOE)
    store.keep(False)
    assert store.note(TOE) is None
    contents = store.contents()
    assert (contents.exists, contents.kept, len(contents.episodes)) == (True, False, 1)


def test_only_its_owner_can_read_it(path: Path) -> None:
    before = os.umask(0)
    try:
        kept(path).note(TOE)
    finally:
        os.umask(before)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == dict.fromkeys((path.name, f"{path.name}-wal", f"{path.name}-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_every_commit_is_on_the_disk(path: Path) -> None:
    store = kept(path)
    connection = store._open()
    assert connection is not None
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


# ------------------------------------------------------------------ deleting


def test_deleted_it_is_gone_with_its_journals_and_what_was_set_aside(path: Path) -> None:
    store = kept(path)
    store.note(TOE)
    aside = path.with_name("diary.damaged-20260101-000000.sqlite3")
    aside.write_text("an older one")
    store.clear()
    assert files(path) == set()
    assert store.contents() == Contents()
    assert store.note(TOE) is None


def test_another_process_does_not_bring_a_deleted_diary_back(path: Path) -> None:
    ours, theirs = kept(path), opened(path)
    number = ours.note(TOE)
    assert theirs.contents().episodes
    theirs.clear()
    assert ours.note(Episode(AT, "calf")) is None
    assert ours.note(Episode(AT, "calf", id=number)) is None
    assert files(path) == set()


def test_a_deleted_episode_leaves_no_trace_in_the_files(path: Path) -> None:
    store = kept(path)
    number = store.note(Episode(AT, "elsewhere", trigger="unmistakable"))
    assert number is not None
    store.remove(number)
    assert store.contents().episodes == ()
    assert not [f for f in path.parent.iterdir() if b"unmistakable" in f.read_bytes()]


# ------------------------------------------------------------------ what may go wrong


def test_nothing_confirmed_is_lost_over_two_hundred_kills(path: Path) -> None:
    kept(path).close()
    done = subprocess.run(
        [sys.executable, str(KILLED_WRITER), str(path), "200", "5"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    confirmed = [int(line) for line in done.stdout.split()]
    assert len(confirmed) >= 200
    store = opened(path)
    stored = [episode.id for episode in store.contents().episodes]
    assert store.take_set_aside() is None
    assert set(confirmed) <= set(stored)
    assert stored == sorted(set(stored))


def test_two_processes_write_into_the_same_diary(path: Path) -> None:
    ours, theirs = kept(path), opened(path)
    for _ in range(20):
        assert ours.note(Episode(AT, "toe")) is not None
        assert theirs.note(Episode(AT, "calf")) is not None
    assert ours.has_changed()
    assert not ours.has_changed()
    assert len(ours.contents().episodes) == 40
    theirs.note(Episode(AT, "calf"))
    assert ours.has_changed()


def test_a_diary_that_another_process_holds_is_told_so(path: Path) -> None:
    store = kept(path)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiaryError) as failure:
            store.note(TOE)
        assert failure.value.trouble == "locked"
        assert failure.value.hint
        with pytest.raises(DiaryError):
            store.clear()
        other.execute("ROLLBACK")
    assert store.note(TOE) is not None
    assert len(store.contents().episodes) == 1


def test_a_folder_that_another_process_holds_is_told_so_and_waited_for_no_longer(
    path: Path,
) -> None:
    store = kept(path)
    folder = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with pytest.raises(DiaryError) as failure:
        store.clear()
    os.close(folder)
    assert failure.value.trouble == "locked"
    store.clear()


def test_a_full_disk_is_told_and_costs_nothing_that_was_stored(path: Path) -> None:
    store = kept(path)
    numbers = [store.note(TOE) for _ in range(3)]
    connection = store._open()
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiaryError) as failure:
        while True:
            numbers += [store.note(TOE)]
    assert failure.value.trouble == "full"
    assert [episode.id for episode in store.contents().episodes] == numbers
    connection.execute("PRAGMA max_page_count = 100000")
    assert store.note(TOE) is not None


def test_a_file_that_may_not_grow_loses_nothing_that_was_confirmed(path: Path) -> None:
    kept(path).close()
    script = (
        "import resource, sys, pathlib\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from test_diary_store import TOE, opened\n"
        "from voice_skill.domain.errors import DiaryError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "store = opened(pathlib.Path(sys.argv[1]))\n"
        "try:\n"
        "    while True: print(store.note(TOE), flush=True)\n"
        "except DiaryError as error:\n"
        "    print(error.trouble, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(Path(__file__).parent)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() in ("full", "failed")
    confirmed = [int(line) for line in done.stdout.split()]
    assert confirmed
    assert [episode.id for episode in opened(path).contents().episodes] == confirmed


@pytest.mark.parametrize("how", ["text", "middle", "no table"])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path: Path, how: str) -> None:
    store = kept(path)
    for _ in range(200):
        store.note(TOE)
    store.close()
    if how == "text":
        path.write_text("this is no diary at all" * 100)
    elif how == "middle":
        whole = path.read_bytes()
        path.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE episode")
    damaged = path.read_bytes()
    store = opened(path)
    assert store.contents() == Contents(exists=True, kept=False)
    aside = store.take_set_aside()
    assert aside is not None
    assert aside.name == "diary.damaged-20260603-024000.sqlite3"
    if how != "no table":  # there its journal mode alone was touched
        assert aside.read_bytes() == damaged
    assert store.note(TOE) is None, "a damaged file does not tell that it is wanted"
    store.keep(True)
    assert store.note(TOE) is not None
    assert store.take_set_aside() is None


@pytest.mark.parametrize("wish", ["told", "read", "noted"])
def test_who_wanted_a_diary_before_it_was_damaged_still_has_one(path: Path, wish: str) -> None:
    store = kept(path)
    if wish != "told":
        store.close()
        store = opened(path)
        assert store.contents().kept if wish == "read" else store.note(TOE)
    store.close()
    path.write_text("broken")
    assert store.note(TOE) is not None
    assert store.take_set_aside() is not None
    assert [episode.site for episode in store.contents().episodes] == ["toe"]


@pytest.mark.parametrize("wish", ["told", "read", "cleared", "unknown"])
def test_damage_does_not_bring_back_a_diary_that_was_stopped(path: Path, wish: str) -> None:
    store = kept(path)
    store.note(TOE)
    if wish == "cleared":
        store.clear()
        path.touch(0o600)
    else:
        store.keep(False)
    store.close()
    if wish in ("read", "unknown"):
        store = opened(path)
        assert wish == "unknown" or not store.contents().kept
        store.close()
    path.write_text("broken")
    assert not store.contents().kept
    assert store.note(TOE) is None
    assert store.take_set_aside() is not None


def test_a_damaged_diary_that_is_asked_for_is_kept_on(path: Path) -> None:
    kept(path).close()
    path.write_text("broken")
    store = kept(path)
    assert store.take_set_aside() is not None
    assert store.contents() == Contents(exists=True, kept=True)


def test_damage_that_shows_while_it_is_written_loses_no_word(path: Path) -> None:
    store = kept(path)
    store.note(TOE)
    store._carry_out(lambda connection: connection.execute("DROP TABLE episode"))
    assert store.note(Episode(AT, "calf")) is not None
    assert [episode.site for episode in store.contents().episodes] == ["calf"]
    assert store.take_set_aside() is not None


def test_two_damaged_files_of_one_minute_are_both_kept(path: Path) -> None:
    for _ in range(2):
        kept(path).close()
        path.write_text("broken")
        store = opened(path)
        assert store.contents().exists
        store.close()
    assert len([name for name in files(path) if "damaged" in name and "-wal" not in name]) == 2


def test_a_diary_of_the_first_schema_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as old:
        for statement in STEPS[0]:
            old.execute(statement)
        old.execute("INSERT INTO setting VALUES ('kept', 1)")
        old.execute(
            "INSERT INTO episode (utc_ms, offset_minutes, site, helped) VALUES (?, -240, 'toe', 1)",
            (1_780_468_800_000,),
        )
        old.execute("PRAGMA user_version = 1")
    store = opened(path)
    (episode,) = store.contents().episodes
    assert (episode.site, episode.helped, episode.timing) == ("toe", True, None)
    assert episode.at.isoformat() == "2026-06-03T02:40:00-04:00"
    assert store.note(TOE) == 2
    assert store.contents().episodes[1].timing == "night"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_diary_of_a_later_program_is_left_alone(path: Path) -> None:
    kept(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DiaryError) as failure:
        opened(path).note(TOE)
    assert failure.value.trouble == "newer"
    assert path.read_bytes() == before


def test_a_file_that_was_made_and_not_begun_is_an_empty_diary_that_is_not_kept(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch(0o600)
    assert opened(path).contents() == Contents(exists=True, kept=False)


def test_the_order_is_that_of_the_notes_whatever_the_clock_says(path: Path) -> None:
    store = kept(path)
    times = [AT, AT.replace(year=1970), AT.replace(year=2040), AT]
    for at in times:
        store.note(Episode(at))
    assert [episode.at for episode in store.contents().episodes] == times


def test_a_time_that_cannot_be_is_refused(path: Path) -> None:
    with pytest.raises(DiaryError):
        kept(path).note(Episode(AT.replace(year=9999)))


def test_damage_that_is_found_while_looking_is_no_end_of_it(path: Path) -> None:
    kept(path).close()
    path.write_text("broken")
    store = opened(path)
    assert store.has_changed()
    assert store.contents().exists
    assert store.take_set_aside() is not None
