"""createPaymentIntent: one live ticket and one PaymentIntent for a pair, at the server's price."""

from __future__ import annotations

import pytest

from common.errors import CallReason, Reason
from consultation.reasons import ConsultationReason
from payments.reasons import PaymentReason
from tests.integration.shop import Shop, refused
from tests.support.concurrency import at_once, successes


def test_a_purchase_answers_with_what_payment_sheet_needs(shop: Shop) -> None:
    answer = shop.purchase(
        amount=5000, currency="jpy", capture_method="manual", session_id="s-1", metadata={"from": "profile"}
    )
    sold = shop.simulator.payment_intent(answer["payment_intent_id"])
    assert answer["ok"] is True
    assert answer["client_secret"] == answer["clientSecret"] == sold["client_secret"]
    assert (answer["status"], answer["amount"], answer["currency"]) == ("pending_payment", 5000, "jpy")
    assert (sold["amount"], sold["capture_method"], sold["payment_method_types"]) == (5000, "manual", ["card"])
    assert sold["metadata"]["ticket_id"] == answer["ticket_id"]
    assert "from" not in sold["metadata"], "the client's metadata never reaches Stripe"
    payment = shop.document(f"payment_intents/{sold['id']}")
    assert (payment["sessionId"], payment["metadata"]) == ("s-1", {"from": "profile"})
    assert (payment["userId"], payment["imeconId"], payment["status"]) == ("buyer", "imecon-1", "created")
    shop.agrees()


def test_both_spellings_of_a_field_are_accepted(shop: Shop) -> None:
    snake = shop.api.call("createPaymentIntent", {"imecon_id": "imecon-1", "ticket_type": "dm_consultation"}, uid="b")
    camel = shop.api.call("createPaymentIntent", {"imeconId": "imecon-1", "ticketType": "dm_consultation"}, uid="b")
    assert snake == camel
    shop.agrees()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": 4999}, PaymentReason.AMOUNT_MISMATCH),
        ({"amount": 50}, PaymentReason.AMOUNT_MISMATCH),
        ({"amount": 5000.0}, CallReason.INVALID_ARGUMENT),
        ({"amount": "5000"}, CallReason.INVALID_ARGUMENT),
        ({"amount": 0}, CallReason.INVALID_ARGUMENT),
        ({"amount": -5000}, CallReason.INVALID_ARGUMENT),
        ({"currency": "usd"}, CallReason.INVALID_ARGUMENT),
        ({"capture_method": "automatic"}, CallReason.INVALID_ARGUMENT),
        ({"status": "captured"}, CallReason.INVALID_ARGUMENT),
        ({"imecon_id": "imecon-9"}, ConsultationReason.IMECON_UNAVAILABLE),
        ({"imecon_id": "imecon-off"}, ConsultationReason.IMECON_UNAVAILABLE),
        ({"imecon_id": "buyer"}, ConsultationReason.SELF_PURCHASE),
        ({"ticket_type": "unheard_of"}, ConsultationReason.TICKET_TYPE_UNAVAILABLE),
        ({"ticket_type": "retired"}, ConsultationReason.TICKET_TYPE_UNAVAILABLE),
        ({"chat_room_id": "buyer.none"}, ConsultationReason.ROOM_NOT_REOPENABLE),
    ],
)
def test_what_cannot_be_bought_is_refused_and_changes_nothing(
    shop: Shop, fields: dict[str, object], reason: Reason
) -> None:
    shop.db.document("imecons/imecon-off").set({"active": False, "display_name": "休業中"})
    shop.db.document("ticket_types/retired").set({"amount": 100, "currency": "jpy", "active": False})
    before = shop.everything()
    with refused(reason):
        shop.api.call("createPaymentIntent", {"imecon_id": "imecon-1", **fields}, uid="buyer")
    assert shop.everything() == before
    assert shop.simulator.requests() == []


def test_a_currency_other_than_the_ticket_types_is_refused(shop: Shop) -> None:
    shop.db.document("ticket_types/abroad").set({"amount": 5000, "currency": "usd", "active": True})
    with refused(PaymentReason.CURRENCY_MISMATCH):
        shop.purchase(ticket_type="abroad", currency="jpy")
    assert shop.simulator.requests() == []


def test_thirty_calls_at_once_sell_one_ticket_for_one_payment_intent(shop: Shop) -> None:
    answers = successes(at_once([shop.purchase] * 30))
    assert len(answers) == 30
    assert {answer["client_secret"] for answer in answers} == {
        sold["client_secret"] for sold in shop.simulator.payment_intents()
    }
    assert len(shop.simulator.payment_intents()) == 1
    assert shop.count("tickets") == shop.count("ticket_locks") == shop.count("payment_intents") == 1
    shop.agrees()


def test_a_restarted_app_gets_the_same_secret_while_the_ticket_is_unpaid(shop: Shop) -> None:
    first = shop.purchase()
    shop.travel.advance(30 * 60)
    again = shop.purchase()
    assert again["client_secret"] == first["client_secret"]
    assert again["ticket_id"] == first["ticket_id"]
    assert len(shop.simulator.payment_intents()) == 1
    shop.agrees()


@pytest.mark.parametrize("stage", ["held", "used", "active"])
def test_after_the_hold_it_answers_with_the_ticket_and_no_secret(shop: Shop, stage: str) -> None:
    deal = getattr(shop, stage)()
    answer = shop.purchase(amount=5000)
    assert answer["client_secret"] is None
    assert answer["clientSecret"] is None
    assert (answer["ticket_id"], answer["payment_intent_id"]) == (deal.ticket, deal.payment)
    assert answer["status"] == {"held": "authorized"}.get(stage, stage)
    shop.agrees()


def test_a_hold_that_no_one_has_told_us_of_is_found_by_the_next_call(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment)
    answer = shop.purchase()
    assert (answer["status"], answer["client_secret"]) == ("authorized", None)
    shop.agrees()


def test_coming_back_gives_the_full_time_to_pay_again(shop: Shop) -> None:
    deal = shop.bought()
    before = shop.ticket(deal)
    shop.travel.advance(40 * 60)
    shop.purchase()
    after = shop.ticket(deal)
    assert 39 * 60 < (after["expires_at"] - before["expires_at"]).total_seconds() < 50 * 60
    assert after["due_at"] == after["expires_at"]
    # Past the first deadline, before the second: the purchase is still open.
    shop.travel.advance(30 * 60)
    shop.sweep_holds()
    assert shop.ticket(deal)["status"] == "pending_payment"
    shop.agrees()


def test_another_pair_is_another_ticket(shop: Shop) -> None:
    deals = [shop.bought("a", "imecon-1"), shop.bought("a", "imecon-2"), shop.bought("b", "imecon-1")]
    assert len({deal.ticket for deal in deals}) == len({deal.payment for deal in deals}) == 3
    shop.agrees()


def test_a_changed_price_does_not_reach_a_ticket_already_sold(shop: Shop) -> None:
    deal = shop.bought()
    shop.db.document("ticket_types/dm_consultation").update({"amount": 6000})
    shop.travel.advance(61)
    assert shop.purchase(amount=5000)["ticket_id"] == deal.ticket
    with refused(PaymentReason.AMOUNT_MISMATCH):
        shop.purchase(amount=6000)
    assert shop.purchase("other", amount=6000)["amount"] == 6000
    shop.agrees()
