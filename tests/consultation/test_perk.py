"""Perk codes: a consultation without a payment, once per user, and no request to Stripe at any step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from common.callable import utc_text
from common.errors import CallReason
from consultation.reasons import ConsultationReason
from devkit.client import CallableError
from tests.integration.shop import Deal, Shop, refused
from tests.support.concurrency import at_once, refusals, successes

MINUTE = 60
HOUR = 3600


def perk_code(shop: Shop, **more: Any) -> str:
    fields = {"count": 1, "valid_until": utc_text(shop.travel.now() + timedelta(days=7)), **more}
    (code,) = shop.by_admin("createTicketCodes", **fields)["codes"]
    return str(code)


def opened(shop: Shop, code: str, uid: str = "guest", imecon: str = "imecon-1") -> Deal:
    answer = shop.redeem_code(code, uid, imecon_id=imecon)
    assert (answer["status"], answer["ticket_status"]) == ("pending", "used")
    return Deal(uid, imecon, answer["ticket_id"], "", code, answer["chat_room_id"])


def cancel(shop: Shop, deal: Deal, uid: str | None = None) -> Any:
    return shop.api.call("cancelPaymentIntent", {"chat_room_id": deal.room}, uid=uid or deal.uid)


def free_of_charge(shop: Shop) -> None:
    assert shop.simulator.requests() == []
    assert shop.count("payment_intents") == 0
    shop.agrees()


def test_a_perk_consultation_from_code_to_end(shop: Shop) -> None:
    deal = opened(shop, perk_code(shop))
    assert shop.ticket(deal)["amount"] == 0
    assert "ticket_code" not in shop.ticket(deal), "others may still use the code, so it stands nowhere"
    assert shop.document("users/imecon-1").get("dm_requests", []) == []
    assert shop.answer(deal)["status"] == "active"
    shop.travel.advance(10 * MINUTE)
    assert shop.end(deal)["ticket_status"] == "completed"
    assert shop.end(deal)["ticket_status"] == "completed"
    with refused(ConsultationReason.CODE_ALREADY_REDEEMED):
        shop.redeem_code(deal.code, deal.uid, imecon_id="imecon-2")
    free_of_charge(shop)


def test_an_overdue_perk_session_is_ended(shop: Shop) -> None:
    deal = opened(shop, perk_code(shop))
    shop.answer(deal)
    shop.travel.advance(31 * MINUTE)
    shop.sweep_sessions()
    assert shop.ticket(deal)["status"] == "completed"
    free_of_charge(shop)


def test_many_users_may_use_a_code_each_once(shop: Shop) -> None:
    code = perk_code(shop, max_redemptions=3)
    for uid in ("a", "b", "c"):
        opened(shop, code, uid)
        with refused(ConsultationReason.CODE_ALREADY_REDEEMED):
            shop.redeem_code(code, uid, imecon_id="imecon-2")
    with refused(ConsultationReason.CODE_EXHAUSTED):
        shop.redeem_code(code, "d", imecon_id="imecon-1")
    free_of_charge(shop)


def test_thirty_users_at_once_never_get_more_than_there_are(shop: Shop) -> None:
    code = perk_code(shop, max_redemptions=7)

    def persistent(uid: str) -> Any:
        """Tries again when it is told that too many came at once, as the app's button lets people do."""
        while True:
            try:
                return shop.redeem_code(code, uid, imecon_id="imecon-1")
            except CallableError as error:
                if error.reason != CallReason.BUSY.name:
                    raise

    answers = at_once([lambda uid=f"guest-{number}": persistent(uid) for number in range(30)])  # type: ignore[misc]
    assert len(successes(answers)) == shop.count("chat_rooms") == 7
    assert set(refusals(answers)) == {ConsultationReason.CODE_EXHAUSTED.name}
    assert shop.document(f"ticket_codes/{code}")["redeemed_count"] == 7
    free_of_charge(shop)


def test_one_user_thirty_times_at_once_uses_it_once(shop: Shop) -> None:
    code = perk_code(shop, max_redemptions=100)
    answers = at_once([lambda: shop.redeem_code(code, "guest", imecon_id="imecon-1")] * 30)
    assert len(successes(answers)) == shop.count("chat_rooms") == 1
    # Which of the two comes first depends on the instant at which a loser reads.
    assert set(refusals(answers)) <= {
        ConsultationReason.CODE_ALREADY_REDEEMED.name,
        ConsultationReason.CONSULTATION_IN_PROGRESS.name,
    }
    free_of_charge(shop)


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, True), (0, False), (1, False)])
def test_valid_until_to_the_second(shop: Shop, seconds: int, accepted: bool) -> None:
    until = shop.travel.freeze() + timedelta(hours=1)
    code = perk_code(shop, valid_until=until.isoformat())
    shop.seconds_after(until, seconds)
    if accepted:
        opened(shop, code)
    else:
        with refused(ConsultationReason.CODE_EXPIRED):
            shop.redeem_code(code, "guest", imecon_id="imecon-1")
    free_of_charge(shop)


