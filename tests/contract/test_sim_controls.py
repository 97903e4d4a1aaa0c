"""The clock, the customer, the dashboard and the command line. Simulator only."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import httpx
import pytest
from stripe import AuthenticationError, CardError, InvalidRequestError, PaymentIntent, StripeClient, StripeError

from devkit.stripe_sim import ApiError, StripeSimulator

from .payment_intents import SECRET_KEY, create, embedded, error_of, hold

DAY = 86_400


def _types(sim: StripeSimulator) -> list[str]:
    return [event["type"] for event in sim.events()]


@pytest.mark.parametrize(
    ("card", "days"),
    [("pm_card_visa", 30), ("pm_card_mastercard", 30), ("pm_card_jcb", 30), ("pm_card_amex", 7)],
)
def test_a_hold_lapses_at_its_deadline(sim: StripeSimulator, client: StripeClient, card: str, days: int) -> None:
    intent = hold(client, card)
    deadline = sim.charges()[0]["payment_method_details"]["card"]["capture_before"]
    assert deadline - sim.charges()[0]["created"] == days * DAY
    sim.set_clock(deadline - 30)
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
    sim.advance(3600)
    lapsed = client.v1.payment_intents.retrieve(intent.id)
    assert (lapsed.status, lapsed.cancellation_reason) == ("canceled", "automatic")
    assert (lapsed.canceled_at, lapsed.amount_capturable) == (deadline, 0)
    assert _types(sim)[-2:] == ["charge.expired", "payment_intent.canceled"]
    assert [event["created"] for event in sim.events()[-2:]] == [deadline, deadline]
    assert sim.events()[-1]["request"] == {"id": None, "idempotency_key": None}


def test_a_bank_can_end_a_hold_early(sim: StripeSimulator, client: StripeClient) -> None:
    before, after = create(client), hold(client)
    sim.set_capture_before(before.id, sim.now() + 100)
    sim.set_capture_before(after.id, sim.now() + 200)
    sim.confirm(before.id)
    sim.advance(150)
    assert [sim.payment_intent(intent.id)["status"] for intent in (before, after)] == [
        "canceled",
        "requires_capture",
    ]
    sim.advance(100)
    assert sim.payment_intent(after.id)["status"] == "canceled"


def test_a_prolonged_hold_outlives_its_first_deadline(sim: StripeSimulator, client: StripeClient) -> None:
    intent = hold(client)
    sim.set_capture_before(intent.id, sim.now() + 100)
    sim.set_capture_before(intent.id, sim.now() + 1000)
    sim.advance(500)
    assert sim.payment_intent(intent.id)["status"] == "requires_capture"
    sim.advance(1000)
    assert sim.payment_intent(intent.id)["status"] == "canceled"


def test_a_captured_payment_does_not_lapse(sim: StripeSimulator, client: StripeClient) -> None:
    intent = client.v1.payment_intents.capture(hold(client).id)
    sim.advance(40 * DAY)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_the_clock_never_goes_back(sim: StripeSimulator) -> None:
    with pytest.raises(ValueError, match="back"):
        sim.advance(-1)
    with pytest.raises(ValueError, match="back"):
        sim.set_clock(sim.now() - 60)


@pytest.mark.parametrize("card", ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])
def test_3d_secure_passed_places_the_hold(sim: StripeSimulator, client: StripeClient, card: str) -> None:
    intent = hold(client, card)
    sim.authenticate(intent.id, "pass")
    passed = client.v1.payment_intents.retrieve(intent.id)
    assert (passed.status, passed.next_action) == ("requires_capture", None)
    assert sim.charges()[0]["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"
    assert _types(sim) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
    ]


def test_3d_secure_failed_asks_for_another_card(sim: StripeSimulator, client: StripeClient) -> None:
    intent = hold(client, "pm_card_authenticationRequired")
    sim.authenticate(intent.id, "fail")
    failed = client.v1.payment_intents.retrieve(intent.id)
    assert (failed.status, failed.payment_method) == ("requires_payment_method", None)
    assert failed.last_payment_error is not None
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert _types(sim)[-1] == "payment_intent.payment_failed"
    with pytest.raises(ApiError):
        sim.authenticate(intent.id, "pass")
    assert sim.confirm(intent.id)["status"] == "requires_capture"


def test_a_card_may_decline_after_3d_secure(sim: StripeSimulator, client: StripeClient) -> None:
    intent = hold(client, "pm_card_threeDSecureRequiredChargeDeclined")
    assert intent.status == "requires_action"
    declined = sim.authenticate(intent.id, "pass")
    assert declined["status"] == "requires_payment_method"
    assert declined["last_payment_error"]["decline_code"] == "generic_decline"


@pytest.mark.parametrize(("outcome", "end"), [("succeed", "requires_capture"), ("fail", "requires_payment_method")])
def test_a_payment_may_be_processing_for_a_while(
    sim: StripeSimulator, client: StripeClient, outcome: str, end: str
) -> None:
    intent = create(client).id
    assert sim.process(intent)["status"] == "processing"
    for refuse in (client.v1.payment_intents.cancel, client.v1.payment_intents.capture):
        with pytest.raises(InvalidRequestError) as refused:
            refuse(intent)
        assert refused.value.code == "payment_intent_unexpected_state"
    assert sim.finish(intent, outcome)["status"] == end
    assert _types(sim)[:2] == ["payment_intent.created", "payment_intent.processing"]
    with pytest.raises(ApiError):
        sim.finish(intent, outcome)
    with pytest.raises(ValueError, match="outcome"):
        sim.finish(intent, "perhaps")


def test_the_app_confirms_with_the_client_secret_alone(sim: StripeSimulator, client: StripeClient) -> None:
    intent = create(client)
    app = StripeClient("pk_test_kippu_local", base_addresses={"api": sim.url}, max_network_retries=0)
    secret: Any = {"client_secret": intent.client_secret}

    def confirm(card: str) -> PaymentIntent:
        return app.v1.payment_intents.confirm(intent.id, secret | {"payment_method": card})

    with pytest.raises(CardError) as declined:
        confirm("pm_card_chargeDeclined")
    assert "metadata" not in embedded(declined).to_dict()
    confirmed = confirm("pm_card_jcb")
    assert confirmed.status == "requires_capture"
    assert "metadata" not in confirmed.to_dict()
    assert app.v1.payment_intents.retrieve(intent.id, secret).id == intent.id
    for wrong in ({"client_secret": f"{intent.id}_secret_wrong"}, {}):
        with pytest.raises(StripeError):
            app.v1.payment_intents.retrieve(intent.id, wrong)  # type: ignore[arg-type]
    for refuse in (app.v1.payment_intents.capture, app.v1.payment_intents.cancel):
        with pytest.raises(AuthenticationError) as refused:
            refuse(intent.id)
        assert error_of(refused).code == "secret_key_required"


def test_dashboard_actions_have_no_request(sim: StripeSimulator, client: StripeClient) -> None:
    captured, canceled = hold(client), hold(client)
    sim.dashboard_capture(captured.id, 4000)
    sim.dashboard_refund(captured.id, 1000)
    sim.dispute(captured.id)
    sim.dashboard_cancel(canceled.id)
    assert [intent["status"] for intent in sim.payment_intents()] == ["succeeded", "canceled"]
    without_request = [event for event in sim.events() if event["request"]["id"] is None]
    assert [event["type"] for event in without_request] == [
        "charge.captured",
        "refund.created",
        "charge.refunded",
        "payment_intent.succeeded",
        "refund.created",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "refund.created",
        "charge.refunded",
        "payment_intent.canceled",
    ]
    assert all(event["request"]["idempotency_key"] is None for event in without_request)
    with pytest.raises(ApiError) as refused:
        sim.dashboard_capture(canceled.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_events_carry_their_request_and_key_and_the_accounts_version(
    sim: StripeSimulator, client: StripeClient
) -> None:
    client.v1.customers.create({"name": "Hanako"}, {"idempotency_key": "k", "stripe_version": "2025-01-27.acacia"})
    (event,) = sim.events()
    assert (event["type"], event["api_version"]) == ("customer.created", "2026-10-28.endive")
    assert event["request"] == {"id": sim.requests()[0]["request_id"], "idempotency_key": "k"}


def test_events_filter_by_type_and_wildcard(sim: StripeSimulator, client: StripeClient) -> None:
    hold(client)
    for given, expected in (("charge.*", 1), ("payment_intent.created", 1), ("*", 3), ("refund.created", 0)):
        assert len(client.v1.events.list({"type": given}).data) == expected


def test_the_request_log_and_state_hold_no_secret(sim: StripeSimulator, client: StripeClient) -> None:
    intent = hold(client)
    assert intent.client_secret is not None
    written = json.dumps([sim.requests(), sim.state()])
    assert SECRET_KEY not in written
    assert intent.client_secret not in written
    assert sim.state()["request_counts"] == {
        "POST /v1/payment_intents": 1,
        "POST /v1/payment_intents/{id}/confirm": 1,
    }


def test_reset_forgets_everything(sim: StripeSimulator, client: StripeClient) -> None:
    client.v1.payment_intents.cancel(hold(client).id, options={"idempotency_key": "k"})
    sim.fault("429", times=None)
    sim.advance(DAY)
    sim.reset()
    assert (sim.payment_intents(), sim.charges(), sim.events(), sim.requests()) == ([], [], [], [])
    assert create(client).status == "requires_payment_method"


def test_controls_work_over_http(sim: StripeSimulator, client: StripeClient) -> None:
    intent = create(client)
    with httpx.Client(base_url=f"{sim.url}/_sim", timeout=10) as http:
        address = f"/payment_intents/{intent.id}"
        confirm = {"payment_method": "pm_card_threeDSecure2Required"}
        assert http.post(f"{address}/confirm", json=confirm).json()["status"] == "requires_action"
        passed = http.post(f"{address}/authenticate", json={"outcome": "pass"})
        assert passed.json()["status"] == "requires_capture"
        assert http.post(f"{address}/capture", json={"amount": 3000}).json()["amount_received"] == 3000
        assert http.post(f"{address}/cancel").status_code == 400
        assert http.post("/payment_intents/pi_absent/cancel").status_code == 404
        now = http.get("/clock").json()["now"]
        assert http.post("/clock", json={"advance": 100}).json()["now"] >= now + 100
        assert http.post("/clock", json={"set": 1}).status_code == 400
        assert http.post("/faults", json={"kind": "429", "path": ".*"}).json()[0]["kind"] == "429"
        assert http.delete("/faults").json() == {"ok": True}
        assert http.post("/faults", json={"kind": "429", "unknown": 1}).status_code == 400
        assert http.post("/rate_limit", json={"profile": "live"}).json() == {
            "per_second": 100,
            "per_endpoint": 25,
        }
        assert http.post("/webhooks", json={"url": "ftp://example.com"}).status_code == 400
        assert http.post("/webhooks", json={"url": 5}).status_code == 400
        assert http.post("/clock", content=b'{"advance": NaN}').status_code == 400
        assert http.post(f"{address}/refund", json={"amount": -1}).status_code == 400
        assert http.post(f"{address}/capture_before", json={"capture_before": "soon"}).status_code == 400
        assert http.post("/webhooks/mode", json={"mode": "hold"}).json() == {"ok": True}
        assert http.post("/webhooks/wait", json={"timeout": 5}).json() == {"idle": True}
        assert http.get("/state").json()["payment_intents"][0]["status"] == "succeeded"
        assert http.get("/nothing").status_code == 404
        assert http.post("/reset").json() == {"ok": True}
        assert http.get("/payment_intents").json() == []


def test_hostile_requests_get_an_answer(sim: StripeSimulator) -> None:
    with httpx.Client(base_url=sim.url, timeout=10, auth=(SECRET_KEY, "")) as http:
        for body in ("a[", "amount[x]=1&currency=jpy", "amount=1&amount[b]=2", "=", "%ff=1", "[]=1"):
            assert http.post("/v1/payment_intents", content=body).status_code == 400
        assert http.get("/v1/nothing").status_code == 404
        assert http.post("/_sim/clock", content=b"[").status_code == 400
        assert http.get("/v1/payment_intents").status_code == 200


def test_an_unknown_property_cannot_be_expanded(client: StripeClient) -> None:
    intent = create(client)
    with pytest.raises(InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve(intent.id, {"expand": ["amount"]})
    assert refused.value.param == "expand"


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "devkit.stripe_sim", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            assert (ready["ready"], ready["pid"]) == (True, process.pid)
            assert httpx.get(f"{ready['url']}/_sim/health").json() == {"url": ready["url"]}
            taken = [*command[:-1], ready["url"].rpartition(":")[2]]
            refused = subprocess.run(taken, capture_output=True, text=True, check=False, timeout=30)
            assert refused.returncode == 2
            assert "cannot listen" in refused.stderr
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
