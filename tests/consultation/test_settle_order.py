"""One payment's events in any order, once or many times over, one by one or all at once: the same end."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.integration.shop import Deal, Shop
from tests.integration.stripe_events import Event, deliver, events_of
from tests.support.concurrency import at_once


def declined_then_captured(shop: Shop) -> Deal:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment, "pm_card_chargeDeclined")
    shop.simulator.confirm(deal.payment, "pm_card_threeDSecure2Required")
    shop.simulator.authenticate(deal.payment, "pass")
    shop.simulator.dashboard_capture(deal.payment, 3000)
    return deal


def held_then_lapsed(shop: Shop) -> Deal:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment)
    shop.simulator.set_capture_before(deal.payment, shop.simulator.now())
    return deal


def held_then_cancelled(shop: Shop) -> Deal:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment, "pm_card_chargeDeclined")
    shop.simulator.confirm(deal.payment)
    shop.simulator.dashboard_cancel(deal.payment)
    return deal


Story = Callable[[Shop], Deal]
STORIES: dict[Story, tuple[str, str, int]] = {
    declined_then_captured: ("completed", "captured", 3000),
    held_then_lapsed: ("cancelled", "canceled", 0),
    held_then_cancelled: ("cancelled", "canceled", 0),
}
"""How each ends: the ticket's status, the payment's, and the JPY captured."""


def check(shop: Shop, story: Story, deal: Deal) -> None:
    """What must not depend on the order. How the ticket got there, its history and its code, may."""
    ticket, payment = shop.ticket(deal), shop.document(f"payment_intents/{deal.payment}")
    assert (ticket["status"], payment["status"], payment["amountCaptured"]) == STORIES[story]
    assert (ticket["payment_intent_id"], ticket["due_action"]) == (deal.payment, None)
    assert shop.count("ticket_locks") == 0
    buyer = shop.document("users/buyer")
    assert buyer.get("pending_ticket_ids", []) == buyer.get("available_ticket_codes", []) == []
    shop.agrees()


@pytest.mark.parametrize("story", STORIES)
def test_any_order_and_any_duplicates_end_the_same(shop: Shop, story: Story) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.data())
    def tell(data: st.DataObject) -> None:
        deal = story(shop)
        events = events_of(shop, deal)
        order = data.draw(st.permutations(events + events[: data.draw(st.integers(0, len(events)))]))
        for event in order:
            assert deliver(shop, event) == 200
        check(shop, story, deal)
        # The next example's buyer is the same: the count of purchases is not what is looked at here.
        shop.db.document("rate_limits/buyer.purchases").delete()

    tell()


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("copies", [1, 3])
def test_all_at_once_ends_the_same(shop: Shop, story: Story, copies: int) -> None:
    deal = story(shop)
    events: list[Event] = events_of(shop, deal) * copies
    random.Random(copies).shuffle(events)
    answers = at_once([lambda event=event: deliver(shop, event) for event in events])  # type: ignore[misc]
    # What gave up under contention is delivered again.
    again = [event for event, status in zip(events, answers, strict=True) if status != 200]
    assert all(deliver(shop, event) == 200 for event in again)
    check(shop, story, deal)


def test_an_old_event_after_the_end_moves_nothing_back(shop: Shop) -> None:
    deal = shop.active()
    shop.travel.advance(600)
    shop.end(deal)
    before = shop.everything()
    assert deliver(shop, *events_of(shop, deal)) == 200
    after = {path: fields for path, fields in shop.everything().items() if not path.startswith("stripe_events/")}
    assert after == before


def test_every_event_of_a_whole_consultation_twice_and_shuffled(shop: Shop) -> None:
    finished, cancelled = shop.active(), shop.used(imecon="imecon-2")
    shop.travel.advance(600)
    shop.end(finished)
    shop.cancel(cancelled)
    events = shop.simulator.events() * 2
    random.Random(7).shuffle(events)
    assert deliver(shop, *events) == 200
    assert shop.ticket(finished)["status"] == "completed"
    assert shop.ticket(cancelled)["status"] == "cancelled"
    shop.agrees()


def test_refunds_and_a_dispute_after_the_end_in_any_order_are_kept_on_the_payment(shop: Shop) -> None:
    deal = shop.active()
    shop.travel.advance(600)
    shop.end(deal)
    shop.simulator.dashboard_refund(deal.payment, 1000)
    shop.simulator.dashboard_refund(deal.payment, 500)
    shop.simulator.dispute(deal.payment)
    events = events_of(shop, deal, "charge.refunded", "charge.dispute.created")
    assert len(events) == 3
    assert deliver(shop, *reversed(events), *events) == 200
    payment = shop.document(f"payment_intents/{deal.payment}")
    assert (payment["status"], payment["amountRefunded"], payment["disputed"]) == ("captured", 1500, True)
    assert shop.ticket(deal)["status"] == "completed"
    shop.agrees()
