"""One payment's events in any order, once or many times over, one by one or all at once: the same end."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.calls import Json
from tests.support.concurrency import at_once
from tests.support.consultations import Consultation
from tests.support.driver import Driver


def declined_then_captured(driver: Driver) -> Consultation:
    consultation = driver.paid(card="pm_card_chargeDeclined")
    driver.simulator.confirm(consultation.payment, "pm_card_threeDSecure2Required")
    driver.simulator.authenticate(consultation.payment, "pass")
    driver.simulator.dashboard_capture(consultation.payment, 3000)
    return consultation


def held_then_lapsed(driver: Driver) -> Consultation:
    consultation = driver.paid()
    driver.simulator.set_capture_before(consultation.payment, driver.simulator.now())
    return consultation


def held_then_cancelled(driver: Driver) -> Consultation:
    consultation = driver.paid(card="pm_card_chargeDeclined")
    driver.simulator.confirm(consultation.payment)
    driver.simulator.dashboard_cancel(consultation.payment)
    return consultation


Course = Callable[[Driver], Consultation]
COURSES: dict[Course, tuple[str, str, int]] = {
    declined_then_captured: ("completed", "captured", 3000),
    held_then_lapsed: ("cancelled", "canceled", 0),
    held_then_cancelled: ("cancelled", "canceled", 0),
}
"""What may become of a payment at Stripe, and its end: the ticket's status, the payment's, and the JPY captured."""


def check(driver: Driver, course: Course, consultation: Consultation) -> None:
    """What must not depend on the order. How the ticket got there, its hicourse and its code, may."""
    ticket, payment = driver.ticket(consultation), driver.payment(consultation)
    assert (ticket["status"], payment["status"], payment["amountCaptured"]) == COURSES[course]
    assert (ticket["payment_intent_id"], ticket["due_action"]) == (consultation.payment, None)
    assert driver.count("ticket_locks") == 0
    buyer = driver.user("buyer")
    assert buyer.get("pending_ticket_ids", []) == buyer.get("available_ticket_codes", []) == []
    driver.agrees()


@pytest.mark.parametrize("course", COURSES)
def test_any_order_and_any_duplicates_end_the_same(driver: Driver, course: Course) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.data())
    def check_an_order(data: st.DataObject) -> None:
        consultation = course(driver)
        events = driver.events(consultation)
        order = data.draw(st.permutations(events + events[: data.draw(st.integers(0, len(events)))]))
        for event in order:
            assert driver.deliver(event) == 200
        check(driver, course, consultation)
        # The next example's buyer is the same: the count of purchases is not what is looked at here.
        driver.db.document("rate_limits/buyer.purchases").delete()

    check_an_order()


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("copies", [1, 3])
def test_all_at_once_ends_the_same(driver: Driver, course: Course, copies: int) -> None:
    consultation = course(driver)
    events: list[Json] = driver.events(consultation) * copies
    random.Random(copies).shuffle(events)
    answers = at_once([lambda event=event: driver.deliver(event) for event in events])  # type: ignore[misc]
    # What gave up under contention is delivered again.
    again = [event for event, status in zip(events, answers, strict=True) if status != 200]
    assert all(driver.deliver(event) == 200 for event in again)
    check(driver, course, consultation)


def test_an_old_event_after_the_end_moves_nothing_back(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(600)
    driver.end(consultation)
    before = driver.everything()
    assert driver.deliver(*driver.events(consultation)) == 200
    after = {path: fields for path, fields in driver.everything().items() if not path.startswith("stripe_events/")}
    assert after == before


def test_every_event_of_a_whole_consultation_twice_and_shuffled(driver: Driver) -> None:
    finished, cancelled = driver.active(), driver.used(imecon="imecon-2")
    driver.advance(600)
    driver.end(finished)
    driver.cancel(cancelled)
    events = driver.simulator.events() * 2
    random.Random(7).shuffle(events)
    assert driver.deliver(*events) == 200
    assert driver.ticket(finished)["status"] == "completed"
    assert driver.ticket(cancelled)["status"] == "cancelled"
    driver.agrees()


def test_refunds_and_a_dispute_after_the_end_in_any_order_are_kept_on_the_payment(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(600)
    driver.end(consultation)
    driver.simulator.dashboard_refund(consultation.payment, 1000)
    driver.simulator.dashboard_refund(consultation.payment, 500)
    driver.simulator.dispute(consultation.payment)
    events = driver.events(consultation, "charge.refunded", "charge.dispute.created")
    assert len(events) == 3
    assert driver.deliver(*reversed(events), *events) == 200
    payment = driver.payment(consultation)
    assert (payment["status"], payment["amountRefunded"], payment["disputed"]) == ("captured", 1500, True)
    assert driver.ticket(consultation)["status"] == "completed"
    driver.agrees()
