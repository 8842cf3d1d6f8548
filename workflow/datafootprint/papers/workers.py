"""Worker processes with limits of time and memory: a bad file costs its worker, not the run."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.papers.extract import UnreadablePdfError


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a result; `reason` is part of a sentence."""

    reason: str
    #: Whether another attempt may end differently.
    is_doubtful: bool = False


#: How often the time of the workers is looked at.
POLL_S = 0.5
#: A worker that computes nothing is given up after so many times its seconds by the clock.
STUCK = 20


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    workers: int,
    seconds: float,
    megabytes: float,
) -> Iterator[Any]:
    """Call `function` on each task in worker processes and yield the results in order.

    The result is a `Failure` if a task computed for longer than `seconds`, took more than
    `megabytes` (10^6 bytes) in addition to what a worker starts with, raised, or crashed its
    worker. Where the machine may be to blame (a crash, or a worker that hardly computed), the task
    is done once more, alone, before that counts. A DatafootprintError or an OSError (a full disk is
    not the task's fault) is raised again.
    """
    pending, again = deque(enumerate(tasks)), deque[tuple[int, Any]]()
    busy: list[_Worker] = []
    idle = [_Worker(function, megabytes) for _ in range(min(workers, len(tasks)))]
    results: dict[int, Any] = {}
    following = 0
    try:
        while following < len(tasks):
            while pending and len(busy) < workers:
                worker = idle.pop() if idle else _Worker(function, megabytes)
                worker.begin(*pending.popleft(), is_last_attempt=False)
                busy.append(worker)
            if not busy:
                worker = idle.pop() if idle else _Worker(function, megabytes)
                worker.begin(*again.popleft(), is_last_attempt=True)
                busy.append(worker)
            wait([worker.connection for worker in busy], timeout=min(POLL_S, seconds))
            for worker in [worker for worker in busy if worker.has_ended(seconds)]:
                result = worker.result(seconds)
                busy.remove(worker)
                if not worker.connection.closed:
                    idle.append(worker)
                if isinstance(result, Exception):
                    raise result
                if isinstance(result, Failure) and result.is_doubtful and worker.may_try_again:
                    again.append((worker.number, worker.task))
                else:
                    results[worker.number] = result
            while following in results:
                yield results.pop(following)
                following += 1
    finally:
        for worker in [*busy, *idle]:
            worker.stop()


class _Worker:
    """A process that does one task after the other, until one of them breaks it."""

    def __init__(self, function: Callable[[Any], Any], megabytes: float) -> None:
        self.connection, theirs = Pipe()
        # Not `multiprocessing`, whose processes import the script of the job once more.
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import serve; serve({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self.connection.send((function, megabytes))
        self.is_ready = False

    def begin(self, number: int, task: Any, is_last_attempt: bool) -> None:
        if not self.is_ready:
            self.is_ready = self.connection.recv()
        self.number, self.task, self.may_try_again = number, task, not is_last_attempt
        self.computed_before, self.waited, self.seen = self._computed(), 0.0, time.monotonic()
        self.connection.send(task)

    def has_ended(self, seconds: float) -> bool:
        """Tell whether there is an answer, or the worker's time is up.

        That is the time it computed: the clock goes on while a run is stopped or its node is
        overloaded. A gap between two looks is a stopped run, and counts little as waiting.
        """
        now = time.monotonic()
        self.waited += min(now - self.seen, 2 * POLL_S)
        self.seen = now
        return self.connection.poll() or self._is_slow(seconds) or self.waited >= STUCK * seconds

    def _is_slow(self, seconds: float) -> bool:
        return self._computed() - self.computed_before >= seconds

    def _computed(self) -> float:
        """Return the processor time so far in seconds; without /proc (macOS) that of the clock."""
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return time.monotonic()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def result(self, seconds: float) -> Any:
        try:
            if self.connection.poll():
                return self.connection.recv()
            reason = f"took longer than {seconds:g} s"
            failure = Failure(reason, is_doubtful=not self._is_slow(seconds))
        except (EOFError, OSError):
            code = self.process.wait()
            ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            failure = Failure(f"crashed its reader ({ending})", is_doubtful=True)
        self.stop()
        return failure

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()


def serve(descriptor: int) -> None:
    """Do one task after the other, until the job closes the connection or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(descriptor)
    function, megabytes = connection.recv()
    with suppress(ValueError, OSError):  # macOS has neither the file nor the limit
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + int(megabytes * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with suppress(EOFError, BrokenPipeError):
        connection.send(True)
        while True:
            connection.send(_called(function, connection.recv(), megabytes))


def _called(function: Callable[[Any], Any], task: Any, megabytes: float) -> Any:
    try:
        return function(task)
    except MemoryError:
        return Failure(f"needed more than {megabytes:g} MB of memory")
    except RecursionError:
        return Failure("is nested too deeply")
    except UnreadablePdfError as error:
        return Failure(str(error))
    except (DatafootprintError, OSError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - a reader raises whatever a file provokes
        return Failure(f"made its reader fail ({type(error).__name__}: {error})")