def test_a_code_for_one_consultant_needs_no_choice_and_takes_no_other(shop: Shop) -> None:
    code = perk_code(shop, imecon_id="imecon-2", max_redemptions=2)
    with refused(ConsultationReason.IMECON_UNAVAILABLE):
        shop.redeem_code(code, "guest", imecon_id="imecon-1")
    room = shop.redeem_code(code, "guest")["chat_room_id"]
    assert shop.document(f"chat_rooms/{room}")["imecon_ref"].id == "imecon-2"
    with refused(ConsultationReason.SELF_PURCHASE):
        shop.redeem_code(code, "imecon-2")
    free_of_charge(shop)


def test_a_code_for_any_consultant_needs_a_choice(shop: Shop) -> None:
    code = perk_code(shop)
    with refused(ConsultationReason.IMECON_REQUIRED):
        shop.redeem_code(code, "guest")
    with refused(ConsultationReason.IMECON_UNAVAILABLE):
        shop.redeem_code(code, "guest", imecon_id="imecon-9")
    opened(shop, code)
    free_of_charge(shop)


def declined(shop: Shop, deal: Deal) -> None:
    assert shop.answer(deal, accept=False)["ticket_status"] == "cancelled"


def expired(shop: Shop, deal: Deal) -> None:
    shop.travel.advance(72 * HOUR + 1)
    with refused(ConsultationReason.TICKET_EXPIRED):
        shop.answer(deal)
    shop.sweep_holds()
    assert shop.ticket(deal)["status"] == "cancelled"


def ended_early(shop: Shop, deal: Deal) -> None:
    shop.answer(deal)
    assert shop.end(deal, uid=deal.imecon)["ticket_status"] == "cancelled"


@pytest.mark.parametrize("lost", [declined, expired, ended_early])
def test_a_use_without_a_consultation_is_given_back(shop: Shop, lost: Callable[[Shop, Deal], None]) -> None:
    deal = opened(shop, perk_code(shop))
    lost(shop, deal)
    assert shop.document(f"ticket_codes/{deal.code}")["redeemed_count"] == 0
    assert opened(shop, deal.code).ticket != deal.ticket
    free_of_charge(shop)


def test_a_use_that_the_consultant_cancelled_does_not_count(shop: Shop) -> None:
    deal = opened(shop, perk_code(shop))
    cancel(shop, deal, "imecon-1")
    assert shop.document(f"ticket_codes/{deal.code}")["redeemed_count"] == 0
    assert opened(shop, deal.code).ticket != deal.ticket
    free_of_charge(shop)


def test_a_deleted_code_does_not_come_back_with_its_use(shop: Shop) -> None:
    deal = opened(shop, perk_code(shop))
    shop.db.document(f"ticket_codes/{deal.code}").delete()
    cancel(shop, deal, "imecon-1")
    assert shop.document(f"ticket_codes/{deal.code}") == {}
    with refused(ConsultationReason.CODE_INVALID):
        shop.redeem_code(deal.code, deal.uid, imecon_id="imecon-1")


def test_a_use_that_the_buyer_cancelled_counts(shop: Shop) -> None:
    deal = opened(shop, perk_code(shop))
    cancel(shop, deal, "guest")
    assert cancel(shop, deal)["ticket_id"] == deal.ticket
    with refused(ConsultationReason.CODE_ALREADY_REDEEMED):
        shop.redeem_code(deal.code, deal.uid, imecon_id="imecon-1")
    free_of_charge(shop)


def test_a_perk_code_waits_while_the_pair_has_a_live_ticket(shop: Shop) -> None:
    code = perk_code(shop)
    paid = shop.held("guest")
    with refused(ConsultationReason.CONSULTATION_IN_PROGRESS):
        shop.redeem_code(code, "guest", imecon_id="imecon-1")
    opened(shop, code, imecon="imecon-2")
    assert shop.redeem(paid)["status"] == "pending"
    shop.agrees()
