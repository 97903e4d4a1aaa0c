"""Where functions and their twins are measured: emulator, simulator, and recordings of what each function sends."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from google.cloud import firestore

from bench.bare.write import twin
from bench.calls import Day, Measured
from bench.items import Call, Ids, Template
from bench.wire import Request, watched
from common import cache
from devkit import local
from devkit.client import call_headers, call_result
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.inprocess import InProcessFunctions
from devkit.seed import connect, seed
from devkit.stripe_sim import StripeSimulator


@dataclass(frozen=True)
class Wire:
    """A request ready to be sent, to a function or its twin."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Recording:
    """What a function sends in its first call and in a later one, and the sizes of that one's HTTP bodies."""

    cold: list[Request]
    warm: list[Request]
    ids: tuple[Ids, Ids]
    received_bytes: int
    answered_bytes: int


class Arena:
    """The parts that every measurement shares.

    Attributes:
        env: the environment of the served functions.
        deployed: the folder they are served from.
    """

    def __init__(self, emulator: Emulator, simulator: StripeSimulator, folder: Path) -> None:
        self.emulator = emulator
        self.simulator = simulator
        self.folder = folder
        self.db: firestore.Client = connect(emulator.host)
        self.api = InProcessFunctions()
        # A deployment's sources come without compiled files, and none are kept from start to start.
        self.deployed = shutil.copytree(
            local.FUNCTIONS_DIR, folder / "functions", ignore=shutil.ignore_patterns("__pycache__", "venv")
        )
        self.env = {
            **local.functions_env(firestore_host=emulator.host, stripe_url=simulator.url),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._next = 0

    def prepare(self, function: Measured) -> tuple[Day, Template]:
        """Empty everything and lead one buyer up to the function's call."""
        self.emulator.clear()
        self.simulator.reset()
        seed(self.db)
        cache.forget()
        day = Day(self.api, self.db, self.simulator)
        function.before(day)
        return day, Template.of(day.ids, self.db, self.simulator)

    def items(self, template: Template, count: int) -> list[Ids]:
        """`count` items that no call has used."""
        numbers = range(self._next, self._next + count)
        self._next += count
        return template.copies(numbers, self.db, self.simulator)

    def record(self, function: Measured, day: Day, template: Template) -> Recording:
        """Call the function twice in this process and note what it sends."""
        first, second = self.items(template, 2)
        cache.forget()
        with watched(local.PROJECT) as requests:
            self._call_here(function, day, template, first)
            cold, sent = requests.copy(), len(requests)
            received, answered = self._call_here(function, day, template, second)
            ids: tuple[Ids, Ids] = (first, second) if function.call is not None else ({}, {})
            return Recording(cold, requests[sent:], ids, received, answered)

    def _call_here(self, function: Measured, day: Day, template: Template, ids: Ids) -> tuple[int, int]:
        if function.call is None:
            self.api.run_schedule(function.name)
            return 2, 0
        wire = request_of(function, function.call(ids, template, day))
        answer = self.api.post(function.name, wire.body, wire.headers)
        if function.kind == "callable":
            call_result(answer.status_code, answer.get_data(as_text=True))
        elif answer.get_data() != b"settled":
            raise DevkitError(f"{function.name} answered {answer.status_code} {answer.get_data(as_text=True)}")
        return len(wire.body), len(answer.get_data())

    def write_twin(self, function: Measured, requests: list[Request], ids: Ids, label: str) -> Path:
        """The folder of a twin that sends `requests`."""
        folder = self.folder / f"{function.name}-{label}"
        folder.mkdir()
        (folder / "main.py").write_text(twin(function.name, function.kind, requests, ids), encoding="utf-8")
        return folder


def request_of(function: Measured, call: Call) -> Wire:
    """The call as it goes over the wire to the function."""
    if function.kind == "webhook":
        body, at = json.dumps(call.data, ensure_ascii=False, indent=2).encode(), int(time.time())
        mac = hmac.new(local.WEBHOOK_SECRET.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
        return Wire(body, {"Content-Type": "application/json", "Stripe-Signature": f"t={at},v1={mac}"})
    return Wire(json.dumps({"data": call.data}).encode(), call_headers(call.uid, call.claims))


def request_of_twin(function: Measured, call: Call, ids: Ids) -> Wire:
    """The same call to its twin, which is told the ids instead of the data; to the webhook's, beside the event."""
    wire = request_of(function, call)
    if function.kind == "webhook":
        return Wire(wire.body, {**wire.headers, "X-Bench-Ids": json.dumps(ids)})
    return Wire(json.dumps({"data": ids}).encode(), wire.headers)


SCHEDULE = Wire(b"{}", {"Content-Type": "application/json"})


@contextmanager
def arena(folder: Path) -> Iterator[Arena]:
    """Start it, with an emulator of its own."""
    own = {name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
    with ExitStack() as parts:
        emulator = parts.enter_context(Emulator.start(env=own))
        simulator = parts.enter_context(StripeSimulator(api_keys=(local.STRIPE_KEY,)))
        os.environ |= {"FIRESTORE_EMULATOR_HOST": emulator.host, "STRIPE_API_BASE": simulator.url}
        # What the functions log in this process is not part of the report.
        parts.enter_context(contextlib.redirect_stdout(parts.enter_context((folder / "in-process.log").open("w"))))
        yield Arena(emulator, simulator, folder)
