"""Where a call's processor time goes, beside its twin's: samples, by the package whose code runs.

Both run in this process without sockets, so that only the call itself is sampled: at each tick of the kernel's clock of
the time this process has used, a signal looks at what the main thread does.
"""

from __future__ import annotations

import io
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

import flask
import functions_framework
from werkzeug.test import EnvironBuilder

from bench.arena import Arena, Recording, Wire
from bench.calls import Day, Measured
from bench.items import Template
from bench.statistics import turns
from bench.warm import REAL, TWIN, wire_to
from devkit import local
from devkit.errors import DevkitError

_SIDES = (REAL, TWIN)
SECONDS, _ROUND_CALLS, _MOST_ROUNDS = 2.5, 40, 400
_SHORTEST_TICK = 0.001
OURS, OTHER = "Kippu", "other"
# The first that a file's path holds. What is none of them, as the standard library, counts for its caller.
_PACKAGES = {
    "/pydantic": "pydantic",
    "/jwt/": "PyJWT",
    "/stripe/": "Stripe",
    "/requests/": "Stripe",
    "/urllib3/": "Stripe",
    "/firebase_functions/": "SDK",
    "/firebase_admin/": "SDK",
    "/google/auth/": "SDK",
    "/flask_cors/": "SDK",
    "/flask/": "Flask",
    "/werkzeug/": "Flask",
    "/functions_framework/": "Flask",
    "/google/": "Firestore",
    "/proto/": "Firestore",
    "/grpc/": "Firestore",
}
GROUPS = (OURS, "pydantic", "PyJWT", "Stripe", "SDK", "Flask", "Firestore", OTHER)


@dataclass(frozen=True)
class Profile:
    """Seconds of processor time of one call by package, of a function and of its twin."""

    name: str
    seconds: Mapping[str, Mapping[str, float]]


class _Side:
    """A function as functions-framework makes it, and what its calls have used."""

    def __init__(self, name: str, folder: Path) -> None:
        create_app: Any = functions_framework.create_app
        # It names its target in the environment, which is not for whoever comes after.
        with mock.patch.dict(os.environ):
            self._app: flask.Flask = create_app(name, str(folder / "main.py"))
        self._packages = {str(folder): OURS, **_PACKAGES}
        self._of_file: dict[str, str | None] = {}
        self._samples: Counter[str] = Counter()
        self.calls = 0
        self.used = 0.0

    def serve(self, wires: list[Wire]) -> None:
        """Answer all of them, sampled."""
        environments = [_environment(wire) for wire in wires]
        began = time.process_time()
        with self._sampled():
            for environment in environments:
                self._answer(environment)
        self.used += time.process_time() - began
        self.calls += len(wires)

    def seconds(self) -> dict[str, float]:
        """A call's processor time by package."""
        each = self.used / self.calls / max(1, self._samples.total())
        return {group: self._samples[group] * each for group in GROUPS}

    def _answer(self, environment: dict[str, object]) -> None:
        statuses: list[str] = []
        body = b"".join(self._app.wsgi_app(environment, lambda status, *_: statuses.append(status)))  # type: ignore[arg-type]
        if not statuses[0].startswith("200"):
            raise DevkitError(f"a profiled call was answered {statuses[0]} {body[:500]!r}")

    @contextmanager
    def _sampled(self) -> Iterator[None]:
        before = signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _SHORTEST_TICK, _SHORTEST_TICK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _sample(self, _: int, frame: FrameType | None) -> None:
        package = None
        while frame is not None and package is None:
            package = self._package(frame.f_code.co_filename)
            frame = frame.f_back
        self._samples[package or OTHER] += 1

    def _package(self, file: str) -> str | None:
        if file not in self._of_file:
            self._of_file[file] = next((name for part, name in self._packages.items() if part in file), None)
        return self._of_file[file]


def measure(arena: Arena, function: Measured, recording: Recording, day: Day, template: Template) -> Profile:
    """Call the function and its twin in turns until each has used enough time to be seen."""
    source = arena.write_twin(function, recording.warm, recording.ids[1], "profile")
    sides = {REAL: _Side(function.name, local.FUNCTIONS_DIR), TWIN: _Side(function.name, source)}
    for number in range(_MOST_ROUNDS):
        for side in turns(_SIDES, number):
            items = arena.items(template, _ROUND_CALLS)
            sides[side].serve([wire_to(side, function, ids, template, day) for ids in items])
        if min(side.used for side in sides.values()) > SECONDS:
            break
    return Profile(function.name, {name: side.seconds() for name, side in sides.items()})


def _environment(wire: Wire) -> dict[str, object]:
    return EnvironBuilder(
        method="POST",
        headers=list(wire.headers.items()),
        input_stream=io.BytesIO(wire.body),
        content_length=len(wire.body),
    ).get_environ()
