"""One function in a process of its own, served by functions-framework as in production."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

import httpx

from common.scheduled import TIMEOUT_SECONDS
from devkit import local
from devkit.errors import DevkitError
from devkit.logs import errors
from devkit.ports import HOST, free_port
from devkit.process import Process

_START_SECONDS = 60.0
# What the platform allows a run, and as long again: a run that is too long is to be seen, not cut off.
_RUN_SECONDS = 2.0 * TIMEOUT_SECONDS


class ServedFunction:
    """The function `name` of a `main.py`, and nothing else, at `url`; use as a context manager."""

    def __init__(
        self, name: str, env: dict[str, str], folder: Path, *, source: Path = local.FUNCTIONS_DIR, wait: bool = True
    ) -> None:
        """Start it with `env` on top of the machine's own; its log lies in `folder`.

        `source` holds `main.py`. Without `wait` it may not listen yet.
        """
        port = free_port()
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.log = folder / f"{name}-{port}.log"
        command = [sys.executable, "-m", "functions_framework", "--target", name, "--source", str(source / "main.py")]
        self._process = Process(
            name,
            [*command, "--host", HOST, "--port", str(port)],
            env={**os.environ, **env, "FUNCTION_TARGET": name, "PYTHONUNBUFFERED": "1"},
            cwd=source,
            log=self.log,
        )
        if not wait:
            return
        try:
            self._process.wait_ready(self._listens, _START_SECONDS)
        except BaseException:
            self._process.stop()
            raise

    def run(self) -> None:
        """Run it once, as Cloud Scheduler does; raises DevkitError when it fails."""
        answer = httpx.post(self.url, json={}, timeout=_RUN_SECONDS, trust_env=False)
        if answer.status_code >= 300:
            raise DevkitError(f"the run was answered {answer.status_code}: {answer.text[:500]}")

    def peak_memory_mb(self) -> float:
        """The largest resident size that its serving process has had so far, in MB (Linux: VmHWM)."""
        status = Path(f"/proc/{self._worker()}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """The processor time that its serving process has used so far (Linux)."""
        fields = Path(f"/proc/{self._worker()}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def check(self) -> None:
        """Raise DevkitError with the end of its log when it has ended."""
        self._process.check()

    def stop(self) -> None:
        """End it; safe to call twice."""
        self._process.stop()

    def kill(self) -> None:
        """End it at once: nobody waits for an answer."""
        self._process.kill()

    def _worker(self) -> int:
        # gunicorn's parent only watches; its one worker serves.
        (worker,) = self._process.children()
        return worker

    def errors_logged(self) -> list[str]:
        """Every message it logged as an error."""
        return errors(self.log)

    def _listens(self) -> bool:
        try:
            # A GET of a path that is never the function's runs nothing.
            httpx.get(f"{self.url}/robots.txt", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return True

    def __enter__(self) -> ServedFunction:
        """Return itself; leaving the block stops it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()
