"""Callers on loopback: prepared requests sent over connections that stay open, each answer checked and timed."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.arena import Wire
from devkit.errors import DevkitError
from devkit.ports import HOST

_TIMEOUT_SECONDS = 60.0


class Caller:
    """One caller of the function at `port`."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT_SECONDS)

    def connects(self) -> bool:
        """Whether the function listens; then the connection is open."""
        try:
            self._connection.connect()
        except ConnectionRefusedError:
            return False
        return True

    def send(self, wire: Wire) -> float:
        """Send it and return the seconds until its answer was read; raises DevkitError unless it succeeded."""
        began = time.perf_counter()
        self._connection.request("POST", "/", wire.body, wire.headers)
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise DevkitError(f"a measured call was answered {answer.status} {body[:500]!r}")
        if answer.will_close:
            self._connection.close()
        return seconds

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True)
class Slice:
    """Calls made at once: the seconds from the first to the last answer, and each call's own."""

    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


def drive(port: int, wires: Sequence[Wire], callers: int) -> Slice:
    """Send all `wires` by `callers` at once, each taking the next one; raises DevkitError when one fails."""
    waiting = iter(wires)
    taking = threading.Lock()
    latencies: list[float] = []
    failures: list[BaseException] = []
    start = threading.Barrier(callers + 1)

    def call() -> None:
        caller = Caller(port)
        start.wait()
        try:
            while True:
                with taking:
                    wire = next(waiting, None)
                if wire is None or failures:
                    return
                latencies.append(caller.send(wire))
        except (DevkitError, OSError, http.client.HTTPException) as error:
            failures.append(error)
        finally:
            caller.close()

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failures:
        raise DevkitError(f"a measured call failed: {failures[0]!r}") from failures[0]
    return Slice(seconds, latencies)
