"""`make serve`: says when it is ready, tells what is wrong in one line, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from devkit.ports import free_port, listen
from devkit.process import ROOT
from devkit.workers import answers

PORTS = ["FUNCTIONS", "FIRESTORE", "STRIPE", "DOOR", "CONSOLE"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="process trees are read from /proc")


def environment() -> dict[str, str]:
    ports = {f"KIPPU_{part}_PORT": str(free_port()) for part in PORTS}
    inherited = {name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
    return inherited | ports


@contextmanager
def serve(env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "devkit.serve"]
    with (
        # A killed stack cannot remove its folder; a short path, because sockets lie in it.
        tempfile.TemporaryDirectory(prefix="k-") as folder,
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, env=env | {"TMPDIR": folder}, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                errors.seek(0)
                pytest.fail(f"it did not start: {errors.read()}")
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            found |= {child} | descendants(child)
    return found


def gone(pids: set[int]) -> bool:
    end = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def buys_as_an_app_of(project: str, addresses: dict[str, Any]) -> str:
    """Sign in, buy, and read one's own ticket under the rules; returns what the ticket says of its buyer."""
    with httpx.Client(trust_env=False, timeout=60) as app:
        account = {"email": "buyer-1@kippu.test", "password": "kippu-local"}
        sign_in = "identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=local"
        token = app.post(f"{addresses['console']}{sign_in}", json=account).json()["idToken"]
        app.headers["Authorization"] = f"Bearer {token}"
        order = {"data": {"imeconId": "imecon-1"}}
        bought = app.post(f"{addresses['functions']}/createPaymentIntent", json=order).json()["result"]
        documents = f"http://{addresses['firestore']}/v1/projects/{project}/databases/(default)/documents"
        ticket = app.get(f"{documents}/tickets/{bought['ticket_id']}").json()["fields"]
    return str(ticket["user_ref"]["referenceValue"])


@linux
@pytest.mark.parametrize(
    ("stop", "project"), [(signal.SIGTERM, ""), (signal.SIGINT, "an-app-of-mine"), (signal.SIGKILL, "")]
)
def test_it_serves_until_it_is_stopped_and_leaves_nothing_behind(stop: signal.Signals, project: str) -> None:
    env = environment() | {"KIPPU_PROJECT": project}
    served = project or "demo-kippu"
    with serve(env) as (process, addresses):
        assert addresses["functions"].startswith(f"http://127.0.0.1:{env['KIPPU_FUNCTIONS_PORT']}/{served}/")
        assert buys_as_an_app_of(served, addresses).startswith(f"projects/{served}/")
        assert addresses["firestore"] == f"127.0.0.1:{env['KIPPU_FIRESTORE_PORT']}"
        assert addresses["stripe"] == f"http://127.0.0.1:{env['KIPPU_STRIPE_PORT']}"
        assert addresses["door"] == f"http://127.0.0.1:{env['KIPPU_DOOR_PORT']}/door/"
        assert addresses["console"] == f"http://127.0.0.1:{env['KIPPU_CONSOLE_PORT']}/"
        for page in ("door", "console"):
            assert httpx.get(addresses[page], trust_env=False).status_code == 200
        assert process.stdout is not None
        wanted = f"the console: {addresses['console']} (sign in as admin@kippu.test, password kippu-local)\n"
        assert process.stdout.readline() == wanted
        assert answers(f"http://127.0.0.1:{env['KIPPU_FUNCTIONS_PORT']}")
        started = descendants(process.pid)
        # The emulator, the proxy, and two workers with their masters.
        assert len(started) >= 6
        process.send_signal(stop)
        assert process.wait(60) == (0 if stop != signal.SIGKILL else -signal.SIGKILL)
    assert gone(started)
    for port in PORTS:
        listen(int(env[f"KIPPU_{port}_PORT"])).close()


@linux
def test_it_ends_with_an_error_when_one_of_its_parts_dies() -> None:
    with serve(environment()) as (process, _):
        started = descendants(process.pid)
        proxy = next(pid for pid in started if b"devkit.proxy" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(proxy, signal.SIGKILL)
        assert process.wait(60) == 1
    assert gone(started)


@pytest.mark.parametrize("part", PORTS)
def test_a_taken_port_is_one_clear_line(part: str) -> None:
    env = environment()
    with listen(int(env[f"KIPPU_{part}_PORT"])):
        done = subprocess.run(
            [sys.executable, "-m", "devkit.serve"], env=env, cwd=ROOT, text=True, capture_output=True, timeout=60
        )
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert f"KIPPU_{part}_PORT" in line
    assert env[f"KIPPU_{part}_PORT"] in line
