"""voidExpiredAuthorizations and endOverdueSessions: to the second, alone and twice at once, one bad item or many."""

from __future__ import annotations

import pytest

from tests.integration.shop import OUTAGES, Shop
from tests.support.concurrency import at_once, refusals

MINUTE = 60
HOUR = 3600


@pytest.mark.parametrize(("seconds", "status"), [(-1, "authorized"), (0, "cancelled"), (1, "cancelled")])
def test_a_hold_is_voided_after_72_hours_to_the_second(shop: Shop, seconds: int, status: str) -> None:
    deal = shop.held()
    shop.seconds_after(shop.ticket(deal)["authorized_at"], 72 * HOUR + seconds)
    shop.sweep_holds()
    shop.sweep_sessions()
    ticket = shop.ticket(deal)
    assert ticket["status"] == status
    assert ticket.get("cancel_reason") == (None if status == "authorized" else "expired")
    assert shop.stripe_status(deal) == ("requires_capture" if status == "authorized" else "canceled")
    shop.agrees()


@pytest.mark.parametrize(("seconds", "status"), [(-1, "pending_payment"), (0, "cancelled"), (1, "cancelled")])
def test_an_unpaid_purchase_is_closed_after_an_hour(shop: Shop, seconds: int, status: str) -> None:
    deal = shop.bought()
    shop.seconds_after(shop.ticket(deal)["created_at"], HOUR + seconds)
    shop.sweep_holds()
    assert shop.ticket(deal)["status"] == status
    shop.agrees()


def test_a_redeemed_ticket_nobody_accepted_is_voided_with_its_room(shop: Shop) -> None:
    deal = shop.used()
    shop.travel.advance(72 * HOUR + 5)
    shop.sweep_holds()
    assert shop.document(f"chat_rooms/{deal.room}")["status"] == "cancelled"
    assert shop.stripe_status(deal) == "canceled"
    shop.agrees()


def test_a_session_in_progress_is_never_voided(shop: Shop) -> None:
    deal = shop.used()
    shop.seconds_after(shop.ticket(deal)["expires_at"], -1)
    shop.answer(deal)
    shop.seconds_after(shop.ticket(deal)["expires_at"], 10 * MINUTE)
    shop.sweep_holds()
    shop.sweep_sessions()
    assert shop.ticket(deal)["status"] == "active"
    shop.seconds_after(shop.ticket(deal)["expires_at"], 31 * MINUTE)
    shop.sweep_holds()
    shop.sweep_sessions()
    assert shop.stripe_status(deal) == "succeeded"
    shop.agrees()


@pytest.mark.parametrize(("seconds", "status"), [(-1, "active"), (0, "completed"), (1, "completed")])
def test_a_session_ends_after_30_minutes_to_the_second(shop: Shop, seconds: int, status: str) -> None:
    deal = shop.active()
    shop.seconds_after(shop.ticket(deal)["started_at"], 30 * MINUTE + seconds)
    shop.sweep_sessions()
    room = shop.document(f"chat_rooms/{deal.room}")
    assert shop.ticket(deal)["status"] == status
    assert room["status"] == ("active" if status == "active" else "ended")
    assert (room["ends_at"] - room["started_at"]).total_seconds() == 30 * MINUTE
    shop.agrees()


def test_a_schedule_that_comes_late_does_not_lengthen_the_session(shop: Shop) -> None:
    deal = shop.active()
    shop.travel.advance(5 * HOUR)
    shop.sweep_sessions()
    room = shop.document(f"chat_rooms/{deal.room}")
    assert (room["ends_at"] - room["started_at"]).total_seconds() == 30 * MINUTE
    shop.agrees()


def test_a_hold_that_nobody_confirmed_becomes_a_ticket_or_is_closed_but_never_lost(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment)
    shop.travel.advance(HOUR + 1)
    shop.sweep_holds()
    shop.travel.advance(3 * MINUTE)
    shop.sweep_sessions()
    shop.agrees()


def test_running_twice_at_once_does_everything_once(shop: Shop) -> None:
    holds = [shop.held(f"holder-{number}") for number in range(6)]
    shop.travel.advance(72 * HOUR + 5)
    sessions = [shop.active(f"talker-{number}", "imecon-2") for number in range(6)]
    shop.travel.advance(31 * MINUTE)
    assert refusals(at_once([shop.sweep_holds, shop.sweep_sessions] * 2)) == []
    assert {shop.stripe_status(deal) for deal in holds} == {"canceled"}
    assert {shop.stripe_status(deal) for deal in sessions} == {"succeeded"}
    assert {shop.ticket(deal)["status"] for deal in holds} == {"cancelled"}
    shop.agrees()
    shop.sweep_holds()
    shop.sweep_sessions()
    shop.agrees()


@pytest.mark.parametrize("kind", OUTAGES)
def test_an_item_that_fails_stops_no_other_and_is_met_again(shop: Shop, kind: str) -> None:
    first, bad, last = (shop.held(uid) for uid in ("first", "bad", "last"))
    shop.travel.advance(72 * HOUR + 5)
    shop.lose_call(kind, f".*/{bad.payment}/cancel")
    shop.sweep_holds()
    assert shop.stripe_status(first) == shop.stripe_status(last) == "canceled"
    assert (shop.ticket(bad)["status"], shop.ticket(bad)["decision"]) == ("authorized", "void")
    shop.travel.advance(2 * MINUTE + 1)
    shop.sweep_sessions()
    assert shop.stripe_status(bad) == "canceled"
    assert shop.ticket(bad)["cancel_reason"] == "expired"
    shop.agrees()


def test_an_outage_of_hours_is_caught_up_with(shop: Shop) -> None:
    held, talking = shop.held("a"), shop.active("b")
    shop.travel.advance(72 * HOUR + 5)
    # Rate limits fail at once, so that a long outage need not take long here.
    shop.simulator.fault("429", times=None)
    for _ in range(3):
        shop.sweep_holds()
        shop.sweep_sessions()
        shop.travel.advance(HOUR)
    assert shop.document(f"chat_rooms/{talking.room}")["status"] == "ended"
    assert shop.stripe_status(held) == shop.stripe_status(talking) == "requires_capture"
    shop.simulator.clear_faults()
    shop.sweep_sessions()
    assert (shop.stripe_status(held), shop.stripe_status(talking)) == ("canceled", "succeeded")
    shop.agrees()


def test_a_sweep_reads_past_its_first_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from entrypoints import sweeps

    monkeypatch.setattr(sweeps, "PAGE", 3)
    deals = [shop.bought(f"buyer-{number}") for number in range(8)]
    shop.travel.advance(HOUR + 1)
    shop.sweep_holds()
    assert {shop.ticket(deal)["status"] for deal in deals} == {"cancelled"}
    shop.agrees()


@pytest.mark.parametrize(("seconds", "told"), [(30 * MINUTE, False), (30 * MINUTE + 1, True)])
def test_a_backlog_of_more_than_half_an_hour_is_reported(
    shop: Shop, capfd: pytest.CaptureFixture[str], seconds: int, told: bool
) -> None:
    deal = shop.held()
    shop.seconds_after(shop.ticket(deal)["expires_at"], seconds)
    shop.sweep_holds()
    assert ('"sweep_late"' in "".join(capfd.readouterr())) is told
    assert shop.ticket(deal)["status"] == "cancelled"
