"""reconcilePayments: pages in little memory, a budget for each stage, and runs that go on where the last one ended."""

from __future__ import annotations

import gc
import itertools
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from stripe import StripeClient

from common import deadline, documents, pages
from common.deadline import Deadline
from consultation import comparison, domain
from devkit import local
from entrypoints import reconcile, stages
from payments import event_ledger, events, gateway, open_differences, payment_intents
from payments.open_differences import Subject
from payments.origin import Origin
from tests.support.clock import DAY
from tests.support.driver import Driver
from tests.support.reports import kept, reconciled, reports
from tests.support.round_trips import Named, RoundTrips

PAGE = 3


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were thirty times as much."""
    for module in (pages, gateway, stages):
        monkeypatch.setattr(module, "PAGE", PAGE)


def harmed(driver: Driver, count: int) -> list[str]:
    """Ended purchases, each with a payment that says something else than Stripe; their tickets, oldest first."""
    tickets = []
    for number in range(count):
        consultation = driver.ended(f"buyer-{number}")
        driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
        tickets.append(consultation.ticket)
        driver.advance(1)
    return tickets


# Pages and memory.


@pytest.mark.parametrize("whole", [False, True], ids=["", "without the guard"])
@pytest.mark.parametrize(
    ("module", "name"), [(payment_intents, "_pages"), (events, "pages")], ids=["payments", "events"]
)
def test_no_more_than_a_few_pages_are_in_memory(
    driver: Driver, small_pages: None, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, whole: bool
) -> None:
    count = 6 * PAGE
    for number in range(count):
        driver.held(f"buyer-{number}")
    paged, most, alive = getattr(module, name), 0, list[weakref.ref[Any]]()

    def watched(*arguments: Any) -> Iterator[Any]:
        nonlocal most
        given = paged(*arguments)
        for page in list(given) if whole else given:
            alive.extend(map(weakref.ref, page))
            most = max(most, sum(found() is not None for found in alive))
            yield page

    def collected(*arguments: Any) -> Iterator[Any]:
        for page in watched(*arguments):
            yield page
            gc.collect()

    monkeypatch.setattr(module, name, collected)
    report = reconciled(driver)
    assert report["complete"]
    assert len(alive) >= count
    assert (most <= 3 * PAGE) is not whole


def test_a_page_of_purchases_is_read_in_a_few_round_trips(driver: Driver, round_trips: RoundTrips) -> None:
    """Ceilings for 100 purchases: 8 round trips, 13 documents a purchase."""
    few, many = 5, 40
    consultations = [driver.held(f"buyer-{number}") for number in range(many)]
    (facts,) = payment_intents.pages(*_since_the_beginning(driver))
    assert len(facts) == len(consultations)
    trips = {}
    for count in (few, many):
        with round_trips.watching() as calls:
            judged = comparison.judge_listed(facts[:count])
        assert [found.differences for found in judged if found is not None] == [()] * count
        trips[count] = len(calls)
    read = 13 * many
    assert trips[few] == 4
    assert trips[many] <= 4 + read // documents.AT_ONCE
    assert 4 + 13 * 100 // documents.AT_ONCE <= 8


def _since_the_beginning(driver: Driver) -> tuple[datetime, datetime]:
    return driver.now() - timedelta(days=1), driver.now() + timedelta(days=1)


def test_what_agrees_is_not_asked_for_one_by_one(driver: Driver, round_trips: RoundTrips) -> None:
    def trips(count: int) -> int:
        for number in range(count):
            driver.held(f"buyer-{count}-{number}")
            driver.perk(f"guest-{count}-{number}")
        driver.deliver_all()
        driver.reconcile()
        driver.advance(1)
        with round_trips.watching() as calls:
            assert reconciled(driver)["difference_count"] == 0
        return len(calls)

    # A page is cut into a few trips when it grows.
    assert trips(12) - trips(2) <= 4


def test_another_apps_payments_beside_ours_cost_two_round_trips_a_page(driver: Driver, round_trips: RoundTrips) -> None:
    driver.held()
    driver.reconcile()
    driver.advance(1)
    with round_trips.watching():
        driver.reconcile()
        alone = len(round_trips.firestore)
    stripe = StripeClient(local.STRIPE_KEY, base_addresses={"api": driver.simulator.url})
    params: Any = {"amount": 5000, "currency": "jpy", "metadata": {"order": "1"}}
    pages_of_theirs = 3
    for _ in range(pages_of_theirs * gateway.PAGE - 1):
        stripe.v1.payment_intents.create(params)
    driver.advance(1)
    with round_trips.watching():
        report = reconciled(driver)
        beside = len(round_trips.firestore)
    assert (report["intents"], report["difference_count"], report["complete"]) == (1, 0, True)
    # Whether our own records know them, and the cursor, which is kept after each page.
    assert beside - alone <= 2 * pages_of_theirs


# A budget for each stage.


class TickingClock:
    """A clock on which every look takes a second, so that what never ends uses its time up at once."""

    def __init__(self) -> None:
        self._seconds = itertools.count()

    def monotonic(self) -> float:
        return float(next(self._seconds))


def _endless_differences(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    after, subject = open_differences.after, Subject("consultation", "ticket_locks", "nobody")

    def endless(_: str) -> Any:
        open_differences.keep(subject, ["it differed"])
        return after("")

    patch.setattr(open_differences, "after", endless)


def _endless_list(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    (page,) = payment_intents.pages(*_since_the_beginning(driver))
    patch.setattr(payment_intents, "_pages", lambda _: itertools.repeat(page))


def _endless_walk(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    page_after, lock = pages.page_after, documents.ref("ticket_locks", "buyer__imecon-1")

    def endless(query: Any, last: Any, page: int | None = None) -> Any:
        return [lock] if getattr(query, "id", "") == "ticket_locks" else page_after(query, last, page)

    patch.setattr(pages, "page_after", endless)


def _endless_records(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    unsettled = event_ledger.Unsettled("evt_1", "charge.refunded", Origin("", "consultation", {}))
    patch.setattr(event_ledger, "to_look_at_again", lambda *_: [unsettled])


def _endless_events(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    (page,) = events.pages(["payment_intent.amount_capturable_updated"], *_since_the_beginning(driver))
    patch.setattr(events, "pages", lambda *_: itertools.repeat(page))


ENDLESS: dict[str, Callable[[Driver, pytest.MonkeyPatch], None]] = {
    "differences": _endless_differences,
    "listed_payment_intents": _endless_list,
    "consultation_ticket_locks": _endless_walk,
    "events_recorded": _endless_records,
    "events_missed_0": _endless_events,
}
LAST = "events_missed_0"


@pytest.mark.parametrize("stage", ENDLESS)
def test_a_stage_that_does_not_end_keeps_no_other_waiting(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], stage: str
) -> None:
    driver.held()
    ENDLESS[stage](driver, monkeypatch)
    monkeypatch.setattr(deadline, "time", TickingClock())
    report = reconciled(driver)
    assert not report["complete"]
    assert {name for name, found in report["stages"].items() if not found["complete"]} == {stage}
    assert "reconcile_incomplete" in capfd.readouterr().err


@pytest.mark.parametrize("stage", [stage for stage in ENDLESS if stage != LAST])
def test_without_the_budget_nothing_would_follow_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    driver.held()
    ENDLESS[stage](driver, monkeypatch)
    monkeypatch.setattr(deadline, "time", TickingClock())
    monkeypatch.setattr(Deadline, "part", lambda whole, _: whole)
    assert not reconciled(driver)["stages"][LAST]["complete"]


def test_a_report_says_how_far_and_how_fast_each_stage_came(driver: Driver) -> None:
    driver.held()
    report = reconciled(driver)
    assert report["stages"]["listed_payment_intents"]["items"] == 1
    assert all(stage["seconds"] >= 0 for stage in report["stages"].values())
    assert report["items_per_second"] > 0
    assert {"started_at", "finished_at", "events_recovered", "intents", "tickets", "failed", "complete"} <= set(report)
    assert {"captured_at_stripe", "captured_in_firestore", "differences", "difference_count"} <= set(report)


# Where the last run ended.


class FewItems:
    """A deadline that passes after so many items, in each stage."""

    def __init__(self, items: int) -> None:
        self._items, self._left = items, itertools.count(items, -1)

    @property
    def passed(self) -> bool:
        return next(self._left) <= 0

    def part(self, _: float) -> FewItems:
        return FewItems(self._items)


def test_a_run_cut_short_goes_on_where_it_ended_oldest_first(
    driver: Driver, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = harmed(driver, 3 * PAGE)
    monkeypatch.setattr(Deadline, "part", lambda *_: FewItems(PAGE + 1))
    seen: list[set[str]] = []
    while len(seen) < 2 * len(tickets) / PAGE:
        assert not reconciled(driver)["complete"]
        seen.append(set(kept(driver)))
        driver.advance(1)
    # They are all of one slice, whose newest come first.
    assert seen[0] == {f"consultation.purchases.{ticket}" for ticket in tickets[-PAGE:]}
    assert len(seen[-1]) == len(tickets)
    assert all(earlier <= later for earlier, later in itertools.pairwise(seen))


def test_a_run_that_was_killed_goes_on_where_it_ended(
    driver: Driver, small_pages: None, round_trips: RoundTrips
) -> None:
    harmed(driver, 2 * PAGE)
    with round_trips.killed(Named("firestore commit", "after")):
        driver.reconcile()
    assert reports(driver) == []
    driver.advance(1)
    assert reconciled(driver)["difference_count"] == 2 * PAGE
    driver.advance(DAY)
    assert reconciled(driver)["difference_count"] == 2 * PAGE


def test_two_at_once_compare_everything_and_keep_each_difference_once(
    driver: Driver, small_pages: None, round_trips: RoundTrips
) -> None:
    harmed(driver, 2 * PAGE)
    with round_trips.interrupted(Named("firestore commit", "before"), driver.reconcile):
        driver.reconcile()
    assert len(kept(driver)) == 2 * PAGE
    driver.advance(1)
    report = reconciled(driver)
    assert (report["difference_count"], report["intents"], report["complete"]) == (2 * PAGE, 2 * PAGE, True)


def test_after_a_pause_of_the_schedule_the_list_begins_where_it_ended(driver: Driver) -> None:
    driver.reconcile()
    driver.advance(10)
    consultation = driver.ended()
    driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
    driver.advance(2 * stages.WINDOW.total_seconds())
    assert reconciled(driver)["difference_count"] == 1


@pytest.mark.parametrize("allowed", [True, False], ids=["", "without the allowance"])
def test_what_stripe_made_by_a_clock_that_is_ahead_of_ours_is_listed(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    if not allowed:
        monkeypatch.setattr(stages, "CLOCK_SKEW", timedelta(0))
    driver.simulator.advance(60)
    driver.bought()
    assert reconciled(driver)["stages"]["listed_payment_intents"]["items"] == int(allowed)


def test_a_walk_through_what_grows_for_ever_takes_its_share_of_a_run(
    driver: Driver, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2 * PAGE):
        gone = driver.db.document(f"tickets/gone-{number}.1")
        driver.db.document(f"chat_rooms/room-{number}").set({"status": "pending", "ticket_ref": gone})
    walks_ = tuple(replace(walk, most=PAGE) for walk in domain.DOMAIN.comparison.walks)  # type: ignore[union-attr]
    compared = replace(domain.DOMAIN.comparison, walks=walks_)  # type: ignore[type-var]
    monkeypatch.setattr(domain, "DOMAIN", replace(domain.DOMAIN, comparison=compared))
    first = reconciled(driver)
    assert (first["difference_count"], first["complete"]) == (PAGE, True)
    driver.advance(DAY)
    second = reconciled(driver)
    assert (second["difference_count"], second["complete"]) == (2 * PAGE, True)


def test_what_its_share_was_too_small_for_is_walked_with_the_time_that_is_left(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.held()
    of_walks = 0.5
    monkeypatch.setattr(Deadline, "part", lambda _, share: FewItems(0 if share == of_walks else 1_000))
    report = reconciled(driver)
    assert report["complete"]
    assert report["stages"]["consultation_ticket_locks"]["items"] == 1
    # Control: without it they would wait for the next run.
    monkeypatch.setattr(reconcile, "_STAGES", reconcile._STAGES[:-1])
    driver.advance(1)
    assert not reconciled(driver)["complete"]
