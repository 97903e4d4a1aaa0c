"""Child processes that never outlive the stack: own group, orderly stop, log kept for error messages."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

from devkit.errors import DevkitError

ROOT = Path(__file__).resolve().parent.parent
_GRACE_SECONDS = 8.0


class Stoppable:
    """Something that is stopped at the end of its `with` block."""

    def stop(self) -> None:
        """End it; safe to call twice."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Process(Stoppable):
    """One started command; its output goes to `log` (a file), or to our stderr when `log` is None."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path = ROOT,
        log: Path | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        tied = [sys.executable, str(ROOT / "devkit" / "launch.py"), str(os.getpid()), *command]
        how: dict[str, Any] = {"env": dict(env), "cwd": cwd, "pass_fds": pass_fds, "start_new_session": True}
        self._start: Callable[..., Any] = partial(subprocess.Popen, tied, stdin=subprocess.DEVNULL, **how)
        self._popen = self._launch()

    def _launch(self) -> subprocess.Popen[bytes]:
        # stdout of `make serve` belongs to its one line of JSON.
        with self.log.open("ab") if self.log else contextlib.nullcontext(sys.stderr) as output:
            started: subprocess.Popen[bytes] = self._start(stdout=output, stderr=output)
            return started

    @property
    def pid(self) -> int:
        return self._popen.pid

    def check(self) -> None:
        """Raise DevkitError with the end of the log when the command has ended."""
        if self._popen.poll() is not None:
            raise DevkitError(f"{self.name} ended with code {self._popen.returncode}{self._tail()}")

    def wait_ready(self, probe: Callable[[], bool], timeout_seconds: float) -> None:
        """Return once `probe` is true; raise DevkitError if the command ends first."""
        deadline = time.monotonic() + timeout_seconds
        while not probe():
            self.check()
            if time.monotonic() > deadline:
                raise DevkitError(f"{self.name} was not ready within {timeout_seconds:.0f} s{self._tail()}")
            time.sleep(0.02)

    def wait(self) -> int:
        return self._popen.wait()

    def children(self) -> list[int]:
        """The ids of the processes it has started itself (Linux only)."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def restart(self) -> None:
        """Kill it as a crash would, and start the command again."""
        self.kill()
        self._popen = self._launch()

    def kill(self) -> None:
        """End the whole process group without a warning; safe to call twice."""
        self._signal(signal.SIGKILL)
        self._popen.wait()

    def stop(self) -> None:
        """End the whole process group, politely first; safe to call twice."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_GRACE_SECONDS)
        # The leader may be gone while one of its children hangs: the group is what must end.
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _tail(self) -> str:
        if self.log is None:
            return "; its output is above"
        lines = self.log.read_text(errors="replace").splitlines()[-30:]
        return "\n  ".join([":", *lines]) if lines else ", without any output"
