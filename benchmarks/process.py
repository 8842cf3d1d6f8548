"""Calls and servers in processes of their own, so that none counts in another's time or memory."""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from typing import Any, NamedTuple

_fork = multiprocessing.get_context("fork")


class Measured(NamedTuple):
    """What a call took.

    The processor time is that of the process and its workers together, the memory that of
    whichever is largest, with what it inherits from the process that calls.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(function: Callable[..., object], *arguments: object) -> Measured:
    """Run a call in a process of its own, whose start is not counted."""

    def call() -> None:
        start, used_before = time.perf_counter(), sum(os.times()[:4])
        function(*arguments)
        took, used = time.perf_counter() - start, sum(os.times()[:4]) - used_before
        whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        peak = max(resource.getrusage(who).ru_maxrss for who in whose)
        theirs.send(Measured(took, used, peak * 1024 / 1e6))

    ours, theirs = _fork.Pipe()
    process = _fork.Process(target=call)
    process.start()
    theirs.close()
    try:
        result: Measured = ours.recv()
    except EOFError:
        process.join()
        raise SystemExit(f"{function.__name__} failed; see above.") from None
    process.join()
    return result


class Server:
    """A server in a process of its own, as a context that gives its address.

    `serve(tell, *arguments)` calls `tell` with the address and ends when that returns.
    """

    def __init__(self, serve: Callable[..., None], *arguments: object) -> None:
        self._pipe, theirs = _fork.Pipe()

        def tell(url: str) -> None:
            theirs.send(url)
            theirs.recv()

        self._process = _fork.Process(target=serve, args=(tell, *arguments))

    def __enter__(self) -> str:
        self._process.start()
        return str(self._pipe.recv())

    def __exit__(self, *_: Any) -> None:
        self._pipe.send("end")
        self._process.join()
