"""Events of PaymentIntents whose records were never written: rebuilt from the metadata, or closed as strays."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from stripe import StripeClient

from consultation.ticket import Terms, create_params, new_ticket_id, purchase_metadata
from devkit import local
from tests.integration.shop import Deal, Shop
from tests.integration.stripe_events import deliver, events_of
from tests.support.concurrency import at_once

HOUR = 3600


def sold_but_never_written(shop: Shop, uid: str = "buyer", imecon: str = "imecon-1", ticket: str = "") -> Deal:
    """A PaymentIntent as createPaymentIntent makes it, by a process whose Firestore never heard of it."""
    ticket = ticket or new_ticket_id(uid)
    metadata = purchase_metadata(ticket, uid, imecon, "dm_consultation", None, Terms(session_minutes=45))
    stripe = StripeClient(local.STRIPE_KEY, base_addresses={"api": os.environ["STRIPE_API_BASE"]})
    sold = stripe.v1.payment_intents.create(create_params(5000, "jpy", metadata))  # type: ignore[arg-type]
    return Deal(uid, imecon, ticket, sold.id)


def test_a_hold_is_rebuilt_into_a_ticket_that_works_to_the_end(shop: Shop) -> None:
    deal = sold_but_never_written(shop)
    shop.simulator.confirm(deal.payment)
    assert deliver(shop, *events_of(shop, deal)) == 200
    ticket = shop.ticket(deal)
    assert (ticket["status"], ticket["amount"], ticket["payment_intent_id"]) == ("authorized", 5000, deal.payment)
    assert ticket["created_at"] == datetime.fromtimestamp(shop.simulator.payment_intent(deal.payment)["created"], UTC)
    assert ticket["terms"]["session_minutes"] == 45
    shop.agrees()
    room = shop.redeem_code(ticket["ticket_code"], deal.uid)["chat_room_id"]
    shop.api.call("answerConsultation", {"chat_room_id": room, "accept": True}, uid=deal.imecon)
    shop.travel.advance(600)
    shop.api.call("endConsultation", {"chat_room_id": room}, uid=deal.uid)
    assert shop.stripe_status(deal) == "succeeded"
    shop.agrees()


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("end", "status"), [("dashboard_capture", "completed"), ("dashboard_cancel", "cancelled")])
def test_a_payment_that_ended_is_rebuilt_as_ended(shop: Shop, end: str, status: str, order: int) -> None:
    deal = sold_but_never_written(shop)
    shop.simulator.confirm(deal.payment)
    getattr(shop.simulator, end)(deal.payment)
    assert deliver(shop, *events_of(shop, deal)[::order]) == 200
    assert shop.ticket(deal)["status"] == status
    assert shop.count("ticket_locks") == 0
    shop.agrees()


def test_records_that_were_lost_are_rebuilt(shop: Shop) -> None:
    deal = shop.held()
    for path in shop.everything():
        if path.split("/")[0] not in ("ticket_types", "imecons", "stores", "store_staff"):
            shop.db.document(path).delete()
    assert deliver(shop, *events_of(shop, deal)) == 200
    assert shop.ticket(deal)["status"] == "authorized"
    shop.agrees()


def test_all_events_of_an_unwritten_payment_at_once_rebuild_it_once(shop: Shop) -> None:
    deal = sold_but_never_written(shop)
    shop.simulator.confirm(deal.payment, "pm_card_chargeDeclined")
    shop.simulator.confirm(deal.payment)
    events = events_of(shop, deal) * 4
    answers = at_once([lambda event=event: deliver(shop, event) for event in events])  # type: ignore[misc]
    assert set(answers) == {200}
    assert shop.count("tickets") == shop.count("ticket_codes") == 1
    shop.agrees()


def test_confirm_rebuilds_it_as_well(shop: Shop) -> None:
    deal = sold_but_never_written(shop)
    shop.simulator.confirm(deal.payment)
    assert shop.confirm(deal)["status"] == "authorized"
    shop.agrees()


def test_an_unpaid_one_is_rebuilt_and_closed_in_time(shop: Shop) -> None:
    deal = sold_but_never_written(shop)
    shop.simulator.confirm(deal.payment, "pm_card_chargeDeclined")
    assert deliver(shop, *events_of(shop, deal)) == 200
    assert shop.ticket(deal)["status"] == "pending_payment"
    shop.travel.advance(HOUR + 5)
    shop.sweep_holds()
    assert shop.stripe_status(deal) == "canceled"
    shop.agrees()


def test_a_stray_of_a_pair_that_has_another_ticket_is_cancelled(shop: Shop) -> None:
    live = shop.held()
    stray = sold_but_never_written(shop)
    shop.simulator.confirm(stray.payment)
    assert deliver(shop, *events_of(shop, stray)) == 200
    assert shop.stripe_status(stray) == "canceled"
    assert deliver(shop, *events_of(shop, stray)) == 200
    assert (shop.stripe_status(live), shop.ticket(live)["status"]) == ("requires_capture", "authorized")
    assert shop.count("tickets") == 1
    shop.agrees()


def test_a_second_payment_intent_of_one_ticket_is_cancelled(shop: Shop) -> None:
    live = shop.held()
    stray = sold_but_never_written(shop, ticket=live.ticket)
    shop.simulator.confirm(stray.payment)
    assert deliver(shop, *events_of(shop, stray)) == 200
    assert shop.stripe_status(stray) == "canceled"
    assert shop.ticket(live)["payment_intent_id"] == live.payment
    shop.agrees()


def test_a_stray_that_could_not_be_cancelled_is_delivered_again(shop: Shop) -> None:
    shop.held()
    stray = sold_but_never_written(shop)
    shop.simulator.confirm(stray.payment)
    shop.lose_call("drop_before", ".*/cancel")
    assert deliver(shop, *events_of(shop, stray)) == 500
    assert shop.stripe_status(stray) == "requires_capture"
    assert deliver(shop, *events_of(shop, stray)) == 200
    assert shop.stripe_status(stray) == "canceled"
    shop.agrees()


@pytest.mark.parametrize("kind", ["500", "500_after"])
def test_a_stray_whose_cancel_was_answered_with_an_error_is_cancelled_in_the_end(shop: Shop, kind: str) -> None:
    shop.held()
    stray = sold_but_never_written(shop)
    shop.simulator.confirm(stray.payment)
    shop.lose_call(kind, ".*/cancel")
    assert deliver(shop, *events_of(shop, stray)) == 500
    # Stripe goes on delivering for three days; its saved answer lasts one.
    shop.travel.advance(25 * HOUR)
    assert deliver(shop, *events_of(shop, stray)) == 200
    assert shop.stripe_status(stray) == "canceled"


def test_a_stray_that_was_paid_is_left_to_people(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    live = shop.held()
    stray = sold_but_never_written(shop, ticket=live.ticket)
    shop.simulator.confirm(stray.payment)
    shop.simulator.dashboard_capture(stray.payment)
    assert deliver(shop, *events_of(shop, stray, "payment_intent.succeeded")) == 200
    assert shop.ticket(live)["payment_intent_id"] == live.payment
    assert '"message": "stray_capture"' in "".join(capfd.readouterr())
