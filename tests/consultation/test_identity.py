"""Whose a payment is, our own records say; what people edit at Stripe decides nothing about what is on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consultation import rebuild, settle
from tests.support.calls import refused
from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver

STATUSES = ("pending_payment", "authorized", "used", "active")
Edit = Callable[[Driver, Consultation], None]


def emptied(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, None)


def of_another_project(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, {"project": "another"})


def of_another_domain(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, {"domain": "nobody"})


def of_another_ticket(driver: Driver, consultation: Consultation) -> None:
    other = driver.held("somebody", "imecon-2")
    driver.edit_metadata(consultation, {"ticket_id": other.ticket, "user_id": "somebody", "imecon_id": "imecon-2"})


def of_a_ticket_that_waits_for_its_payment(driver: Driver, consultation: Consultation) -> None:
    driver.lose_call("drop_before", "/v1/payment_intents")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase("somebody", "imecon-2")
    ticket = driver.document("ticket_locks/somebody__imecon-2")["ticket_id"]
    driver.edit_metadata(consultation, {"ticket_id": ticket, "user_id": "somebody", "imecon_id": "imecon-2"})


def of_no_ticket(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, {"ticket_id": "somebody.0123", "user_id": "somebody"})


def of_an_impossible_ticket(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, {"ticket_id": "a/b/c", "terms": "{", "chat_room_id": "//"})


EDITS = [
    emptied,
    of_another_project,
    of_another_domain,
    of_another_ticket,
    of_a_ticket_that_waits_for_its_payment,
    of_no_ticket,
    of_an_impossible_ticket,
]


def goes_on_to_its_end(driver: Driver, consultation: Consultation, status: str) -> None:
    if status == "pending_payment":
        driver.simulator.confirm(consultation.payment)
    driver.deliver_news()
    if status in ("pending_payment", "authorized"):
        driver.confirm(consultation)
        driver.redeem(consultation)
    if status != "active":
        driver.answer(consultation)
    driver.advance(5 * MINUTE)
    driver.reconcile()
    assert driver.stripe_status(consultation) == "requires_capture"
    driver.end(consultation)
    driver.deliver_news()
    assert driver.stripe_status(consultation) == "succeeded"
    assert driver.ticket(consultation)["status"] == "completed"


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("status", STATUSES)
def test_edited_metadata_changes_nothing_of_a_payment_on_record(driver: Driver, status: str, edit: Edit) -> None:
    consultation = driver.brought_to(status)
    edit(driver, consultation)
    goes_on_to_its_end(driver, consultation, status)


@pytest.mark.parametrize("edit", EDITS)
def test_a_hold_of_edited_metadata_is_voided_in_time(driver: Driver, edit: Edit) -> None:
    consultation = driver.held()
    edit(driver, consultation)
    driver.advance(73 * HOUR)
    driver.sweep()
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(consultation)["cancel_reason"] == "expired"


@pytest.mark.parametrize("edit", [emptied, of_another_ticket])
def test_what_happens_at_stripe_to_edited_metadata_is_settled(driver: Driver, edit: Edit) -> None:
    consultation = driver.used()
    edit(driver, consultation)
    driver.simulator.dashboard_cancel(consultation.payment)
    driver.deliver_news()
    assert driver.ticket(consultation)["status"] == "cancelled"


def test_where_metadata_decides_a_running_hold_is_cancelled_as_a_stray(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "on_record", lambda _fact, named, _payment: named)
    monkeypatch.setattr(settle, "recorded_ticket", lambda _: None)
    consultation = driver.active()
    of_another_ticket(driver, consultation)
    driver.simulator.edit(consultation.payment, description="an event that tells of it")
    (hold,) = driver.events(consultation, "payment_intent.amount_capturable_updated")
    hold["data"]["object"]["metadata"] = driver.at_stripe(consultation)["metadata"]
    assert driver.deliver(hold) == 200
    assert driver.stripe_status(consultation) == "canceled"


@pytest.mark.parametrize("status", STATUSES)
def test_the_ticket_alone_knows_its_payment_too(driver: Driver, status: str) -> None:
    """The payment's document is deleted, and the metadata names another ticket."""
    consultation = driver.brought_to(status)
    of_another_ticket(driver, consultation)
    driver.db.document(f"payment_intents/{consultation.payment}").delete()
    if status == "pending_payment":
        driver.simulator.confirm(consultation.payment)
    for event in driver.events(consultation):
        event["data"]["object"]["metadata"] = driver.at_stripe(consultation)["metadata"]
        assert driver.deliver(event) == 200
    assert driver.stripe_status(consultation) == "requires_capture"
    assert driver.ticket(consultation)["status"] == ("authorized" if status == "pending_payment" else status)


def test_another_apps_payment_stays_another_apps(driver: Driver) -> None:
    consultation = driver.held()
    driver.edit_metadata(consultation, None)
    driver.db.document(f"payment_intents/{consultation.payment}").delete()
    event = driver.events(consultation)[0]
    event["data"]["object"]["metadata"] = {}
    before = driver.ticket(consultation)
    assert driver.deliver({**event, "id": "evt_another"}) == 200
    assert driver.document("stripe_events/evt_another")["outcome"] == "ignored_foreign"
    assert driver.ticket(consultation) == before


@pytest.mark.parametrize(("field", "value"), [("amount", 100), ("currency", "usd")])
@pytest.mark.parametrize("told_by", ["webhook", "confirm", "sweep", "reconcile"])
def test_a_payment_of_another_amount_never_becomes_the_tickets(
    driver: Driver, field: str, value: object, told_by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    consultation = driver.bought()
    driver.simulator.edit(consultation.payment, **{field: value})
    driver.simulator.confirm(consultation.payment)
    if told_by == "webhook":
        driver.deliver_all()
    elif told_by == "confirm":
        assert driver.confirm(consultation)["status"] == "pending_payment"
    elif told_by == "sweep":
        driver.advance(HOUR + MINUTE)
        driver.sweep_holds()
    else:
        driver.reconcile()
    assert driver.ticket(consultation)["decision"] == "void"
    assert '"amount_mismatch"' in capsys.readouterr().err
    driver.minutes_pass()
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(consultation)["cancel_reason"] == "amount_mismatch"
    assert driver.count("ticket_codes") == 0
    assert driver.problems() in ([], [f"{consultation.payment}: 100 JPY asked for at Stripe, 5000 on the payment"])


def test_a_buyer_gets_a_new_purchase_for_one_whose_amount_was_edited(driver: Driver) -> None:
    consultation = driver.bought()
    driver.simulator.edit(consultation.payment, amount=100)
    answer = driver.purchase()
    assert answer["payment_intent_id"] != consultation.payment
    assert driver.stripe_status(consultation) == "canceled"
