"""The processes that serve the functions: two gunicorn workers and the proxy before them."""

import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx

from devkit import local
from devkit.clock import OFFSET_FILE
from devkit.process import ROOT, Process

_START_SECONDS = 60.0
_PARTS = ("callables", local.WEBHOOK)
# The developer's shell must not make the local functions believe that they are deployed, or only one.
_NOT_INHERITED = {"FUNCTION_TARGET", "K_SERVICE", "K_REVISION", "PORT", "FIREBASE_CONFIG"}


def serve(
    parts: ExitStack, listening: socket.socket, functions_env: dict[str, str], source: Path, folder: Path, *, logs: bool
) -> list[Process]:
    """Serve the functions of `source` on the socket `listening` until `parts` is closed; returns the processes.

    Callables and schedules share one worker, the webhook has its own, so a Stripe that hangs the first
    cannot starve the second. Sockets, `logs` (otherwise on stderr) and the clock lie in `folder`.
    Raises DevkitError when a part does not start.
    """
    env = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED} | functions_env
    env |= {"KIPPU_FUNCTIONS_DIR": str(source), OFFSET_FILE: str(folder / "clock")}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    fd, sockets = listening.fileno(), [str(folder / f"{part}.sock") for part in _PARTS]
    commands = {
        **{part: _gunicorn(path, env.get("THREADS", "8")) for part, path in zip(_PARTS, sockets, strict=True)},
        "proxy": ["devkit.proxy", str(fd), *sockets],
    }
    processes: list[Process] = []

    def ready() -> bool:
        # The proxy would wait for a worker that has ended.
        for process in processes:
            process.check()
        return answers("http://{}:{}".format(*listening.getsockname()))

    for name, command in commands.items():
        log, fds = folder / f"{name}.log" if logs else None, (fd,) if name == "proxy" else ()
        process = Process(f"the {name} process", [sys.executable, "-m", *command], env=env, log=log, pass_fds=fds)
        processes.append(parts.enter_context(process))
    process.wait_ready(ready, _START_SECONDS)
    return processes


def answers(base: str) -> bool:
    """Whether the functions at `base` (`http://host:port`) are served, webhook included."""
    urls = [f"{base}{local.READY_PATH}/{part}" for part in _PARTS]
    try:
        return all(httpx.get(url, timeout=5, trust_env=False).is_success for url in urls)
    except httpx.HTTPError:
        return False


def _gunicorn(path: str, threads: str) -> list[str]:
    return [
        *("gunicorn", "devkit.functions_app:worker_app()", "--bind", f"unix:{path}"),
        *("--workers", "1", "--worker-class", "gthread", "--threads", threads),
        # As functions-framework sets it: the platform, here nobody, ends a slow request.
        *("--timeout", "0", "--limit-request-line", "0"),
        *("--graceful-timeout", "2", "--log-level", "warning", "--no-control-socket"),
    ]
