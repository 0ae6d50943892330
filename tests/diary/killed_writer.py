"""Writes into a diary from processes that are killed, and says what they had confirmed.

    python killed_writer.py DIARY KILLS SEED

Each child notes episodes as fast as it can and says an id as soon as `note` has returned it; at a
seeded moment it gets SIGKILL. Writes out the confirmed ids, one a line.
"""

from __future__ import annotations

import datetime
import os
import random
import select
import signal
import struct
import sys
from pathlib import Path

from voice_skill.diary.store import DiaryStore
from voice_skill.domain.diary import Episode

NUMBER = struct.Struct("<q")
AT = datetime.datetime(2026, 3, 1, 2, tzinfo=datetime.timezone.utc)


def write_for_ever(path: Path, pipe: int, child: int) -> None:
    store = DiaryStore(path, lambda: AT, wait_seconds=5.0)
    while True:
        number = store.note(Episode(AT, "toe", "left", "twitch", hours=float(child)))
        assert number is not None
        os.write(pipe, NUMBER.pack(number))
        changed = Episode(AT, "toe", helped=True, hours=float(child), id=number)
        assert store.note(changed) == number


def confirmed_until_killed(path: Path, child: int, seeded: random.Random) -> list[int]:
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        write_for_ever(path, write, child)
    os.close(write)
    said = b""
    for _ in range(seeded.randrange(1, 4)):
        said += os.read(read, 4096)
    select.select([], [], [], seeded.uniform(0.0, 0.004))  # into the middle of a transaction
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the writer ended by itself"
    while more := os.read(read, 4096):
        said += more
    os.close(read)
    whole = len(said) // NUMBER.size * NUMBER.size
    return [number for (number,) in NUMBER.iter_unpack(said[:whole])]


def main(path: Path, kills: int, seed: int) -> None:
    seeded = random.Random(seed)
    for child in range(kills):
        for number in confirmed_until_killed(path, child, seeded):
            sys.stdout.write(f"{number}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
