"""The table in memory finds exactly what looking at each event would find, in the same order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from admission import search_index, search_table
from admission.search_index import Row
from admission.search_query import Query

NOW = datetime(2026, 12, 1, tzinfo=UTC)
# Few letters, so that words are found within and across what is said of an event, in any spelling.
TEXTS = st.text("アあＡaｱ \n", max_size=5)
TIMES = st.integers(-3, 6).map(lambda hours: NOW + timedelta(hours=hours))
PRICES = st.integers(0, 4)


def row(title: str, address: str, category: str, begins: datetime, ends: datetime | None, prices: list[int]) -> Row:
    fields = {"title": title, "venue_name": "", "venue_address": address, "category": category, "event_date": begins}
    return search_index.row_of({**fields, "ends_at": ends, "base_price": prices[0], "prices": prices})


ROWS = st.builds(
    row, TEXTS, TEXTS, st.sampled_from("aAbB"), TIMES, st.none() | TIMES, st.lists(PRICES, min_size=1, max_size=3)
)
QUERIES = st.builds(
    Query,
    text=st.none() | TEXTS,
    category=st.none() | st.sampled_from("ab"),
    since=st.none() | TIMES,
    until=st.none() | TIMES,
    min_price=st.none() | PRICES,
    max_price=st.none() | PRICES,
    after=st.none() | st.tuples(TIMES.map(search_index.micros), st.sampled_from("0369")),
    limit=st.just(100),
)


def matches(id_: str, row: Row, query: Query) -> bool:
    """Whether an event is to be found, each condition by itself."""
    fields = [search_table.folded(str(row[name] or "")) for name in ("title", "category", "venue_address")]
    begins, prices = row["event_date"], row["prices"]
    cheapest = 0 if query.min_price is None else query.min_price
    dearest = 9 if query.max_price is None else query.max_price
    holds: list[Any] = [
        search_index.ends(row) > search_index.micros(NOW),
        all(any(word in field for field in fields) for word in search_table.folded(query.text or "").split()),
        query.category is None or query.category == search_table.folded(row["category"]),
        query.since is None or begins >= search_index.micros(query.since),
        query.until is None or begins <= search_index.micros(query.until),
        any(cheapest <= price <= dearest for price in prices),
        query.after is None or (begins, id_) > query.after,
    ]
    return all(holds)


@given(st.lists(ROWS, max_size=8), QUERIES)
def test_what_is_found_is_what_each_event_by_itself_tells(rows: list[Row], query: Query) -> None:
    events = {str(number): row for number, row in enumerate(rows)}
    table = search_table._Table([search_table._Event.of(id_, row) for id_, row in events.items()])
    wanted = sorted((row["event_date"], id_) for id_, row in events.items() if matches(id_, row, query))
    assert [(event.begins, event.id) for event in table.find(query, NOW)] == wanted
