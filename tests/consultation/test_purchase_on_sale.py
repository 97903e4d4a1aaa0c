"""An unpaid purchase is worth what is on sale now, or it is given up; money that is held keeps its price and terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from consultation import on_sale, order, purchase
from consultation.origin import create_params
from consultation.terms import BOUNDS
from payments.attempts import CREATE_REPLAY
from tests.support.calls import refused
from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver

TYPE, IMECON = "ticket_types/dm_consultation", "imecons/imecon-1"
NO_MORE: dict[str, tuple[str, dict[str, Any], str]] = {
    "the consultant is not taking any": (IMECON, {"active": False}, "IMECON_UNAVAILABLE"),
    "the type is not sold": (TYPE, {"active": False}, "TICKET_TYPE_UNAVAILABLE"),
    "the price was broken": (TYPE, {"amount": "6000"}, "TICKET_TYPE_UNAVAILABLE"),
    "the currency is another": (TYPE, {"currency": "usd"}, "TICKET_TYPE_UNAVAILABLE"),
    "the consultant's document was broken": (IMECON, {"active": "yes"}, "IMECON_UNAVAILABLE"),
}
CHANGED: dict[str, dict[str, Any]] = {
    "dearer": {"amount": 6000},
    "cheaper": {"amount": 50},
    "shorter": {"session_minutes": 15},
    "to be charged from the first minute": {"min_session_minutes": 0},
    "to be used sooner": {"hold_hours": 1},
}


def given_up(driver: Driver, consultation: Consultation, reason: str = "not_on_sale") -> None:
    assert driver.ticket(consultation)["status"] == "cancelled"
    assert driver.ticket(consultation)["cancel_reason"] == reason
    if consultation.payment:
        assert driver.stripe_status(consultation) == "canceled", "nobody can pay it any more"
    driver.agrees()


@pytest.mark.parametrize("change", NO_MORE)
def test_what_may_not_be_had_any_more_is_refused_and_the_unpaid_purchase_given_up(driver: Driver, change: str) -> None:
    path, fields, reason = NO_MORE[change]
    unpaid = driver.bought()
    driver.db.document(path).update(fields)
    with refused(reason):
        driver.purchase()
    given_up(driver, unpaid)
    assert driver.count("ticket_locks") == 0


@pytest.mark.parametrize(("path", "reason"), [(TYPE, "TICKET_TYPE_UNAVAILABLE"), (IMECON, "IMECON_UNAVAILABLE")])
def test_of_a_type_or_a_consultant_who_is_gone_likewise(driver: Driver, path: str, reason: str) -> None:
    unpaid = driver.bought()
    driver.db.document(path).delete()
    with refused(reason):
        driver.purchase()
    given_up(driver, unpaid)


@pytest.mark.parametrize("change", CHANGED)
def test_what_has_changed_is_bought_anew_as_it_is_now(driver: Driver, change: str) -> None:
    unpaid = driver.bought()
    driver.db.document(TYPE).update(CHANGED[change])
    price = CHANGED[change].get("amount", 5000)
    answer = driver.purchase(amount=price)
    assert answer["ticket_id"] != unpaid.ticket
    assert (answer["amount"], answer["status"]) == (price, "pending_payment")
    assert driver.simulator.payment_intent(answer["payment_intent_id"])["amount"] == price
    given_up(driver, unpaid)
    assert driver.purchase()["ticket_id"] == answer["ticket_id"], "and from then on that is what is reused"


def test_without_the_check_the_old_price_stays_payable(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what would be if reuse were not checked."""
    monkeypatch.setattr(purchase, "still_sold", lambda _: True)
    unpaid = driver.bought()
    driver.db.document(TYPE).update({"amount": 6000})
    assert driver.purchase()["client_secret"] == unpaid.secret


def test_a_screen_that_shows_the_old_price_is_told_so_and_the_old_purchase_given_up(driver: Driver) -> None:
    unpaid = driver.bought()
    driver.db.document(TYPE).update({"amount": 6000})
    with refused("AMOUNT_MISMATCH") as caught:
        driver.purchase(amount=5000)
    assert caught.value.details["amount"] == 6000
    given_up(driver, unpaid)


def test_a_screen_that_shows_a_wrong_price_leaves_a_good_purchase_alone(driver: Driver) -> None:
    unpaid = driver.bought()
    with refused("AMOUNT_MISMATCH"):
        driver.purchase(amount=4000)
    assert driver.purchase(amount=5000)["client_secret"] == unpaid.secret


def test_a_change_counts_at_once_also_where_the_old_price_is_remembered(driver: Driver) -> None:
    """Instances that remember different prices would give each other's purchases up in turn."""
    unpaid = driver.bought()
    driver.db.document(TYPE).update({"amount": 6000})
    new = driver.purchase()
    assert new["ticket_id"] != unpaid.ticket
    assert [driver.purchase()["ticket_id"] for _ in range(3)] == [new["ticket_id"]] * 3


def test_another_type_is_asked_for_in_vain_and_the_old_one_is_not_sold_either(driver: Driver) -> None:
    unpaid = driver.bought()
    driver.db.document(TYPE).update({"active": False})
    with refused("TICKET_TYPE_UNAVAILABLE"):
        driver.purchase(ticket_type="unheard_of")
    given_up(driver, unpaid)


def test_another_type_is_asked_for_in_vain_and_the_old_one_is_kept_while_it_is_sold(driver: Driver) -> None:
    unpaid = driver.bought()
    with refused("TICKET_TYPE_UNAVAILABLE"):
        driver.purchase(ticket_type="unheard_of")
    assert driver.purchase()["client_secret"] == unpaid.secret


