"""createPaymentIntent after something was left behind: passed deadlines, too many tries, consultations that ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payments.reasons import PaymentReason
from tests.integration.shop import Deal, Shop, refused

HOUR = 3600


@pytest.mark.parametrize(
    ("stage", "wait", "left"),
    [
        ("bought", HOUR + 1, "canceled"),
        ("held", 72 * HOUR + 5, "canceled"),
        ("used", 72 * HOUR + 5, "canceled"),
        ("active", 31 * 60, "succeeded"),
    ],
)
def test_the_next_purchase_finishes_what_is_past_its_deadline(shop: Shop, stage: str, wait: int, left: str) -> None:
    old = getattr(shop, stage)()
    shop.travel.advance(wait)
    new = shop.bought()
    assert new.ticket != old.ticket
    assert new.payment != old.payment
    assert shop.stripe_status(old) == left
    assert shop.purchase()["ticket_id"] == new.ticket
    shop.agrees()


def test_a_pair_may_buy_again_after_it_ended_however_it_ended(shop: Shop) -> None:
    endings: list[Callable[[Deal], object]] = [
        shop.end,
        lambda deal: shop.simulator.dashboard_capture(deal.payment),
        lambda deal: shop.simulator.dashboard_cancel(deal.payment),
    ]
    tickets = set()
    for end in endings:
        deal = shop.active()
        tickets.add(deal.ticket)
        end(deal)
        shop.confirm(deal)
    assert len(tickets) == len(endings)
    shop.agrees()


def test_a_pending_ticket_that_stripe_has_closed_makes_room_for_a_new_one(shop: Shop) -> None:
    old = shop.bought()
    shop.simulator.dashboard_cancel(old.payment)
    new = shop.purchase()
    assert new["ticket_id"] != old.ticket
    assert new["client_secret"] is not None
    assert shop.ticket(old)["cancel_reason"].startswith("stripe:")
    shop.agrees()


def test_ten_unpaid_purchases_an_hour_are_the_limit(shop: Shop) -> None:
    *ten, eleventh = shop.more_consultants(11)
    for imecon in ten:
        shop.bought(imecon=imecon)
    with refused(PaymentReason.TOO_MANY_PURCHASES):
        shop.bought(imecon=eleventh)
    assert shop.purchase(imecon=ten[0])["client_secret"], "what is bought already can still be paid"
    shop.bought("someone-else", eleventh)
    assert len(shop.simulator.payment_intents()) == 11
    shop.travel.advance(HOUR + 1)
    shop.bought(imecon=eleventh)
    shop.sweep_holds()
    shop.agrees()


def test_a_hold_takes_its_purchase_off_the_count(shop: Shop) -> None:
    for imecon in shop.more_consultants(12):
        shop.held(imecon=imecon)
    shop.agrees()
    assert shop.count("tickets") == 12


def test_cancelling_does_not_reset_the_count(shop: Shop) -> None:
    for _ in range(10):
        shop.cancel(shop.bought())
    with refused(PaymentReason.TOO_MANY_PURCHASES):
        shop.bought()
    shop.agrees()
