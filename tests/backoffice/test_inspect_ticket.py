"""inspectTicket: any id of a purchase leads to all of it, our books beside Stripe's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.checkouts import LICENSE
from tests.support.driver import Driver


def inspected(driver: Driver, id_: str, **claims: Any) -> Any:
    return driver.call("inspectTicket", {"id": id_}, "admin", **(claims or {"admin": True}))


def test_every_id_of_a_ticket_leads_to_it(driver: Driver) -> None:
    consultation = driver.ended()
    for id_ in (consultation.ticket, consultation.payment, consultation.room_id):
        found = inspected(driver, id_)
        assert (found["domain"], found["path"]) == ("consultation", f"tickets/{consultation.ticket}")


def test_our_books_stand_beside_stripes(driver: Driver) -> None:
    consultation = driver.ended()
    driver.refund(consultation, 1000)
    driver.deliver_all()
    found = inspected(driver, consultation.payment)
    assert (found["document"]["status"], found["payment"]["amountRefunded"]) == ("completed", 1000)
    stripe = found["stripe"]
    assert (stripe["payment_intent"]["status"], stripe["charge"]["amount_refunded"]) == ("succeeded", 1000)
    assert [refund["amount"] for refund in stripe["refunds"]] == [1000]
    assert [line["event"] for line in found["history"]][-1] == "captured"
    assert found["history"][0]["to"] == "pending_payment"
    assert "payment_intent.succeeded" in {event["type"] for event in found["events"]}
    assert found["violations"] == []
    assert found["person"]["uid"] == consultation.buyer


def test_what_is_wrong_with_it_is_told_and_not_mended(driver: Driver) -> None:
    consultation = driver.ended()
    driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
    driver.reconcile()
    for _ in range(2):
        found = inspected(driver, consultation.ticket)
        assert found["violations"] == [f"{consultation.payment}: 5000 JPY at Stripe, 1 on the payment"]
    assert found["incidents"] == [f"reconcile_differences.consultation.purchases.{consultation.ticket}"]


def test_a_dispute_is_shown(driver: Driver) -> None:
    consultation = driver.ended()
    driver.dispute(consultation)
    assert len(inspected(driver, consultation.payment)["stripe"]["disputes"]) == 1


def test_no_secret_is_shown(driver: Driver) -> None:
    consultation, bought = driver.bought(), driver.opened(LICENSE)
    for id_ in (consultation.payment, bought.id):
        text = json.dumps(inspected(driver, id_))
        assert "secret" not in text
        assert "checkout.stripe.com" not in text


def test_a_licence_and_an_order_are_found_likewise(driver: Driver) -> None:
    bought = driver.fulfilled(LICENSE)
    for id_ in (bought.id, bought.session, driver.payment_of(bought)):
        found = inspected(driver, id_)
        assert (found["domain"], found["path"]) == ("checkout", f"purchases/{bought.id}")
        assert found["stripe"]["session"]["payment_status"] == "paid"
        assert found["violations"] == []
    order = driver.places_bought(driver.published())
    payment = driver.document(f"event_orders/{order.id}")["payment_id"]
    for id_ in (order.id, f"{order.id}.0", payment):
        found = inspected(driver, id_)
        assert (found["domain"], found["path"]) == ("admission", f"event_orders/{order.id}")
        assert found["violations"] == []


def test_a_payment_of_no_record_is_shown_as_stripe_has_it(driver: Driver) -> None:
    consultation = driver.ended()
    driver.db.document(f"payment_intents/{consultation.payment}").delete()
    driver.db.document(f"tickets/{consultation.ticket}").delete()
    found = inspected(driver, consultation.payment)
    assert (found["domain"], found["path"], found["person"]) == (None, None, None)
    assert found["stripe"]["payment_intent"]["id"] == consultation.payment


def test_a_payment_that_stripe_does_not_know_is_shown_all_the_same(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.forget(consultation.payment)
    found = inspected(driver, consultation.ticket)
    assert found["stripe"]["payment_intent"] is None
    assert found["violations"]


@pytest.mark.parametrize("id_", ["nobody.1", "pi_unknown", "cs_unknown", "p_" + "0" * 32, "0" * 40, "__x"])
def test_what_nothing_has_is_refused(driver: Driver, id_: str) -> None:
    with refused("RECORD_NOT_FOUND"):
        inspected(driver, id_)
    assert driver.audit() == []


def test_support_looks_on_too_and_every_look_is_in_the_audit(driver: Driver) -> None:
    consultation = driver.held()
    inspected(driver, consultation.ticket, support=True)
    (entry,) = driver.audit("inspectTicket")
    assert (entry["who"], entry["target"]) == ("admin", f"tickets/{consultation.ticket}")
    for claims in ({"support": "true"}, {"admin": False}):
        with refused("PERMISSION_DENIED"):
            inspected(driver, consultation.ticket, **claims)


def test_stripe_being_away_is_said(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.fault("500", method="GET", path=".*", times=10)
    with refused("PAYMENT_UNAVAILABLE"):
        inspected(driver, consultation.ticket)


def test_it_takes_one_or_two_requests_to_stripe(driver: Driver) -> None:
    consultation = driver.ended()
    before = len(driver.simulator.requests())
    inspected(driver, consultation.payment)
    assert len(driver.simulator.requests()) - before == 1
