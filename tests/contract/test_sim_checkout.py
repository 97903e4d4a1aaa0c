"""Who pays on a Checkout Session, how it ends, and what Stripe tells of it. Simulator only: it needs a customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from stripe import InvalidRequestError, StripeClient

from devkit.stripe_sim import ApiError, StripeSimulator

from .checkout_sessions import CANCEL, line, open_session
from .webhook_receiver import WebhookReceiver

DAY = 86_400
PAID_BY_CARD = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
JAPAN = timezone(timedelta(hours=9))


def _with_konbini(client: StripeClient, days: int = 2, **changes: Any) -> str:
    options = {"konbini": {"expires_after_days": days}}
    allowed = ["card", "konbini"]
    return open_session(client, allowed_payment_method_types=allowed, payment_method_options=options, **changes).id


def _since(sim: StripeSimulator, seen: int) -> list[str]:
    return [event["type"] for event in sim.events()[seen:]]


def _state(session: dict[str, Any]) -> tuple[str, str]:
    return session["status"], session["payment_status"]


def test_a_card_completes_and_pays(sim: StripeSimulator, client: StripeClient) -> None:
    session = open_session(client, payment_intent_data={"metadata": {"purchase_id": "p_1"}, "description": "Licence"})
    paid = sim.pay_session(session.id, "pm_card_visa", "buyer@example.com")
    assert (*_state(paid), paid["url"]) == ("complete", "paid", None)
    assert paid["customer_details"]["email"] == "buyer@example.com"
    intent = client.v1.payment_intents.retrieve(paid["payment_intent"], {"expand": ["latest_charge"]})
    assert (intent.status, intent.amount_received, intent.description) == ("succeeded", 3000, "Licence")
    assert intent.metadata.to_dict() == {"purchase_id": "p_1"}
    charge: Any = intent.latest_charge
    assert (charge.captured, charge.amount_captured, charge.refunded) == (True, 3000, False)
    assert charge.billing_details.email == "buyer@example.com"
    assert charge.receipt_url.startswith("https://")
    assert _since(sim, 0) == PAID_BY_CARD
    assert sim.events()[-1]["data"]["object"] == paid
    found = client.v1.checkout.sessions.list({"payment_intent": intent.id}).data
    assert [each.id for each in found] == [session.id]


def test_its_payment_is_made_when_the_customer_first_tries(sim: StripeSimulator, client: StripeClient) -> None:
    session = open_session(client).id
    assert (sim.payment_intents(), sim.events()) == ([], [])
    declined = sim.pay_session(session, "pm_card_chargeDeclined")
    assert _state(declined) == ("open", "unpaid")
    assert declined["url"] is not None
    assert sim.payment_intents()[0]["id"] == declined["payment_intent"]
    assert _since(sim, 0) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    assert _state(sim.pay_session(session)) == ("complete", "paid")
    assert len(sim.payment_intents()) == 1


@pytest.mark.parametrize(
    ("card", "outcome", "end"),
    [
        ("pm_card_threeDSecure2Required", "pass", ("complete", "paid")),
        ("pm_card_threeDSecure2Required", "fail", ("open", "unpaid")),
        ("pm_card_threeDSecureRequiredChargeDeclined", "pass", ("open", "unpaid")),
    ],
)
def test_3d_secure_is_a_second_step(
    sim: StripeSimulator, client: StripeClient, card: str, outcome: str, end: tuple[str, str]
) -> None:
    session = open_session(client).id
    assert _state(sim.pay_session(session, card)) == ("open", "unpaid")
    assert _state(sim.authenticate_session(session, outcome)) == end


def test_the_challenge_may_be_passed_where_the_payment_is_seen(sim: StripeSimulator, client: StripeClient) -> None:
    session = open_session(client).id
    intent = sim.pay_session(session, "pm_card_threeDSecure2Required")["payment_intent"]
    sim.authenticate(intent, "pass")
    assert _state(sim.checkout_session(session)) == ("complete", "paid")
    assert _since(sim, 2) == PAID_BY_CARD[1:]


def test_a_session_without_a_price_needs_no_payment(sim: StripeSimulator, client: StripeClient) -> None:
    session = open_session(client, line_items=[line(0)])
    assert (session.status, session.payment_status) == ("open", "no_payment_required")
    done = sim.pay_session(session.id)
    assert (*_state(done), done["payment_intent"]) == ("complete", "no_payment_required", None)
    assert _since(sim, 0) == ["checkout.session.completed"]


def test_a_session_expires_at_its_time(sim: StripeSimulator, client: StripeClient) -> None:
    ends = sim.now() + 3600
    session = open_session(client, expires_at=ends).id
    sim.pay_session(session, "pm_card_chargeDeclined")
    seen = len(sim.events())
    sim.set_clock(ends - 30)
    assert sim.checkout_session(session)["status"] == "open"
    sim.advance(3600)
    late = client.v1.checkout.sessions.retrieve(session)
    assert (late.status, late.payment_status, late.url) == ("expired", "unpaid", None)
    assert _since(sim, seen) == ["payment_intent.canceled", "checkout.session.expired"]
    assert [event["created"] for event in sim.events()[seen:]] == [ends, ends]
    assert sim.payment_intents()[0]["cancellation_reason"] == "expired"
    with pytest.raises(ApiError):
        sim.pay_session(session)


def test_what_is_complete_neither_expires_nor_is_paid_again(sim: StripeSimulator, client: StripeClient) -> None:
    session = open_session(client).id
    sim.pay_session(session)
    seen = len(sim.events())
    sim.advance(2 * DAY)
    with pytest.raises(InvalidRequestError):
        client.v1.checkout.sessions.expire(session)
    with pytest.raises(ApiError):
        sim.pay_session(session)
    assert _state(sim.checkout_session(session)) == ("complete", "paid")
    assert _since(sim, seen) == []


@pytest.mark.parametrize("method", ["pm_absent", "konbini", ""])
def test_what_is_not_offered_does_not_pay(sim: StripeSimulator, client: StripeClient, method: str) -> None:
    session = open_session(client).id
    with pytest.raises(ApiError) as refused:
        sim.pay_session(session, method)
    assert (refused.value.status, sim.payment_intents()) == (400, [])


def test_the_payment_of_a_session_is_made_and_ended_on_it_alone(sim: StripeSimulator, client: StripeClient) -> None:
    intent = sim.pay_session(open_session(client).id, "pm_card_threeDSecure2Required")["payment_intent"]
    intents: Any = client.v1.payment_intents
    for refuse, params in ((intents.confirm, {"payment_method": "pm_card_visa"}), (intents.cancel, {})):
        with pytest.raises(InvalidRequestError) as refused:
            refuse(intent, params)
        assert refused.value.http_status == 400
    for control in (sim.confirm, sim.process, sim.dashboard_cancel):
        with pytest.raises(ApiError):
            control(intent)
    assert sim.payment_intent(intent)["status"] == "requires_action"


def test_konbini_completes_first_and_is_paid_later(sim: StripeSimulator, client: StripeClient) -> None:
    session = _with_konbini(client)
    promised = sim.pay_session(session, "konbini", "buyer@example.com")
    assert _state(promised) == ("complete", "unpaid")
    intent = client.v1.payment_intents.retrieve(promised["payment_intent"])
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    shown = intent.next_action.konbini_display_details
    assert shown is not None
    assert shown.stores is not None
    assert shown.stores.lawson is not None
    last = datetime.fromtimestamp(shown.expires_at, JAPAN)
    today = datetime.fromtimestamp(intent.created, UTC).astimezone(JAPAN).date()
    assert (last.date(), last.time().isoformat()) == (today + timedelta(days=2), "23:59:59")
    assert _since(sim, 0) == ["payment_intent.created", "payment_intent.requires_action", "checkout.session.completed"]
    with pytest.raises(ApiError):
        sim.authenticate(intent.id, "pass")
    sim.set_clock(shown.expires_at + 60)
    assert _state(sim.end_konbini(session, "paid")) == ("complete", "paid")
    assert _since(sim, 3) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    charge = sim.charges()[0]
    assert (charge["payment_method_details"]["type"], charge["captured"]) == ("konbini", True)
    sim.advance(30 * DAY)
    assert _state(sim.checkout_session(session)) == ("complete", "paid")


def test_konbini_that_is_never_paid_comes_to_nothing(sim: StripeSimulator, client: StripeClient) -> None:
    session, at_once = _with_konbini(client), _with_konbini(client)
    sim.pay_session(session, "konbini")
    sim.pay_session(at_once, "konbini")
    assert _state(sim.end_konbini(at_once, "lapsed")) == ("complete", "unpaid")
    seen = len(sim.events())
    sim.advance(4 * DAY)
    assert _state(sim.checkout_session(session)) == ("complete", "unpaid")
    assert _since(sim, seen) == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    intent = sim.checkout_session(session)["payment_intent"]
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == "payment_intent_payment_attempt_expired"
    for outcome in ("paid", "lapsed"):
        with pytest.raises(ApiError):
            sim.end_konbini(session, outcome)
    with pytest.raises(ValueError, match="outcome"):
        sim.end_konbini(session, "perhaps")
    with pytest.raises(ApiError):
        sim.end_konbini(open_session(client).id, "paid")


@pytest.mark.parametrize(("amount", "offered"), [(119, False), (120, True), (300_000, True), (300_001, False)])
def test_konbini_is_offered_within_its_limits(client: StripeClient, amount: int, offered: bool) -> None:
    session = open_session(client, line_items=[line(amount)], allowed_payment_method_types=["card", "konbini"])
    assert ("konbini" in session.payment_method_types) is offered
    free = open_session(client, line_items=[line(amount)], allowed_payment_method_types=None)
    assert ("konbini" in free.payment_method_types) is offered
    without = open_session(client, line_items=[line(amount)], excluded_payment_method_types=["konbini"])
    assert without.payment_method_types == ["card"]


def test_a_card_payment_is_refunded_and_disputed_as_any(sim: StripeSimulator, client: StripeClient) -> None:
    intent = sim.pay_session(open_session(client).id)["payment_intent"]
    seen = len(sim.events())
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 1000})
    assert refund.status == "succeeded"
    dispute = sim.dispute(intent)
    sim.move_dispute(dispute["id"], "won")
    assert _since(sim, seen) == [
        "refund.created",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]


def _paid_by_konbini(sim: StripeSimulator, client: StripeClient) -> str:
    session = _with_konbini(client)
    sim.pay_session(session, "konbini", "buyer@example.com")
    return str(sim.end_konbini(session, "paid")["payment_intent"])


@pytest.mark.parametrize(("end", "refunded"), [("succeeded", True), ("failed", False)])
def test_a_konbini_refund_waits_for_a_bank_account(
    sim: StripeSimulator, client: StripeClient, end: str, refunded: bool
) -> None:
    intent = _paid_by_konbini(sim, client)
    refund = client.v1.refunds.create({"payment_intent": intent})
    assert (refund.status, refund.instructions_email) == ("requires_action", "buyer@example.com")
    assert refund.destination_details is not None
    assert refund.destination_details.type == "jp_bank_transfer"
    assert refund.next_action is not None
    sim.move_refund(refund.id, "pending")
    assert "next_action" not in sim.move_refund(refund.id, end)
    assert sim.charges()[0]["refunded"] is refunded
    sim.advance(50 * DAY)
    assert client.v1.refunds.retrieve(refund.id).status == end


def test_a_konbini_refund_fails_when_nobody_names_an_account(sim: StripeSimulator, client: StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": _paid_by_konbini(sim, client)}).id
    sim.advance(44 * DAY)
    assert client.v1.refunds.retrieve(refund).status == "requires_action"
    sim.advance(2 * DAY)
    assert client.v1.refunds.retrieve(refund).status == "failed"
    assert sim.charges()[0]["amount_refunded"] == 0


def test_a_konbini_payment_cannot_be_disputed(sim: StripeSimulator, client: StripeClient) -> None:
    with pytest.raises(ApiError):
        sim.dispute(_paid_by_konbini(sim, client))


def test_going_back_changes_nothing(sim: StripeSimulator, client: StripeClient) -> None:
    session = open_session(client).id
    assert sim.cancel_session(session) == CANCEL.replace("{CHECKOUT_SESSION_ID}", session)
    assert _state(sim.pay_session(session)) == ("complete", "paid")


def test_the_dashboard_expires_and_forgets_sessions(sim: StripeSimulator, client: StripeClient) -> None:
    expired, forgotten = open_session(client).id, open_session(client).id
    assert sim.expire_session(expired)["status"] == "expired"
    assert sim.events()[-1]["request"] == {"id": None, "idempotency_key": None}
    sim.forget_session(forgotten)
    with pytest.raises(InvalidRequestError) as missing:
        client.v1.checkout.sessions.retrieve(forgotten)
    assert missing.value.http_status == 404
    sim.advance(2 * DAY)
    assert [session["id"] for session in sim.checkout_sessions()] == [expired]
    assert _since(sim, 0) == ["checkout.session.expired"]


def test_a_forgotten_konbini_payment_does_not_lapse(sim: StripeSimulator, client: StripeClient) -> None:
    session = _with_konbini(client)
    sim.forget(sim.pay_session(session, "konbini")["payment_intent"])
    seen = len(sim.events())
    sim.advance(10 * DAY)
    assert _since(sim, seen) == []


def test_a_lost_answer_still_made_the_session(sim: StripeSimulator, client: StripeClient) -> None:
    sim.fault("drop_after", method="POST", path="/v1/checkout/sessions")
    with pytest.raises(Exception, match="connect"):
        open_session(client)
    (made,) = sim.checkout_sessions()
    assert made["status"] == "open"
    assert sim.state()["checkout_sessions"][0]["id"] == made["id"]
    assert made["url"] not in str(sim.state())


def test_session_events_are_delivered_signed(sim: StripeSimulator, client: StripeClient) -> None:
    with WebhookReceiver() as receiver:
        client.v1.webhook_endpoints.create(
            {"url": receiver.url, "enabled_events": ["checkout.session.completed", "checkout.session.expired"]}
        )
        sim.pay_session(open_session(client).id)
        client.v1.checkout.sessions.expire(open_session(client).id, options={"idempotency_key": "k"})
        assert sim.wait_idle(10)
        assert [body["type"] for body in sim.events()[-2:]] == [
            "checkout.session.completed",
            "checkout.session.expired",
        ]
        assert len(receiver.received) == 2
    paid, expired = sim.events()[-2:]
    assert (paid["request"]["idempotency_key"], expired["request"]["idempotency_key"]) == (None, "k")
    assert paid["request"]["id"] is not None
