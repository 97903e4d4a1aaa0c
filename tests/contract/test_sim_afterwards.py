"""The controls of what happens to a payment later: edits, forgotten objects, refunds, disputes. Simulator only."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from stripe import InvalidRequestError, StripeClient

from devkit.stripe_sim import ApiError, StripeSimulator

from .payment_intents import create, hold
from .webhook_receiver import WebhookReceiver


def _captured(sim: StripeSimulator, client: StripeClient) -> str:
    intent = hold(client).id
    sim.dashboard_capture(intent)
    return intent


def _since(sim: StripeSimulator, seen: int) -> list[str]:
    return [event["type"] for event in sim.events()[seen:]]


def test_metadata_is_edited_without_an_event(sim: StripeSimulator, client: StripeClient) -> None:
    intent = create(client, metadata={"ticket_id": "t-1", "user_id": "u-1"}).id
    seen = len(sim.events())
    assert sim.edit_metadata(intent, {"ticket_id": "", "note": "x"})["metadata"] == {"user_id": "u-1", "note": "x"}
    assert sim.edit_metadata(intent, None)["metadata"] == {}
    assert sim.edit(intent, amount=4000)["amount"] == 4000
    assert _since(sim, seen) == []
    with pytest.raises(ApiError):
        sim.edit_metadata(intent, {"k" * 41: "x"})
    with pytest.raises(ValueError, match="status"):
        sim.edit(intent, status="succeeded")


def test_a_forgotten_payment_is_unknown_everywhere(sim: StripeSimulator, client: StripeClient) -> None:
    kept, gone = _captured(sim, client), _captured(sim, client)
    refund, dispute = sim.dashboard_refund(gone, 100), sim.dispute(gone)
    sim.forget(gone)
    calls: list[tuple[Any, str]] = [
        (client.v1.payment_intents.retrieve, gone),
        (client.v1.payment_intents.capture, gone),
        (client.v1.payment_intents.cancel, gone),
        (client.v1.refunds.retrieve, refund["id"]),
        (client.v1.disputes.retrieve, dispute["id"]),
        (client.v1.charges.retrieve, refund["charge"]),
    ]
    for call, id_ in calls:
        with pytest.raises(InvalidRequestError) as missing:
            call(id_)
        assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert [intent.id for intent in client.v1.payment_intents.list().data] == [kept]
    assert client.v1.refunds.list({"payment_intent": gone}).data == []
    with pytest.raises(InvalidRequestError) as cursor:
        client.v1.payment_intents.list({"starting_after": gone})
    assert cursor.value.code == "resource_missing"
    with pytest.raises(ApiError):
        sim.forget(gone)
    assert "charge.refunded" in [event["type"] for event in sim.events()]


def test_a_forgotten_hold_does_not_lapse(sim: StripeSimulator, client: StripeClient) -> None:
    sim.forget(hold(client).id)
    seen = len(sim.events())
    sim.advance(40 * 86_400)
    assert _since(sim, seen) == []


def test_a_refund_fails_on_demand(sim: StripeSimulator, client: StripeClient) -> None:
    intent = _captured(sim, client)
    kept, failing = sim.dashboard_refund(intent, 1000), sim.dashboard_refund(intent)
    assert sim.payment_intent(intent)["latest_charge"]["refunded"] is True
    seen = len(sim.events())
    failed = sim.fail_refund(failing["id"], "lost_or_stolen_card")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    charge = sim.payment_intent(intent)["latest_charge"]
    assert (charge["amount_refunded"], charge["refunded"]) == (1000, False)
    assert _since(sim, seen) == ["refund.updated", "charge.refund.updated", "refund.failed"]
    assert sim.events()[seen]["data"]["previous_attributes"] == {
        "status": "succeeded",
        "failure_reason": None,
        "failure_balance_transaction": None,
    }
    assert "previous_attributes" not in sim.events()[-1]["data"]
    with pytest.raises(ApiError):
        sim.fail_refund(failing["id"])
    assert client.v1.refunds.retrieve(kept["id"]).status == "succeeded"
    assert sim.dashboard_refund(intent)["amount"] == 4000


@pytest.mark.parametrize(("end", "refunded"), [("succeeded", 2000), ("failed", 0), ("canceled", 0)])
def test_a_refund_may_be_pending(sim: StripeSimulator, client: StripeClient, end: str, refunded: int) -> None:
    intent = _captured(sim, client)
    refund = sim.dashboard_refund(intent, 2000, "requires_action")
    assert sim.move_refund(refund["id"], "pending")["status"] == "pending"
    assert sim.payment_intent(intent)["latest_charge"]["amount_refunded"] == 2000
    assert sim.move_refund(refund["id"], end)["status"] == end
    assert sim.payment_intent(intent)["latest_charge"]["amount_refunded"] == refunded


def test_a_refund_that_waits_for_the_customer_can_be_canceled(sim: StripeSimulator, client: StripeClient) -> None:
    intent = _captured(sim, client)
    refund = sim.dashboard_refund(intent, status="requires_action")
    assert client.v1.refunds.cancel(refund["id"]).status == "canceled"
    assert sim.payment_intent(intent)["latest_charge"]["refunded"] is False


def test_what_a_capture_released_never_fails(sim: StripeSimulator, client: StripeClient) -> None:
    intent = hold(client).id
    sim.dashboard_capture(intent, 3000)
    with pytest.raises(ApiError):
        sim.fail_refund(sim.refunds()[0]["id"])


def test_a_won_dispute_leaves_its_mark_on_the_charge(sim: StripeSimulator, client: StripeClient) -> None:
    intent = _captured(sim, client)
    dispute, seen = sim.dispute(intent)["id"], len(sim.events())
    sim.move_dispute(dispute, "under_review")
    assert sim.move_dispute(dispute, "won")["is_charge_refundable"] is True
    assert _since(sim, seen) == ["charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated"]
    # Whether Stripe does so is not confirmed. Nothing may depend on it.
    assert sim.payment_intent(intent)["latest_charge"]["disputed"] is True
    with pytest.raises(ApiError):
        sim.move_dispute(dispute, "lost")
    again = sim.dispute(intent)
    assert [found.id for found in client.v1.disputes.list({"payment_intent": intent}).data] == [again["id"], dispute]
    with pytest.raises(ApiError):
        sim.dispute(intent)


def test_a_lost_dispute_may_be_appealed(sim: StripeSimulator, client: StripeClient) -> None:
    dispute = sim.dispute(_captured(sim, client))["id"]
    for status in ("lost", "appeal_needs_response", "appeal_under_review", "won"):
        assert sim.move_dispute(dispute, status)["status"] == status
    assert [moved["amount"] for moved in sim.disputes()[0]["balance_transactions"]] == [-5000, 5000]


def test_an_inquiry_may_become_a_dispute_or_not(sim: StripeSimulator, client: StripeClient) -> None:
    harmless = sim.dispute(_captured(sim, client), "warning_needs_response")["id"]
    seen = len(sim.events())
    sim.move_dispute(harmless, "warning_under_review")
    sim.move_dispute(harmless, "warning_closed")
    assert _since(sim, seen) == ["charge.dispute.updated", "charge.dispute.closed"]
    serious, seen = sim.dispute(_captured(sim, client), "warning_needs_response")["id"], len(sim.events())
    sim.move_dispute(serious, "needs_response")
    assert _since(sim, seen) == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_a_lapsed_hold_is_refunded_for_that_reason(sim: StripeSimulator, client: StripeClient) -> None:
    intent, seen = hold(client).id, len(sim.events())
    sim.set_capture_before(intent, sim.now() - 1)
    (refund,) = client.v1.refunds.list({"payment_intent": intent}).data
    assert (refund.reason, refund.amount, refund.status) == ("expired_uncaptured_charge", 5000, "succeeded")
    assert _since(sim, seen) == ["refund.created", "charge.expired", "payment_intent.canceled"]


def test_an_event_has_the_version_of_the_endpoint_it_is_sent_to(sim: StripeSimulator, client: StripeClient) -> None:
    with WebhookReceiver() as old, WebhookReceiver() as current:
        sim.add_webhook(old.url, api_version="2025-01-27.acacia")
        sim.add_webhook(current.url)
        create(client)
        assert sim.wait_idle(10)
        assert old.events()[0].api_version == "2025-01-27.acacia"
        assert current.events()[0].api_version == "2026-10-28.endive"
        assert client.v1.events.list().data[0].api_version == "2026-10-28.endive"


def test_what_happened_while_an_endpoint_was_disabled_counts_as_delivered(
    sim: StripeSimulator, client: StripeClient
) -> None:
    with WebhookReceiver() as receiver:
        endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
        client.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
        missed = create(client).id
        client.v1.webhook_endpoints.update(endpoint.id, {"disabled": False})
        assert sim.wait_idle(10)
        assert receiver.received == []
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert [event.data.object.id for event in client.v1.events.list().data] == [missed]


def test_these_controls_work_over_http(sim: StripeSimulator, client: StripeClient) -> None:
    intent = _captured(sim, client)
    with httpx.Client(base_url=f"{sim.url}/_sim", timeout=10) as http:
        address = f"/payment_intents/{intent}"
        assert http.post(f"{address}/metadata", json={"changes": {"a": "b"}}).json()["metadata"]["a"] == "b"
        assert http.post(f"{address}/metadata", json={"changes": None}).json()["metadata"] == {}
        assert http.post(f"{address}/edit", json={"description": "x"}).json()["description"] == "x"
        assert http.post(f"{address}/edit", json={"amount": 1}).status_code == 400
        refund = http.post(f"{address}/refund", json={"amount": 100, "status": "pending"}).json()
        assert http.post(f"/refunds/{refund['id']}/move", json={"status": "succeeded"}).json()["status"] == "succeeded"
        assert http.post(f"/refunds/{refund['id']}/fail").json()["status"] == "failed"
        assert http.post(f"{address}/refund", json={"status": "failed"}).status_code == 400
        dispute = http.post(f"{address}/dispute", json={"status": "warning_needs_response"}).json()
        assert http.post(f"/disputes/{dispute['id']}/move", json={"status": "won"}).status_code == 400
        moved = http.post(f"/disputes/{dispute['id']}/move", json={"status": "warning_closed"})
        assert moved.json()["status"] == "warning_closed"
        assert http.post(f"{address}/dispute", json={"status": "angry"}).status_code == 400
        assert http.post(f"{address}/forget").json() == {"ok": True}
        assert http.get(address).status_code == 404
        for path in ("/refunds/re_absent/fail", "/disputes/du_absent/move"):
            assert http.post(path, json={"status": "won"} if "dispute" in path else {}).status_code == 404
