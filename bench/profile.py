"""Where a call's processor time goes, beside its twin's: samples, by the package whose code runs.

Both run in this process without sockets, so that only the call itself is sampled: at each tick of the kernel's clock of
the time this process has used, a signal looks at what the main thread does.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from traceback import walk_stack
from types import FrameType
from typing import Any
from unittest import mock

import flask
import functions_framework
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.arena import Arena, Seen
from bench.calls import Call
from bench.compare import REAL, TWIN
from bench.figures import turns
from bench.pages import GROUPS, Report
from bench.served import Wire
from devkit import local
from devkit.errors import DevkitError

SECONDS, _ROUND_CALLS, _MOST_ROUNDS, _SHORTEST_TICK = 2.5, 40, 400, 0.001
OURS, *_, OTHER = GROUPS
# By what a file's path holds, the first that fits. What is none of them (the standard library) counts for its caller.
_PACKAGES = {
    "pydantic": "/pydantic",
    "PyJWT": "/jwt/",
    "Stripe": "/(stripe|requests|urllib3)/",
    "SDK": "/(firebase_functions|firebase_admin|google/auth|flask_cors)/",
    "Flask": "/(flask|werkzeug|functions_framework)/",
    "Firestore": "/(google|proto|grpc)/",
}

Profile = Mapping[str, Mapping[str, float]]
"""Seconds of processor time of one call by package, of a function and of its twin."""


class _Side:
    """A function as functions-framework makes it, what its calls have used, and the files of each sampled stack."""

    def __init__(self, name: str, folder: Path) -> None:
        create_app: Any = functions_framework.create_app
        # It names its target in the environment, which is not for whoever comes after.
        with mock.patch.dict(os.environ):
            self._app: flask.Flask = create_app(name, str(folder / "main.py"))
        self._packages = {OURS: re.escape(str(folder)), **_PACKAGES}
        self._stacks: Counter[tuple[str, ...]] = Counter()
        self.calls, self.used = 0, 0.0

    def serve(self, wires: Sequence[Wire]) -> None:
        """Answer all of them, sampled."""
        environments = [
            EnvironBuilder(
                method=it.method, query_string=it.query, headers=Headers(it.headers), data=it.body
            ).get_environ()
            for it in wires
        ]
        before = signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _SHORTEST_TICK, _SHORTEST_TICK)
        began = time.process_time()
        try:
            answers = [run_wsgi_app(self._app.wsgi_app, environment, buffered=True) for environment in environments]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
        self.used += time.process_time() - began
        self.calls += len(wires)
        if refused := [status for _, status, _ in answers if not status.startswith("200")]:
            raise DevkitError(f"a profiled call was answered {refused[0]}")

    def _sample(self, _: int, frame: FrameType | None) -> None:
        self._stacks[tuple(called.f_code.co_filename for called, _ in walk_stack(frame))] += 1

    def seconds(self) -> dict[str, float]:
        """A call's processor time by package."""
        found = dict.fromkeys(GROUPS, 0.0)
        for files, count in self._stacks.items():
            of = (name for file in files for name, pattern in self._packages.items() if re.search(pattern, file))
            found[next(of, OTHER)] += count * self.used / self.calls / self._stacks.total()
        return found


def measure(place: Arena, function: Call, seen: Seen) -> Profile:
    """Call the function and its twin in turns until each has used enough time to be seen."""
    sources = {REAL: local.FUNCTIONS_DIR, TWIN: place.twin(function, seen, "profile")}
    sides = {name: _Side(function.name, source) for name, source in sources.items()}
    wires = place.side(function.name).wires
    for number in range(_MOST_ROUNDS):
        for name in turns(list(sides), number):
            sides[name].serve(wires(_ROUND_CALLS))
        if min(side.used for side in sides.values()) > SECONDS:
            break
    return {name: side.seconds() for name, side in sides.items()}


def report_profile(report: Report, name: str, profile: Profile) -> None:
    """Microseconds of the function's call by package and, after the stroke, of its twin's."""
    mine, twins = ([*profile[side].values(), sum(profile[side].values())] for side in (REAL, TWIN))
    report.row("profile", name, *(f"{one * 1e6:,.0f} / {its * 1e6:,.0f}" for one, its in zip(mine, twins, strict=True)))
