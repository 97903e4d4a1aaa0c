"""createPaymentIntent: one live ticket and one PaymentIntent for a pair, at the server's price."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.concurrency import at_once, successes
from tests.support.driver import Driver


def test_a_purchase_answers_with_what_payment_sheet_needs(driver: Driver) -> None:
    answer = driver.purchase(
        amount=5000, currency="jpy", capture_method="manual", session_id="s-1", metadata={"from": "profile"}
    )
    sold = driver.simulator.payment_intent(answer["payment_intent_id"])
    assert answer["ok"] is True
    assert answer["client_secret"] == answer["clientSecret"] == sold["client_secret"]
    assert (answer["status"], answer["amount"], answer["currency"]) == ("pending_payment", 5000, "jpy")
    assert (sold["amount"], sold["capture_method"], sold["payment_method_types"]) == (5000, "manual", ["card"])
    assert sold["metadata"]["ticket_id"] == answer["ticket_id"]
    assert "from" not in sold["metadata"], "the client's metadata never reaches Stripe"
    payment = driver.document(f"payment_intents/{sold['id']}")
    assert (payment["sessionId"], payment["metadata"]) == ("s-1", {"from": "profile"})
    assert (payment["userId"], payment["imeconId"], payment["status"]) == ("buyer", "imecon-1", "created")
    driver.agrees()


def test_both_spellings_of_a_field_are_accepted(driver: Driver) -> None:
    snake = driver.call("createPaymentIntent", {"imecon_id": "imecon-1", "ticket_type": "dm_consultation"}, "b")
    camel = driver.call("createPaymentIntent", {"imeconId": "imecon-1", "ticketType": "dm_consultation"}, "b")
    assert snake == camel
    driver.agrees()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": 4999}, "AMOUNT_MISMATCH"),
        ({"amount": 50}, "AMOUNT_MISMATCH"),
        ({"amount": 4999.0}, "AMOUNT_MISMATCH"),
        ({"amount": 5000.7}, "INVALID_ARGUMENT"),
        ({"amount": True}, "INVALID_ARGUMENT"),
        ({"amount": float("nan")}, "INVALID_ARGUMENT"),
        ({"amount": "5000"}, "INVALID_ARGUMENT"),
        ({"amount": 0}, "INVALID_ARGUMENT"),
        ({"amount": -5000}, "INVALID_ARGUMENT"),
        ({"currency": "usd"}, "INVALID_ARGUMENT"),
        ({"capture_method": "automatic"}, "INVALID_ARGUMENT"),
        ({"status": "captured"}, "INVALID_ARGUMENT"),
        ({"imecon_id": "imecon-9"}, "IMECON_UNAVAILABLE"),
        ({"imecon_id": "imecon-off"}, "IMECON_UNAVAILABLE"),
        ({"imecon_id": "buyer"}, "SELF_PURCHASE"),
        ({"ticket_type": "unheard_of"}, "TICKET_TYPE_UNAVAILABLE"),
        ({"ticket_type": "retired"}, "TICKET_TYPE_UNAVAILABLE"),
        ({"chat_room_id": "buyer.none"}, "ROOM_NOT_REOPENABLE"),
    ],
)
def test_what_cannot_be_bought_is_refused_and_changes_nothing(
    driver: Driver, fields: dict[str, object], reason: str
) -> None:
    driver.db.document("imecons/imecon-off").set({"active": False, "display_name": "休業中"})
    driver.db.document("ticket_types/retired").set({"amount": 100, "currency": "jpy", "active": False})
    before = driver.everything()
    with refused(reason):
        driver.call("createPaymentIntent", {"imecon_id": "imecon-1", **fields}, "buyer")
    assert driver.everything() == before
    assert driver.simulator.requests() == []


def test_nothing_is_sold_in_another_currency_than_yen(driver: Driver) -> None:
    driver.db.document("ticket_types/abroad").set({"amount": 5000, "currency": "usd", "active": True})
    for asked in ({"currency": "jpy"}, {}):
        with refused("TICKET_TYPE_UNAVAILABLE"):
            driver.purchase(ticket_type="abroad", **asked)
    assert driver.simulator.requests() == []


def test_thirty_calls_at_once_sell_one_ticket_for_one_payment_intent(driver: Driver) -> None:
    answers = successes(at_once([driver.purchase] * 30))
    assert len(answers) == 30
    assert {answer["client_secret"] for answer in answers} == {
        sold["client_secret"] for sold in driver.simulator.payment_intents()
    }
    assert len(driver.simulator.payment_intents()) == 1
    assert driver.count("tickets") == driver.count("ticket_locks") == driver.count("payment_intents") == 1
    driver.agrees()


def test_a_restarted_app_gets_the_same_secret_while_the_ticket_is_unpaid(driver: Driver) -> None:
    first = driver.purchase()
    driver.advance(30 * 60)
    again = driver.purchase()
    assert again["client_secret"] == first["client_secret"]
    assert again["ticket_id"] == first["ticket_id"]
    assert len(driver.simulator.payment_intents()) == 1
    driver.agrees()


@pytest.mark.parametrize("status", ["authorized", "used", "active"])
def test_after_the_hold_it_answers_with_the_ticket_and_no_secret(driver: Driver, status: str) -> None:
    consultation = driver.brought_to(status)
    answer = driver.purchase(amount=5000)
    assert answer["client_secret"] is None
    assert answer["clientSecret"] is None
    assert (answer["ticket_id"], answer["payment_intent_id"]) == (consultation.ticket, consultation.payment)
    assert answer["status"] == status
    driver.agrees()


def test_a_hold_that_no_one_has_told_us_of_is_found_by_the_next_call(driver: Driver) -> None:
    driver.paid()
    answer = driver.purchase()
    assert (answer["status"], answer["client_secret"]) == ("authorized", None)
    driver.agrees()


def test_coming_back_gives_the_full_time_to_pay_again(driver: Driver) -> None:
    consultation = driver.bought()
    before = driver.ticket(consultation)
    driver.advance(40 * 60)
    driver.purchase()
    after = driver.ticket(consultation)
    assert 39 * 60 < (after["expires_at"] - before["expires_at"]).total_seconds() < 50 * 60
    assert after["due_at"] == after["expires_at"]
    # Past the first deadline, before the second: the purchase is still open.
    driver.advance(30 * 60)
    driver.sweep_holds()
    assert driver.ticket(consultation)["status"] == "pending_payment"
    driver.agrees()


def test_another_pair_is_another_ticket(driver: Driver) -> None:
    consultations = [driver.bought("a", "imecon-1"), driver.bought("a", "imecon-2"), driver.bought("b", "imecon-1")]
    assert (
        len({consultation.ticket for consultation in consultations})
        == len({consultation.payment for consultation in consultations})
        == 3
    )
    driver.agrees()


@pytest.mark.parametrize("status", ["authorized", "used", "active"])
def test_a_changed_price_does_not_reach_a_ticket_already_sold(driver: Driver, status: str) -> None:
    consultation = driver.brought_to(status)
    driver.db.document("ticket_types/dm_consultation").update({"amount": 6000, "session_minutes": 5})
    driver.advance(61)
    answer = driver.purchase()
    assert (answer["ticket_id"], answer["amount"]) == (consultation.ticket, 5000)
    assert driver.ticket(consultation)["terms"]["session_minutes"] == 30
    assert driver.purchase("other", amount=6000)["amount"] == 6000
    driver.agrees()
