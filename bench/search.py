"""How fast searchEvents finds events among thousands, in how much memory, and what it costs to read them again."""

from __future__ import annotations

import json
import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from admission import search_index
from admission.search_index import Row
from bench.arena import Arena, Side
from bench.pages import Report
from bench.served import ServedFunction, Wire
from devkit.client import call_headers

MOST_P95_SECONDS = 0.1
MOST_MIB = 256
CALLS = 400
_PLACES = ("東京", "大阪", "渋谷", "公会堂", "ホール", "劇場", "広場")
_WORDS = (
    *_PLACES,
    "音楽",
    "祭",
    "ジャズ",
    "演劇",
    "落語",
    "寄席",
    "展示",
    "花火",
    "朗読",
    "夜",
    "春",
    "交響曲",
    "ライブ",
)
_CATEGORIES = ("concert", "play", "talk", "show")
# One letter, a usual word, a rare one, none, half width, and the filters.
ASKED: Sequence[dict[str, Any]] = (
    {"text": "祭"},
    {"text": "ジャズ 渋谷"},
    {"text": "7777番"},
    {"text": "どこにもない言葉"},
    {"text": "ｼﾞｬｽﾞ", "category": "concert"},
    {"min_price": 9000, "max_price": 9100},
    {},
)


def report_search(report: Report, place: Arena, sizes: Sequence[int]) -> None:
    """Serve the function with so many events, and ask."""
    for size in sizes:
        place.reset()
        packed = _write(place, size)
        wires = [_wire(ASKED[number % len(ASKED)]) for number in range(CALLS)]
        with place.serve(Side("searchEvents", place.deployed, lambda _: [])) as function:
            first = function.callers.send(wires[0])
            alone = [function.callers.send(wire) for wire in wires]
            together = _together(function, wires)
            peak = function.peak_memory_mb()
        slow = _p95(alone)
        report.expect(slow < MOST_P95_SECONDS, f"{size:,} events: p95 {slow * 1e3:.0f} ms")
        report.expect(peak < MOST_MIB, f"{size:,} events: {peak:.0f} MiB")
        report.row(
            "search",
            f"{size:,}",
            f"{packed / 1024:,.0f}",
            f"{first * 1e3:.0f}",
            f"{statistics.median(alone) * 1e3:.1f}",
            f"{slow * 1e3:.1f}",
            f"{_p95(together) * 1e3:.1f}",
            f"{peak:.0f}",
        )


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _together(function: ServedFunction, wires: Sequence[Wire]) -> list[float]:
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(function.callers.send, wires))


def _wire(asked: dict[str, Any]) -> Wire:
    return Wire(json.dumps({"data": asked}).encode(), call_headers("fan"))


def _write(place: Arena, size: int) -> int:
    """Write the documents; the bytes of the largest."""
    chosen, documents = random.Random(1), defaultdict[int, dict[str, Row]](dict)  # the same every time
    now = datetime.now(UTC)
    for number in range(size):
        event_id = f"ev-{chosen.getrandbits(80):020x}"
        documents[search_index.number_of(event_id)][event_id] = search_index.row_of(_event(chosen, number, now))
    packed = {number: search_index.pack(rows) for number, rows in documents.items()}
    for number, rows in packed.items():
        place.db.document(f"search_index/{number}").set({"rows": rows, "version": 1})
    return max(map(len, packed.values()))


def _event(chosen: random.Random, number: int, now: datetime) -> dict[str, Any]:
    def text(words: int) -> str:
        return "".join(chosen.choices(_WORDS, k=words))

    price = chosen.randrange(0, 20_000, 100)
    return {
        "organizer_id": f"org-{number % 300}",
        "organizer_name": text(3),
        "title": f"{text(5)} 第{number}番",
        "description": text(100),
        "venue_name": text(3),
        "venue_address": text(6),
        "category": chosen.choice(_CATEGORIES),
        "timezone": "Asia/Tokyo",
        "event_date": now + timedelta(minutes=chosen.randrange(1, 500_000)),
        "base_price": price,
        "prices": [price, price + 2000],
    }
