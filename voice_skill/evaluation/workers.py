"""Tests rows in this process or in several, and gives the results back in their order.

The processes are our own, not a pool's: a pool waits for ever for a worker that was killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from voice_skill.domain.errors import EngineError, VoiceSkillError
from voice_skill.evaluation.examiner import Engines, Examiner, Task
from voice_skill.evaluation.results import Result, Unheard

T = TypeVar("T")

Answer = Result | Unheard

THREADS = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
AHEAD = 64
"""A worker may be so many rows ahead of the one that is waited for."""


def run(
    tasks: Iterable[Task], examiner: Examiner, engines: Engines, jobs: int
) -> Generator[Answer, None, None]:
    """Yield what came of each task, in order; see `run_each`."""
    return run_each(tasks, examiner, engines, jobs, Examiner.test)


def run_each(
    tasks: Iterable[Task],
    examiner: Examiner,
    engines: Engines,
    jobs: int,
    examine: Callable[[Examiner, Task], T],
) -> Generator[T, None, None]:
    """Yield what `examine` (a method of Examiner) returns for each task, in order.

    With one job all is done here, by `examiner`. EngineError when a worker process ends before its
    time. Closing the iterator ends the workers.
    """
    if jobs == 1:
        yield from (examine(examiner, task) for task in tasks)
        return
    with _started(engines, jobs, examine) as workers:
        yield from _in_order(iter(tasks), workers)


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    number: int = 0
    task: Task | None = None

    def give(self, number: int, task: Task) -> None:
        self.number, self.task = number, task
        with suppress(OSError):  # it has just died: `take` is told, and says so
            self.connection.send(task)

    def take(self) -> Any:  # noqa: ANN401 - whatever came through the pipe
        """Return the answer to its task; raise what it raised."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            raise self._ended() from None
        self.task = None
        if isinstance(answer, VoiceSkillError):
            raise answer
        return answer

    def _ended(self) -> EngineError:
        self.process.join(1.0)
        code = self.process.exitcode
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        row = self.task[0] if self.task else None
        what = "" if row is None else f" while it tested {row.source} ({row.audio or row.text})"
        return EngineError(
            f"a worker process was ended {how}{what}",
            hint="if memory ran short, try --jobs 1; else test this recording by itself",
        )


def _in_order(tasks: Iterator[Task], workers: Sequence[_Worker]) -> Iterator[Any]:
    given = 0
    wanted = 0
    done: dict[int, Any] = {}
    idle = deque(workers)
    while True:
        while idle and given < wanted + AHEAD:
            task = next(tasks, None)
            if task is None:
                break
            idle.popleft().give(given, task)
            given += 1
        if wanted == given:
            return
        by_connection = {w.connection: w for w in workers if w.task is not None}
        for ready in wait(list(by_connection)):
            worker = by_connection[ready]  # type: ignore[index]
            done[worker.number] = worker.take()
            idle.append(worker)
        while wanted in done:
            yield done.pop(wanted)
            wanted += 1


@contextmanager
def _started(
    engines: Engines, jobs: int, examine: Callable[[Examiner, Task], object]
) -> Iterator[list[_Worker]]:
    """Start worker processes, and end them whatever happens."""
    context = multiprocessing.get_context("spawn")  # recognisers do not survive a fork
    resource_tracker.ensure_running()  # starting it would let interrupts through again
    workers: list[_Worker] = []
    try:
        with _one_thread_each(), _interrupts_kept_from_children():
            for number in range(jobs):
                ours, theirs = context.Pipe()
                process = context.Process(
                    target=_work,
                    args=(theirs, engines, examine),
                    name=f"examiner-{number}",
                    daemon=True,
                )
                process.start()
                theirs.close()  # so that the end of the worker is the end of the connection
                workers.append(_Worker(process, ours))
        yield workers
    finally:
        for worker in workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in workers:
            worker.process.join()


def _work(
    connection: Connection, engines: Engines, examine: Callable[[Examiner, Task], object]
) -> None:
    """Answer tasks until the connection ends; an interrupt is for the parent alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    examiner = Examiner(engines)
    with suppress(EOFError, BrokenPipeError):
        while True:
            task = connection.recv()
            try:
                answer = examine(examiner, task)
            except VoiceSkillError as error:
                answer = error
            connection.send(answer)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Keep the number libraries of new processes from starting threads of their own."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """Ctrl+C reaches all processes of a terminal; a new one must not die of it while it loads."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
