"""What was chosen for speed, each measured beside what it replaced, in one run.

"Before" is the same source with one line changed back, or another parameter. So the figures are of this version and not
of memories, and a choice that no longer pays shows.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from bench.arena import Arena
from bench.compare import alone, cold, many, serving
from bench.figures import Middle
from bench.pages import Report
from bench.served import CALLERS
from devkit.errors import DevkitError

COLD, ALONE, MANY = "cold start, ms", "one caller, ms", f"{CALLERS} callers, calls/s"
# How much is measured, and how many of the first are not counted, which warm up.
_ROUNDS = {COLD: (7, 1), ALONE: (80, 20), MANY: (5, 1)}
_READ = "    found = _fetch(refs, fields)\n"
_READ_EACH = "    found = {path: doc for ref in refs for path, doc in _fetch([ref], fields).items()}\n"


class Choice(NamedTuple):
    """Where a choice shows, and what a file says now and said before."""

    function: str
    measured: str
    file: str
    now: str
    before: str


CHOICES = {
    "no garbage is looked for among what is being imported": Choice(
        "endConsultation", COLD, "main.py", "gc.disable()\n", ""
    ),
    "what Stripe and Cloud Scheduler call loads nothing that only callables need (pydantic)": Choice(
        "stripeWebhook", COLD, "main.py", "gc.disable()\n", 'gc.disable()\nimport_module("common.callable")\n'
    ),
    "a store's staff are kept for a minute": Choice(
        "verifySecureQR", ALONE, "common/cache.py", "timedelta(seconds=60)", "timedelta(0)"
    ),
    "seven documents are read in one trip": Choice("awardPoints", ALONE, "common/documents.py", _READ, _READ_EACH),
    "whoever asks Firestore for documents receives them himself": Choice(
        "verifySecureQR",
        MANY,
        "common/firestore_api.py",
        "SingleThreadedUnaryStream, 1",
        "SingleThreadedUnaryStream, 0",
    ),
    "32 threads instead of functions-framework's 4 for a CPU, while Stripe takes 0.2 s": Choice(
        "confirmTicket", MANY, ".env", "THREADS=32", "THREADS=4"
    ),
}


def measure(report: Report, place: Arena, name: str, choice: Choice) -> None:
    """Measure one choice: milliseconds, or calls a second, before and now."""
    place.reset()
    rounds, uncounted = _ROUNDS[choice.measured]
    now = place.side(choice.function)
    sides = {"before": now._replace(source=_taken_back(place, choice)), "now": now}
    if choice.measured == MANY:
        place.simulator.fault("delay", method="GET", times=None, seconds=0.2)
    with serving(place, sides if choice.measured != COLD else {}) as served:
        if choice.measured == COLD:
            found = cold(place, sides, rounds)
        elif choice.measured == ALONE:
            found = alone(sides, served, rounds)
        else:
            found, _ = many(sides, served, rounds, 3 * CALLERS)
    factor = 1 if choice.measured == MANY else 1000
    was, is_ = (Middle.of([value * factor for value in values[uncounted:]]) for values in found.values())
    gain = is_.median / was.median if choice.measured == MANY else was.median / is_.median
    report.row("choices", name, choice.function, choice.measured, was.text(1), is_.text(1), f"{gain:.2f} ×")


def _taken_back(place: Arena, choice: Choice) -> Path:
    """A copy of the deployed source that says what it said before."""
    copy = shutil.copytree(place.deployed, place.folder / f"before-{choice.function}")
    text = (copy / choice.file).read_text(encoding="utf-8")
    if text.count(choice.now) != 1:
        raise DevkitError(f"{choice.file} does not say {choice.now!r} once")
    (copy / choice.file).write_text(text.replace(choice.now, choice.before), encoding="utf-8")
    return copy
