"""What `make bench` has found: tables, which it writes between two marks of a page, and targets that are missed."""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.calls import DOMAINS
from devkit.docs.markdown import table
from devkit.errors import DevkitError
from devkit.process import ROOT

GROUPS = ("Kippu", "pydantic", "PyJWT", "Stripe", "SDK", "Flask", "Firestore", "other")
"""Whose code the processor time of a call goes to, in the order of the table."""
_COSTS = ("trips", "reads", "writes", "deletes", "Stripe", "B to Firestore", "B in", "B out", "CPU ms", "USD per 1,000")
HEADS = {
    "choices": ("choice", "function", "measured", "before", "now", "better"),
    "parts": ("part", "µs", "floor", "target"),
    "cold": ("function", "ms", "its twin, ms", "× pair by pair"),
    "latency": ("function", "ms", "its twin", "nothing", "more, call by call"),
    "throughput": ("function", "calls/s", "its twin", "nothing", "share, slice by slice"),
    "memory": ("function", "MiB", "its twin", "nothing", "CPU ms", "its twin's"),
    "profile": ("function", *GROUPS, "together"),
    "peer-calls": ("function", "trips to Firestore", "documents read", "documents written", "requests to Stripe"),
    "peer-alone": ("function", "ms", "its peer", "times as fast, call by call"),
    "peer-many": (
        "function",
        "calls/s",
        "its peer",
        "times as fast, slice by slice",
        "CPU ms",
        "its peer's",
        "refused",
        "by its peer",
    ),
    "versions": (
        "function",
        "CPU ms before",
        "now",
        "× calls a second, slice by slice",
        "cold start ms before",
        "now",
        "MiB before",
        "now",
    ),
    "reconcile": ("purchases", "compared a second", "in s", "events recovered", "runs", "longest s", "peak MiB"),
    "events": (
        "",
        "purchases",
        "purchases/s",
        "a hold, ms",
        "its p95",
        "SOLD_OUT p95, ms",
        "failed",
        "oversold",
        "stranded",
    ),
    "search": (
        "events",
        "largest document, KiB",
        "first search, ms",
        "one caller, ms",
        "p95",
        "p95 of eight callers",
        "peak MiB",
    ),
    "rush": (
        "rush",
        "places sold",
        "held after s",
        "SOLD_OUT after s",
        "payable after s",
        "95 % held by s",
        "holds/s",
        "purchases/s",
        "turned away",
    ),
    "rush-load": (
        "rush",
        "conflicts an order",
        "writes/s of the hottest document",
        "documents/s",
        "asked of Stripe",
        "429",
        "never payable",
        "instances",
        "calls refused",
        "reads / writes",
        "USD",
    ),
    "rush-minutes": ("minute", "holds/s", "purchases/s"),
    "costs": ("function", *_COSTS),
    "sums": ("", "Firestore", "instances", "network", "together"),
}
_BY_FUNCTION = {"cold", "latency", "throughput", "memory", "profile", "versions", "costs"}
_ELSEWHERE = {"costs": "costs.md", "sums": "costs.md"} | dict.fromkeys(
    ("rush", "rush-load", "rush-minutes"), "scale.md"
)
PAGES = {name: ROOT / "docs" / _ELSEWHERE.get(name, "performance.md") for name in HEADS}


class Report:
    """The rows of each table, and a line for each target that is missed."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self.missed: list[str] = []

    def row(self, name: str, *cells: str) -> None:
        """Add a row, and show it at once: what was measured is known also if the rest comes to nothing."""
        print(name, *cells, sep=" | ", file=sys.stderr, flush=True)
        self.rows[name].append(cells)

    def expect(self, met: bool, missed: str) -> None:
        if not met:
            self.missed.append(missed)

    def texts(self) -> dict[str, str]:
        """Each table that has rows, with the machine and the day unless it is a model's."""
        return {
            name: table(HEADS[name], by_domain(self.rows[name]) if name in _BY_FUNCTION else self.rows[name])
            + ("" if name.startswith("rush") else f"\n\n{_measured_on()}")
            for name in HEADS
            if self.rows[name]
        }

    def end(self) -> int:
        """Print what is missed; the exit code."""
        print("\n".join(f"MISSED: {line}" for line in self.missed) or "every target is met")
        return 1 if self.missed else 0


def by_domain(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Rows that begin with functions' names, below a row for each domain; what is no function comes first."""
    domain_of = {call.name: domain for domain, calls in DOMAINS.items() for call in calls}
    found = defaultdict(list)
    for row in rows:
        found[domain_of.get(row[0], "")].append(row)
    for domain in ("", *DOMAINS):
        if domain and found[domain]:
            yield (f"**{domain}**", *("" for _ in found[domain][0][1:]))
        yield from found[domain]


def write(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of the table `name`; raises DevkitError when the page has none."""
    before, start, rest = page.read_text(encoding="utf-8").partition(f"<!-- make bench: {name} -->\n")
    _, end, after = rest.partition(f"<!-- end: {name} -->")
    if not end:
        raise DevkitError(f"{page.name} has no marks of the table {name}")
    page.write_text(f"{before}{start}{text.strip()}\n{end}{after}", encoding="utf-8")


def _measured_on() -> str:
    told = Path("/proc/cpuinfo").read_text() + Path("/proc/meminfo").read_text()
    model, memory = re.search(r"model name\s*: (.*)", told), re.search(r"MemTotal: *(\d+)", told)
    machine = f"{os.cpu_count()} × {model[1] if model else 'CPU'}, {int(memory[1]) / 2**20 if memory else 0:.0f} GiB"
    system, python = os.uname(), ".".join(map(str, sys.version_info[:3]))
    day = f"{datetime.now(UTC):%Y-%m-%d}: {machine}, {system.sysname}, Python {python}"
    return f"Measured on {day}. Medians, with the quartiles in brackets."
