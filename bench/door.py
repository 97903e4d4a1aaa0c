"""How fast a door answers: every ticket of an event scanned twice, in any order, by 32 phones at once."""

from __future__ import annotations

import json
import random
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from admission.door import tokens
from admission.door.keys import private_keys
from admission.door.tokens import TicketCode, event_hash
from bench.arena import Arena, Side, arena
from bench.pages import Report
from bench.served import CALLERS, Wire
from devkit.client import call_headers, call_result
from devkit.report import table
from devkit.world import load_world, violations

MOST_P95_SECONDS = 0.5
ORGANIZER = "organizer-1"
_OF_ONE_ORDER, _TIMES = 10, 2


def report_door(report: Report, count: int) -> None:
    """Sell so many free tickets, scan them, and print what came of it."""
    with arena() as place:
        figures = _scanned(report, place, count)
    print(f"\nAn event's door\n{table(figures, left=(0,))}\n")


def _scanned(report: Report, place: Arena, count: int) -> list[tuple[str, str]]:
    print(f"{count:,} tickets: selling them", file=sys.stderr, flush=True)
    place.reset()
    event = _on_sale(place, count)
    with ThreadPoolExecutor(4) as pool:
        sold = pool.map(lambda number: _sold(place, event, number), range(count // _OF_ONE_ORDER))
        codes = [code for found in sold for code in found]
    wires = [_scan(event, code, f"{time}-{number}") for time in range(_TIMES) for number, code in enumerate(codes)]
    random.Random(1).shuffle(wires)
    taken: list[float] = []
    with place.serve(Side("validateTicket", place.deployed, lambda _: [])) as function:
        # What is remembered for a minute is read first.
        function.callers.send(_scan(event, "no code", "first"))
        seconds = function.callers.drive(wires, lambda wire: taken.append(function.callers.send(wire)))
    slow, entries = statistics.quantiles(taken, n=20)[-1], len(place.db.collection("event_entries").get())
    problems = violations(load_world(place.db, place.simulator, datetime.now(UTC)))
    report.expect(entries == count, f"{count:,} tickets: {entries:,} entries")
    report.expect(slow < MOST_P95_SECONDS, f"{count:,} tickets: p95 of a scan {slow * 1e3:.0f} ms")
    report.expect(not problems, f"{count:,} tickets: {problems[:20]}")
    return [
        ("tickets", f"{count:,}"),
        ("scans, by phones at once", f"{len(wires):,}, {CALLERS}"),
        ("scans/s", f"{len(wires) / seconds:.1f}"),
        ("a scan, ms", f"{statistics.median(taken) * 1e3:.0f}"),
        ("p95, ms", f"{slow * 1e3:.0f}"),
        ("entries", f"{entries:,}"),
        ("invariants violated", f"{len(problems)}"),
    ]


def _called(place: Arena, name: str, data: dict[str, Any], uid: str) -> Any:
    posted = place.api.post(name, json.dumps({"data": data}), call_headers(uid))
    return call_result(posted.status_code, posted.get_data(as_text=True))


def _on_sale(place: Arena, count: int) -> str:
    begins = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    tiers = [{"tier": "ga", "name": "自由席", "price": 0, "size": count}]
    about = {"organizer_id": "org-1", "title": "音楽会", "venue_name": "公会堂", "event_date": begins, "tiers": tiers}
    event = str(_called(place, "createEvent", about, ORGANIZER)["event_id"])
    _called(place, "publishEvent", {"event_id": event}, ORGANIZER)
    return event


def _sold(place: Arena, event: str, number: int) -> list[str]:
    """An order of some tickets; their codes."""
    items = [{"tier": "ga", "quantity": _OF_ONE_ORDER}]
    order = _called(place, "purchaseTicket", {"event_id": event, "request_id": "r", "items": items}, f"fan-{number}")
    kid, key = next(iter(private_keys().items()))
    said = [TicketCode(ticket["ticket_id"], 1, event_hash(event)) for ticket in order["tickets"]]
    return [tokens.issue(code, kid, key) for code in said]


def _scan(event: str, token: str, scan_id: str) -> Wire:
    data = {"event_id": event, "token": token, "scan_id": scan_id}
    return Wire(json.dumps({"data": data}).encode(), call_headers(ORGANIZER))
