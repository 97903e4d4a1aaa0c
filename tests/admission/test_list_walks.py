"""What the daily comparison finds of lists that a hand edited: which events can be found, and who waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from admission import list_repair, list_walks, search_index
from common import history
from payments.domain import Compared
from tests.support.admissions import Ordered
from tests.support.clock import DAY, HOUR
from tests.support.driver import Driver
from tests.support.reports import kept, reconciled, texts
from tests.support.round_trips import Named, RoundTrips

Rows = dict[str, search_index.Row]


def rows(driver: Driver, number: int) -> Rows:
    return search_index.rows(driver.search_documents()[number])


def edit(driver: Driver, number: int, change: Callable[[Rows], object]) -> None:
    """Change the rows of a document by hand."""
    found = rows(driver, number)
    change(found)
    driver.db.document(f"search_index/{number}").set({"rows": search_index.pack(found), "version": 1})


def titles(driver: Driver, **asked: Any) -> list[str]:
    driver.advance(60)
    return [event["title"] for event in driver.search(**asked)["events"]]


def lines(driver: Driver) -> list[str]:
    """What a run reports. Nothing of it is left for the next one."""
    report = reconciled(driver)
    assert report["failed"] == 0
    assert kept(driver) == []
    return [str(line) for line in texts(report)]


def row_lost(found: Rows, event: str) -> None:
    del found[event]


def row_changed(found: Rows, event: str) -> None:
    found[event]["title"] = "前の題"


@pytest.mark.parametrize("damage", [row_lost, row_changed])
def test_an_event_whose_row_was_lost_or_changed_is_found_again_as_it_is(
    driver: Driver, damage: Callable[[Rows, str], None]
) -> None:
    event = driver.published(title="音楽の夕べ")
    lines(driver)
    edit(driver, search_index.number_of(event), lambda found: damage(found, event))
    assert titles(driver, text="音楽の夕べ") == []
    assert lines(driver) == [f"event {event}: could not be found as it is"]
    assert titles(driver, text="音楽の夕べ") == ["音楽の夕べ"]
    assert lines(driver) == []


def test_the_row_of_an_event_that_was_closed_is_gone(driver: Driver) -> None:
    event = driver.published(title="終わった")
    number = search_index.number_of(event)
    row = rows(driver, number)[event]
    driver.close_event(event)
    edit(driver, number, lambda found: found.update({event: row}))
    assert titles(driver, text="終わった") == ["終わった"]
    assert lines(driver) == [f"event {event}: could not be found as it is"]
    assert titles(driver, text="終わった") == []


@pytest.mark.parametrize("elsewhere", [False, True], ids=["of no event", "in another document"])
def test_a_row_that_does_not_belong_there_is_taken_out(driver: Driver, elsewhere: bool) -> None:
    event = driver.published(title="二度")
    number, strange = search_index.number_of(event), "gone"
    row = rows(driver, number)[event]
    if elsewhere:
        number, strange = (number + 1) % search_index.DOCUMENTS, event
    edit(driver, number, lambda found: found.update({strange: row}))
    assert titles(driver, text="二度") == ["二度", "二度"]
    assert lines(driver) == [f"search_index {number}: had a row of {strange}, which is not there"]
    assert titles(driver, text="二度") == ["二度"]


def test_what_is_over_leaves_the_documents_without_a_word(driver: Driver) -> None:
    event = driver.published(event_date=(driver.now() + timedelta(days=1)).isoformat())
    driver.advance(2 * DAY)
    assert event in rows(driver, search_index.number_of(event))
    assert lines(driver) == []
    assert event not in rows(driver, search_index.number_of(event))


def test_a_document_that_cannot_be_read_stops_no_search_and_is_written_anew(driver: Driver) -> None:
    event = driver.published(title="読めない")
    driver.db.document(f"search_index/{search_index.number_of(event)}").update({"rows": b"?"})
    assert titles(driver, text="読めない") == []
    assert f"event {event}: could not be found as it is" in lines(driver)
    assert titles(driver, text="読めない") == ["読めない"]


def test_an_event_without_room_is_reported_until_there_is_room(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(search_index, "MOST_BYTES", 10)
        event = driver.published(title="入らない")
        for _ in range(2):
            (line,) = [line for line in texts(reconciled(driver)) if event in line]
            assert "is full" in line
            assert kept(driver) == [f"admission.events.{event}"]
        version = driver.document(f"events/{event}")["version"]
    assert version == 2
    assert lines(driver) == [f"event {event}: could not be found as it is"]


def closed_while_it_is_mended(driver: Driver, trips: RoundTrips) -> bool:
    """Whether an event is found that was closed just before its row was written anew."""
    event = driver.published()
    number = search_index.number_of(event)
    edit(driver, number, lambda found: found.pop(event))
    with trips.interrupted(Named("firestore commit", "before"), lambda: driver.close_event(event)):
        list_repair.row(event)
    return event in rows(driver, number)


def test_an_event_that_is_closed_while_its_row_is_mended_is_not_found(driver: Driver, round_trips: RoundTrips) -> None:
    assert not closed_while_it_is_mended(driver, round_trips)


def test_control_without_the_events_own_version_it_is(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = history.advance

    def unguarded(unit: Any, doc: Any, fields: Any, change: Any) -> int:
        return 0 if change.event == "index" else advance(unit, doc, fields, change)

    monkeypatch.setattr(history, "advance", unguarded)
    assert closed_while_it_is_mended(driver, round_trips)


# Waiting lists.


def waits(driver: Driver) -> tuple[str, Ordered]:
    """An event that somebody waits for, and the order that has its only place."""
    event = driver.published(places=1)
    ordered = driver.places_bought(event)
    driver.join(event, "a")
    return event, ordered


def offered(driver: Driver) -> str:
    """An event whose only place was offered to somebody who waited."""
    event, ordered = waits(driver)
    driver.cancel_ticket(ordered)
    driver.offers_made()
    return event


def entry(driver: Driver, event: str, uid: str = "a") -> dict[str, Any]:
    return driver.document(f"event_waitlist/{event}.ga.{uid}")


def test_a_list_that_nobody_looks_at_is_looked_at_again(driver: Driver) -> None:
    event, ordered = waits(driver)
    driver.db.document(f"event_tiers/{event}.ga").update({"due_at": None, "due_action": None})
    driver.cancel_ticket(ordered)
    driver.offers_made()
    assert entry(driver, event)["status"] == "waiting"
    assert lines(driver) == [f"{event}.ga.a: waited, and nobody looked at the list"]
    driver.offers_made()
    assert entry(driver, event)["status"] == "offered"
    driver.orders_settle()
    driver.agrees()


def test_an_offer_whose_order_is_gone_has_lapsed_and_its_place_comes_free(driver: Driver) -> None:
    event = offered(driver)
    driver.db.document(f"event_orders/{entry(driver, event)['order_id']}").delete()
    assert any("by an order that is gone" in line for line in texts(reconciled(driver)))
    assert entry(driver, event)["status"] == "lapsed"
    driver.advance(DAY + HOUR)
    driver.places_bought(event, "a")
    driver.advance(DAY)
    assert lines(driver) == []


def test_an_offer_that_was_bought_is_said_to_be(driver: Driver) -> None:
    event = offered(driver)
    ordered = Ordered(event, "a")
    driver.order_places(ordered)
    driver.pay_sheet(ordered)
    driver.confirm_order(ordered)
    driver.db.document(f"event_waitlist/{event}.ga.a").update({"status": "offered"})
    assert lines(driver) == [f"{event}.ga.a: was offered places by an order that is over"]
    assert entry(driver, event)["status"] == "bought"
    driver.agrees()


def test_who_waits_for_a_tier_that_is_gone_is_a_persons_matter(driver: Driver) -> None:
    event, _ = waits(driver)
    tier = driver.db.document(f"event_tiers/{event}.ga")
    before = tier.get().to_dict() or {}
    tier.delete()
    for _ in range(2):
        found = texts(reconciled(driver))
        assert any("nobody looks at the list" in line for line in found)
        assert f"admission.waitlist.{event}.ga.a" in kept(driver)
    assert entry(driver, event)["status"] == "waiting"
    tier.set(before)
    assert lines(driver) == []


def test_a_page_takes_a_few_round_trips(driver: Driver, round_trips: RoundTrips) -> None:
    event = driver.published(places=1)
    driver.places_bought(event)
    for uid in "abcde":
        driver.join(event, uid)
    entries = [f"{event}.ga.{uid}" for uid in "abcde"]
    with round_trips.watching() as calls:
        assert list_walks.judge_entries(entries) == [Compared(id_) for id_ in entries]
        assert len(calls) == 2
    documents = [reference.id for reference in search_index.refs()]
    with round_trips.watching() as calls:
        assert list_walks.judge_rows(documents) == [Compared(id_) for id_ in documents]
        assert len(calls) == 2
