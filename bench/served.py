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
    """The function `name` of `functions/`, and nothing else, at `url`; use as a context manager."""

    def __init__(self, name: str, env: dict[str, str], folder: Path) -> None:
        """Start it with `env` on top of the machine's own; its log lies in `folder`."""
        port = free_port()
        self.url = f"http://{HOST}:{port}"
        self.log = folder / f"{name}-{port}.log"
        source = str(local.FUNCTIONS_DIR / "main.py")
        command = [sys.executable, "-m", "functions_framework", "--target", name, "--source", source]
        self._process = Process(
            name,
            [*command, "--host", HOST, "--port", str(port)],
            env={**os.environ, **env, "FUNCTION_TARGET": name, "PYTHONUNBUFFERED": "1"},
            cwd=local.FUNCTIONS_DIR,
            log=self.log,
        )
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
        # gunicorn's parent only watches; its one worker serves.
        (worker,) = self._process.children()
        status = Path(f"/proc/{worker}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

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
        self._process.stop()
