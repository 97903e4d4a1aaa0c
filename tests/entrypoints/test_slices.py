"""A list that begins with the newest is gone through oldest first; nothing is passed over where a run is cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entrypoints.slices import SLICE, Slices

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = 3
SEEN_AGAIN = timedelta(hours=1)


@dataclass
class KeptInMemory:
    """In place of the cursor that Firestore keeps."""

    fields: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        kept = self.fields.get(name)
        return default if kept is None else kept

    def move(self, **fields: Any) -> None:
        self.fields |= fields


@dataclass
class ListAtStripe:
    """Times of creation, listed as Stripe does: newest first, in pages."""

    created: list[datetime] = field(default_factory=list)

    def pages(self, since: datetime, until: datetime) -> Iterator[Sequence[datetime]]:
        found = sorted((each for each in self.created if since <= each <= until), reverse=True)
        yield from (found[start : start + PAGE] for start in range(0, len(found), PAGE))


def run(cursor: Any, listed: ListAtStripe, now: datetime, pages: int) -> tuple[list[datetime], bool]:
    """A run that has time for so many pages: what it saw, and whether it came to the end."""
    seen: list[datetime] = []
    slices = Slices(cursor, BEGIN, now, SEEN_AGAIN)
    for number, page in enumerate(slices.pages(listed.pages)):
        if number == pages:
            return seen, False
        seen += page
        slices.done_down_to(page[-1])
    slices.begin_again(now - SEEN_AGAIN)
    return seen, slices.complete


def at(*hours: float) -> list[datetime]:
    return [BEGIN + timedelta(hours=hour) for hour in hours]


def test_the_oldest_slice_comes_first() -> None:
    old, recent = at(1, 2), at(24 * 20)
    assert timedelta(days=20) > SLICE
    assert run(KeptInMemory(), ListAtStripe([*old, *recent]), at(24 * 21)[0], 9)[0] == [*reversed(old), *recent]


def test_a_run_cut_short_in_a_slice_goes_on_in_it() -> None:
    cursor, listed = KeptInMemory(), ListAtStripe(at(1, 2, 3, 4, 5, 6, 7))
    first, done = run(cursor, listed, at(24)[0], 1)
    assert (first, done) == (at(7, 6, 5), False)
    second, done = run(cursor, listed, at(24)[0], 9)
    assert (second, done) == (at(5, 4, 3, 2, 1), True)


def test_what_is_created_after_a_slice_was_begun_is_seen_too() -> None:
    cursor, listed = KeptInMemory(), ListAtStripe(at(1, 2, 3, 4))
    run(cursor, listed, at(5)[0], 1)
    listed.created += at(6)
    seen, done = run(cursor, listed, at(7)[0], 9)
    assert done
    assert at(6)[0] in seen


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 1440), max_size=12, unique=True), st.integers(1, 4)),
        min_size=1,
        max_size=8,
    )
)
def test_in_the_end_everything_was_seen_whatever_was_cut_short(days: list[tuple[list[int], int]]) -> None:
    """Each day more is created, and a run has time for a few pages only."""
    cursor, listed, seen, now = KeptInMemory(), ListAtStripe(), set[datetime](), BEGIN
    for minutes, pages in days:
        listed.created += [now + timedelta(minutes=minute) for minute in minutes]
        now += timedelta(days=1)
        seen |= set(run(cursor, listed, now, pages)[0])
    for _ in range(100):
        found, done = run(cursor, listed, now, 4)
        seen |= set(found)
        if done:
            break
    assert done
    assert seen == set(listed.created)
