"""The processes that serve the functions: two gunicorn workers and the front door before them."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from devkit import local
from devkit.clock import OFFSET_FILE
from devkit.process import ROOT, Process

_START_SECONDS = 60.0

# The developer's shell must not make the local functions believe that they are deployed, or only one.
_NOT_INHERITED = ("FUNCTION_TARGET", "K_SERVICE", "K_REVISION", "PORT", "FIREBASE_CONFIG")


@contextmanager
def serving(
    listening: socket.socket,
    *,
    functions_env: dict[str, str],
    folder: Path,
    source: Path = local.FUNCTIONS_DIR,
    keep_logs: bool = True,
) -> Iterator[list[Process]]:
    """Serve the functions of `source` on the socket `listening` until the block ends; yields the processes.

    Callables and schedules share one worker, the webhook has its own, so a Stripe that hangs the first
    cannot starve the second. Sockets, logs (`keep_logs`; otherwise stderr) and the clock lie in `folder`.
    Raises DevkitError when a part does not start.
    """
    env = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    env |= functions_env | {
        "KIPPU_FUNCTIONS_DIR": str(source),
        OFFSET_FILE: str(folder / "clock"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    started: list[Process] = []

    def start(name: str, *arguments: str, fds: tuple[int, ...] = ()) -> None:
        log = folder / f"{name}.log" if keep_logs else None
        command = [sys.executable, "-m", *arguments]
        started.append(Process(f"the {name} process", command, env=env, log=log, pass_fds=fds))

    sockets = {name: str(folder / f"{name}.sock") for name in ("callables", "webhook")}
    try:
        for name, path in sockets.items():
            start(name, *_gunicorn(path, functions_env.get("THREADS", "8")))
        start("proxy", "devkit.proxy", str(listening.fileno()), *sockets.values(), fds=(listening.fileno(),))
        base = "http://{}:{}".format(*listening.getsockname())

        def ready() -> bool:
            # The front door would wait for a worker that has ended.
            for process in started:
                process.check()
            return answers(base)

        started[-1].wait_ready(ready, _START_SECONDS)
        yield started
    finally:
        for process in reversed(started):
            process.stop()


def answers(base: str) -> bool:
    """Whether the functions at `base` (`http://host:port`) are served, webhook included."""
    try:
        return httpx.get(base + local.READY_PATH, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _gunicorn(path: str, threads: str) -> list[str]:
    return [
        *("gunicorn", "devkit.wsgi:app", "--bind", f"unix:{path}"),
        *("--workers", "1", "--worker-class", "gthread", "--threads", threads),
        # As functions-framework sets it: the platform, here nobody, ends a slow request.
        *("--timeout", "0", "--limit-request-line", "0"),
        # Longer than any run, so the front door never reuses a connection that is just being closed.
        *("--keep-alive", "86400"),
        *("--graceful-timeout", "2", "--log-level", "warning", "--no-control-socket"),
    ]
