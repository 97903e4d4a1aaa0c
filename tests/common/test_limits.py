"""How often a user may do something: the window's boundaries, and counting on the real store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from common import documents
from common.documents import Doc, Unit
from common.limits import FirstFew, Limit
from common.retry import run_until_committed

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
LIMIT = Limit("test", most=3, window=timedelta(minutes=15))


def hits(*ages: timedelta) -> Doc:
    return Doc(None, {"hits": [NOW - age for age in ages]}, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("doc", "reached"),
    [
        (Doc(None, None, None), False),  # type: ignore[arg-type]
        (hits(), False),
        (hits(*[timedelta(0)] * 2), False),
        (hits(*[timedelta(0)] * 3), True),
        (hits(timedelta(0), timedelta(0), timedelta(minutes=15) - timedelta(seconds=1)), True),
        # Fifteen minutes old is outside the window.
        (hits(timedelta(0), timedelta(0), timedelta(minutes=15)), False),
        (hits(*[timedelta(hours=1)] * 100), False),
        # The clock was set back since: what it had counted still counts, what is too far ahead does not.
        (hits(*[timedelta(minutes=-14)] * 3), True),
        (hits(*[timedelta(minutes=-15)] * 3), False),
    ],
)
def test_a_limit_is_reached_by_its_hits_within_the_window(doc: Doc, reached: bool) -> None:
    assert LIMIT.reached(doc, NOW) is reached


def test_how_long_it_stays_reached() -> None:
    ages = [timedelta(minutes=minutes) for minutes in (1, 14, 13, 12)]
    assert LIMIT.seconds_left(hits(*ages), NOW) == 2 * 60
    assert LIMIT.seconds_left(hits(*ages), NOW + timedelta(minutes=2)) == 0
    assert LIMIT.seconds_left(hits(*ages[:2]), NOW) == 0
    # After a clock that was an hour ahead nobody waits longer than two windows.
    assert LIMIT.seconds_left(hits(*[timedelta(minutes=-14)] * 3), NOW) == 29 * 60


def test_forgiven_hits_have_a_bound_together_with_the_others() -> None:
    limit = Limit("test", most=3, window=timedelta(minutes=15), most_in_all=5)
    forgiven = [NOW - timedelta(minutes=minutes) for minutes in (1, 2, 3)]
    doc = Doc(None, {"hits": [NOW - timedelta(minutes=9)], "forgiven": forgiven}, None)  # type: ignore[arg-type]
    assert limit.seconds_left(doc, NOW) == 0
    doc.data = {"hits": [NOW - timedelta(minutes=9), NOW], "forgiven": forgiven}
    assert limit.seconds_left(doc, NOW) == 6 * 60


def test_the_first_few_of_each_user_and_window_are_free() -> None:
    first = FirstFew(2, timedelta(minutes=10))
    assert [first.take("u", NOW) for _ in range(3)] == [True, True, False]
    assert first.take("v", NOW)
    assert not first.take("u", NOW + timedelta(minutes=9))
    assert first.take("u", NOW + timedelta(minutes=10))
    assert first.take("u", NOW - timedelta(hours=1)), "a clock that was set back begins anew"
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: first.take("w", NOW - timedelta(hours=1)), range(100))) == 2


def record(uid: str, at: datetime) -> None:
    def hit() -> None:
        (doc,) = documents.read(LIMIT.ref(uid))
        unit = Unit()
        LIMIT.hit(unit, doc, at)
        unit.commit()

    run_until_committed(hit)


@pytest.mark.usefixtures("clean")
class TestOnFirestore:
    def test_hits_made_at_once_are_all_counted(self) -> None:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda n: record("u", NOW + timedelta(milliseconds=n)), range(3)))
        (doc,) = documents.read(LIMIT.ref("u"))
        assert LIMIT.reached(doc, NOW + timedelta(seconds=1))
        assert len(doc["hits"]) == 3

    def test_old_hits_are_dropped_and_the_document_knows_when_it_can_go(self) -> None:
        record("u", NOW)
        record("u", NOW + timedelta(minutes=20))
        (doc,) = documents.read(LIMIT.ref("u"))
        assert doc["hits"] == [NOW + timedelta(minutes=20)]
        assert doc["expireAt"] == NOW + timedelta(minutes=35)

    def test_a_forgiven_hit_does_not_count(self) -> None:
        for minute in range(3):
            record("u", NOW + timedelta(minutes=minute))
        unit = Unit()
        LIMIT.forgive(unit, "u", NOW + timedelta(minutes=1), NOW + timedelta(minutes=3))
        unit.commit()
        (doc,) = documents.read(LIMIT.ref("u"))
        assert doc["hits"] == [NOW, NOW + timedelta(minutes=2)]
        assert not LIMIT.reached(doc, NOW + timedelta(minutes=3))

    @pytest.mark.parametrize(("after", "counts"), [(14, True), (16, False)])
    def test_what_was_forgiven_is_counted_again_while_it_matters(self, after: int, counts: bool) -> None:
        record("u", NOW)
        for change in (LIMIT.forgive, LIMIT.count_again):
            unit = Unit()
            change(unit, "u", NOW, NOW + timedelta(minutes=after))
            if not unit.empty:
                unit.commit()
        (doc,) = documents.read(LIMIT.ref("u"))
        assert doc["hits"] == ([NOW] if counts else [])

    def test_a_key_counts_once(self) -> None:
        for key in ("a", "a", "b", "a"):
            (doc,) = documents.read(LIMIT.ref("u"))
            unit = Unit()
            LIMIT.hit(unit, doc, NOW, key=key)
            if not unit.empty:
                unit.commit()
        (doc,) = documents.read(LIMIT.ref("u"))
        assert (len(doc["hits"]), doc["keys"]) == (2, ["a", "b"])

    def test_forgiving_what_was_never_counted_leaves_nothing_for_ever(self) -> None:
        unit = Unit()
        LIMIT.forgive(unit, "u", NOW, NOW + timedelta(days=1))
        unit.commit()
        (doc,) = documents.read(LIMIT.ref("u"))
        assert doc["expireAt"] == NOW + timedelta(days=1, minutes=15)

    def test_users_and_kinds_do_not_share(self) -> None:
        other = Limit("other", most=1, window=timedelta(minutes=15))
        for _ in range(3):
            record("u", NOW)
        mine, theirs, kind = documents.read(LIMIT.ref("u"), LIMIT.ref("v"), other.ref("u"))
        assert [LIMIT.reached(mine, NOW), LIMIT.reached(theirs, NOW), other.reached(kind, NOW)] == [True, False, False]
