"""One function in a process of its own, served by functions-framework as in production, and who calls it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Self

import urllib3

from devkit.errors import DevkitError
from devkit.ports import HOST, free_port
from devkit.process import Process

CALLERS = 32
JSON = {"Content-Type": "application/json"}
# Enough for the longest run of a schedule, twice what the platform allows: one that is too long is to be seen.
_TIMEOUT_SECONDS = 720.0
_START_SECONDS, _POLL_SECONDS = 60.0, 0.002


class Wire(NamedTuple):
    """A request ready to be sent: a POST, or with a `query` what a browser asks for."""

    body: bytes
    headers: Mapping[str, str]
    query: str = ""

    @property
    def method(self) -> str:
        return "GET" if self.query else "POST"


class Callers(urllib3.HTTPConnectionPool):
    """Callers of whatever listens at `port` on loopback, each with a connection that stays open."""

    def __init__(self, port: int, most: int = CALLERS) -> None:
        super().__init__(HOST, port, timeout=_TIMEOUT_SECONDS, maxsize=most, block=True)

    def send(self, wire: Wire) -> float:
        """Send it and return the seconds until its answer was read; raises DevkitError unless it succeeded."""
        began = time.perf_counter()
        answer = self.urlopen(wire.method, f"/?{wire.query}", wire.body, wire.headers, retries=False)
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise DevkitError(f"a measured call was answered {answer.status} {answer.data[:500]!r}")
        return seconds

    def drive(self, wires: Sequence[Wire], send: Callable[[Wire], object] | None = None) -> float:
        """Send all `wires`, by all callers at once; the seconds until the last answer. Each is sent by `send`."""
        with ThreadPoolExecutor(CALLERS) as threads:
            began = time.perf_counter()
            list(threads.map(send or self.send, wires))
            return time.perf_counter() - began


class ServedProcess(Process):
    """The function `name` that `command` serves, and nothing else, with its `callers`; a context manager."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path, source: Path) -> None:
        """Start it with `env` on top of the machine's own; its log lies in `folder`. It may not listen yet."""
        port, self.began = free_port(), time.perf_counter()
        self.callers, self.file = Callers(port), folder / f"{name}-{port}.log"
        super().__init__(
            name,
            [*command, "--port", str(port)],
            env={**os.environ, **env, "FUNCTION_TARGET": name, "PYTHONUNBUFFERED": "1"},
            cwd=source,
            log=self.file,
        )

    def until_answered(self, ask: Callable[[], object]) -> float:
        """Ask as soon as it listens, which is before it can answer, and wait; the seconds since its start."""
        while time.perf_counter() < self.began + _START_SECONDS:
            try:
                ask()
                return time.perf_counter() - self.began
            except urllib3.exceptions.NewConnectionError:
                self.check()
                time.sleep(_POLL_SECONDS)
        raise DevkitError(f"{self.name} does not listen{self._tail()}")

    def __enter__(self) -> Self:
        """Wait until it listens; leaving the block stops it."""
        # A path that is never the function's runs nothing.
        self.until_answered(lambda: self.callers.request("GET", "/robots.txt", retries=False))
        return self

    def peak_memory_mb(self) -> float:
        """The largest resident size that its serving process has had so far, in MB (Linux: VmHWM)."""
        return int(self._told("status").partition("VmHWM:")[2].split()[0]) / 1024

    def cpu_seconds(self) -> float:
        """The processor time that its serving process has used so far (Linux)."""
        fields = self._told("stat").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def serving_pid(self) -> int:
        """The process that answers."""
        return self.pid

    def _told(self, file: str) -> str:
        return Path(f"/proc/{self.serving_pid()}/{file}").read_text()


class ServedFunction(ServedProcess):
    """The function `name` of the `main.py` in `source`."""

    def __init__(self, name: str, env: Mapping[str, str], folder: Path, source: Path) -> None:
        """Start it, as any served process."""
        command = [sys.executable, "-m", "functions_framework", "--target", name, "--source", str(source / "main.py")]
        super().__init__(name, [*command, "--host", HOST], env, folder, source)

    def serving_pid(self) -> int:
        # gunicorn's parent only watches; its one worker serves.
        (worker,) = self.children()
        return worker