@pytest.mark.parametrize("change", [(TYPE, {"amount": 6000}), (TYPE, {"active": False}), (IMECON, {"active": False})])
@pytest.mark.parametrize("told", ["by nobody", "by confirmTicket", "by the webhook"])
def test_a_hold_placed_before_is_honoured_at_its_price(
    driver: Driver, change: tuple[str, dict[str, Any]], told: str
) -> None:
    unpaid = driver.bought()
    driver.db.document(change[0]).update(change[1])
    driver.simulator.confirm(unpaid.payment)
    if told == "by confirmTicket":
        driver.confirm(unpaid)
    elif told == "by the webhook":
        assert driver.deliver(*driver.events(unpaid)) == 200
    answer = driver.purchase()
    assert (answer["ticket_id"], answer["status"], answer["amount"]) == (unpaid.ticket, "authorized", 5000)
    assert driver.stripe_status(unpaid) == "requires_capture"
    driver.agrees()


def test_stripe_is_asked_before_a_purchase_is_given_up_and_if_it_does_not_answer_nothing_is(driver: Driver) -> None:
    paid = driver.paid()
    driver.db.document(TYPE).update({"amount": 6000})
    driver.lose_call("drop_before", ".*", "GET")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    assert driver.ticket(paid)["decision"] is None
    assert driver.purchase()["status"] == "authorized"
    driver.agrees()


def test_until_it_is_called_again_an_unpaid_purchase_of_a_closed_consultant_can_be_paid(driver: Driver) -> None:
    unpaid = driver.bought()
    driver.db.document(IMECON).update({"active": False})
    driver.simulator.confirm(unpaid.payment)
    assert driver.confirm(unpaid)["status"] == "authorized"
    driver.agrees()


def again_and_again(driver: Driver, hours: float, every: int = 30 * MINUTE) -> list[Any]:
    answers = []
    for _ in range(int(hours * HOUR / every)):
        driver.advance(every)
        answers.append(driver.purchase())
    return answers


def test_coming_back_extends_a_purchase_up_to_a_greatest_age(driver: Driver) -> None:
    unpaid = driver.bought()
    young = again_and_again(driver, 16.5)
    assert {answer["ticket_id"] for answer in young} == {unpaid.ticket}
    old = again_and_again(driver, 2)
    assert old[-1]["ticket_id"] != unpaid.ticket
    given_up(driver, unpaid)
    created, expires = (driver.ticket(unpaid)[field] for field in ("created_at", "expires_at"))
    assert expires - created <= purchase.LONGEST_UNPAID


def test_without_the_greatest_age_it_is_extended_for_ever(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(purchase, "LONGEST_UNPAID", timedelta(days=365))
    unpaid = driver.bought()
    assert again_and_again(driver, 24)[-1]["ticket_id"] == unpaid.ticket


def test_every_unpaid_purchase_ends_while_its_creation_can_still_be_repeated() -> None:
    assert purchase.LONGEST_UNPAID + timedelta(hours=1) <= CREATE_REPLAY
    assert timedelta(minutes=BOUNDS["pending_minutes"][1]) < purchase.LONGEST_UNPAID


def refused_by_stripe(patch: pytest.MonkeyPatch) -> None:
    """A price that is right for us and that Stripe refuses as such."""
    patch.setattr(order, "create_params", lambda _, *rest: create_params(30, *rest))


def key_revoked(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("STRIPE_SECRET_KEY", "sk_test_revoked")


def test_what_stripe_refuses_as_such_is_closed_at_once(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        refused_by_stripe(patch)
        with refused("PAYMENT_REJECTED"):
            driver.purchase()
    (ticket,) = driver.db.collection("tickets").stream()
    assert (ticket.get("status"), ticket.get("cancel_reason")) == ("cancelled", "rejected")
    assert driver.count("ticket_locks") == 0
    assert driver.purchase()["client_secret"]
    driver.agrees()


@pytest.mark.parametrize("broken", [refused_by_stripe, key_revoked])
def test_once_it_is_mended_the_next_call_sells(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, broken: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with monkeypatch.context() as patch:
        broken(patch)
        with refused("PAYMENT_REJECTED"):
            driver.purchase()
    assert driver.purchase()["client_secret"]
    driver.agrees()


def test_a_price_below_stripes_least_is_refused_before_anything_is_written(driver: Driver) -> None:
    driver.db.document(TYPE).update({"amount": 30})
    before = driver.everything()
    with refused("TICKET_TYPE_UNAVAILABLE"):
        driver.purchase()
    assert driver.everything() == before
    driver.db.document(TYPE).update({"amount": 5000})
    driver.advance(61)
    assert driver.purchase()["amount"] == 5000


@pytest.mark.parametrize("wait", [72 * HOUR + 5, 80 * HOUR])
def test_a_perk_ticket_past_its_deadline_makes_way_for_a_purchase(driver: Driver, wait: int) -> None:
    perk = driver.perk()
    driver.advance(wait)
    answer = driver.purchase()
    assert (answer["status"], answer["amount"]) == ("pending_payment", 5000)
    assert driver.ticket(perk)["status"] == "cancelled"
    driver.agrees()


def test_what_is_on_sale_is_read_past_what_is_remembered(driver: Driver) -> None:
    from common import documents
    from consultation.ticket import Ticket

    unpaid = driver.bought()
    (doc,) = documents.read(documents.ref("tickets", unpaid.ticket))
    assert on_sale.still_sold(Ticket(doc))
    driver.db.document(TYPE).update({"amount": 6000})
    assert not on_sale.still_sold(Ticket(doc))
