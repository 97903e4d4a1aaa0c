"""Places of one event, bought by many at once: the functions beside a naive twin, on the same emulator in one run.

The twin does what the source document describes: a transaction on the event's `available_seats`. Both are served by
functions-framework in a process for each function. A purchase is a hold, the card that is paid, and its confirmation.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from bench.arena import Arena, Side
from bench.pages import Report
from bench.served import CALLERS, ServedFunction
from devkit.client import call_headers
from devkit.errors import DevkitError

FUNCTIONS, NAIVE = "functions", "naive twin"
MOST_MS, LEAST_TIMES = 500, 10
ORGANIZER = "organizer-1"
PRICE = 3000


class Size(NamedTuple):
    """The places of the event, the seconds that a side may take to sell them, and what each latecomer asks."""

    places: int = 1000
    seconds: float = 40.0
    late: int = 10


QUICK = Size(60, 6.0, 2)


class Sold(NamedTuple):
    """What became of a side's rush: seconds of each hold and of each answer `SOLD_OUT`, and purchases a second.

    Attributes:
        failed: holds that were answered with another failure.
    """

    holds: list[float]
    refusals: list[float]
    purchases: int
    a_second: float
    failed: int
    oversold: int
    stranded: int


class Rush:
    """Buyers of one event, each with a hold, a card and a confirmation, until all is sold or the time is over."""

    def __init__(self, place: Arena, hold: ServedFunction, confirm: ServedFunction, event: str, size: Size) -> None:
        self._place, self._hold, self._confirm = place, hold, confirm
        self._event, self._size = event, size
        self._buyers = count()
        self._ends = 0.0
        self.holds: list[float] = []
        self.refusals: list[float] = []
        self.purchases = self.failed = 0
        self._lock = threading.Lock()

    def run(self) -> float:
        """Sell; the seconds until the last purchase was made."""
        began = time.perf_counter()
        self._ends = began + self._size.seconds
        self._together(self._buy_until_the_end)
        return time.perf_counter() - began

    def latecomers(self) -> None:
        """Everybody asks again when all is sold."""
        self._together(lambda: [self._buy() for _ in range(self._size.late)])

    def _together(self, work: Callable[[], object]) -> None:
        with ThreadPoolExecutor(CALLERS) as pool:
            for each in [pool.submit(work) for _ in range(CALLERS)]:
                each.result()

    def _buy_until_the_end(self) -> None:
        while time.perf_counter() < self._ends and self._buy():
            pass

    def _buy(self) -> bool:
        """One buyer's purchase; whether there was a place for them."""
        uid = f"fan-{next(self._buyers)}"
        items = [{"tier": "ga", "quantity": 1}]
        began = time.perf_counter()
        try:
            bought = _call(self._hold, {"eventId": self._event, "requestId": uid, "items": items}, uid)
        except DevkitError:
            with self._lock:
                self.failed += 1
            return True
        seconds = time.perf_counter() - began
        if bought is None:
            self.refusals.append(seconds)
            return False
        self.holds.append(seconds)
        self._place.simulator.confirm(bought["payment_id"], "pm_card_visa")
        confirmed = _call(self._confirm, {"orderId": bought["order_id"]}, uid)
        if confirmed is None or confirmed["status"] != "paid":
            raise DevkitError(f"a purchase ended as {confirmed}")
        with self._lock:
            self.purchases += 1
        return True


def _call(function: ServedFunction, data: dict[str, Any], uid: str) -> dict[str, Any] | None:
    """A callable's answer; `None` for `SOLD_OUT`."""
    body = json.dumps({"data": data}).encode()
    answer = function.callers.urlopen("POST", "/", body, call_headers(uid), retries=False)
    found = json.loads(answer.data)
    if answer.status == 200:
        result: dict[str, Any] = found["result"]
        return result
    if "SOLD_OUT" in str(found):
        return None
    raise DevkitError(f"a measured call was answered {answer.status} {answer.data[:500]!r}")


def measure(report: Report, place: Arena, size: Size) -> None:
    """Sell the event by either side, and say how fast and how well."""
    naive = place.source("naive-event", (Path(__file__).parent / "naive_event.py").read_text(encoding="utf-8"))
    sides = {FUNCTIONS: ("purchaseTicket", "confirmOrder", place.deployed), NAIVE: ("buy", "settle", naive)}
    sold = {side: _sell(place, size, *parts) for side, parts in sides.items()}
    for side, found in sold.items():
        report.row("events", side, *_cells(found))
    mine, its = sold[FUNCTIONS], sold[NAIVE]
    times = mine.a_second / its.a_second if its.a_second else float("inf")
    report.expect(times >= LEAST_TIMES, f"{times:.1f} times the purchases of the naive twin, at least {LEAST_TIMES}")
    for what, seconds in (("a hold", mine.holds), ("SOLD_OUT", mine.refusals)):
        p95 = _percentile(seconds, 95) * 1000
        report.expect(p95 < MOST_MS, f"p95 of {what}: {p95:.0f} ms, and less than {MOST_MS}")
    report.expect(not mine.oversold and not mine.stranded, f"{mine.oversold} oversold, {mine.stranded} stranded")
    report.expect(not mine.failed, f"{mine.failed} holds failed")


def _sell(place: Arena, size: Size, hold: str, confirm: str, source: Path) -> Sold:
    place.reset()
    event = _published(place, size.places)
    with ExitStack() as served:
        first, second = (
            served.enter_context(place.serve(Side(name, source, lambda _: []))) for name in (hold, confirm)
        )
        warm = Rush(place, first, second, _published(place, CALLERS), size)
        warm.run()
        rush = Rush(place, first, second, event, size)
        seconds = rush.run()
        complete = rush.purchases >= size.places
        if complete:
            rush.latecomers()
    places = sum(_places(place, event)) if hold == "purchaseTicket" else rush.purchases
    print(f"{hold}: {rush.purchases} sold in {seconds:.1f} s", file=sys.stderr, flush=True)
    return Sold(
        rush.holds,
        rush.refusals,
        rush.purchases,
        rush.purchases / seconds,
        rush.failed,
        max(0, rush.purchases - size.places),
        max(places, size.places) - rush.purchases if complete or rush.refusals else 0,
    )


def _published(place: Arena, places: int) -> str:
    """An event on sale with so many places, all in one tier."""
    tiers = [{"tier": "ga", "name": "自由席", "price": PRICE, "size": places}]
    about = {"title": "音楽会", "venueName": "公会堂", "eventDate": "2999-01-01T10:00:00Z", "tiers": tiers}
    event = str(place.api.call("createEvent", {"organizerId": "org-1", **about}, ORGANIZER)["event_id"])
    place.api.call("publishEvent", {"eventId": event}, ORGANIZER)
    return event


def _places(place: Arena, event: str) -> Iterator[int]:
    """How many places of each block have somebody's name on them."""
    for block in place.db.collection("event_blocks").stream():
        if block.id.startswith(f"{event}."):
            yield sum(held is not None for held in block.get("places").values())


def _cells(found: Sold) -> tuple[str, ...]:
    """The row: how many and how fast, a hold's median and p95 and that of `SOLD_OUT` in ms, and what went wrong."""
    late = f"{_percentile(found.refusals, 95) * 1000:,.0f}" if found.refusals else "–"
    return (
        f"{found.purchases:,}",
        f"{found.a_second:.1f}",
        *(f"{_percentile(found.holds, part) * 1000:,.0f}" for part in (50, 95)),
        late,
        f"{found.failed}",
        f"{found.oversold}",
        f"{found.stranded}",
    )


def _percentile(values: list[float], part: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * part // 100)] if values else 0.0
