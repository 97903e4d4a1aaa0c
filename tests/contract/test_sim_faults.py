"""Injected faults, limits and idempotency under them. Simulator only."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from stripe import APIConnectionError, APIError, RateLimitError, StripeClient

from devkit.stripe_sim import StripeSimulator

from .payment_intents import SECRET_KEY, create, error_of, hold, intent_params

CREATE = r"/v1/payment_intents"


def test_drop_before_leaves_no_effect(sim: StripeSimulator, client: StripeClient) -> None:
    sim.fault("drop_before", method="POST", path=CREATE)
    with pytest.raises(APIConnectionError):
        create(client)
    assert sim.payment_intents() == []
    create(client)
    assert len(sim.payment_intents()) == 1


def test_drop_after_loses_only_the_answer(sim: StripeSimulator, client: StripeClient) -> None:
    sim.fault("drop_after", method="POST", path=CREATE)
    params = intent_params()
    with pytest.raises(APIConnectionError):
        client.v1.payment_intents.create(params, {"idempotency_key": "k"})
    (made,) = sim.payment_intents()
    again = client.v1.payment_intents.create(params, {"idempotency_key": "k"})
    assert again.id == made["id"]
    assert len(sim.payment_intents()) == 1
    assert [(entry["status"], entry["fault"], entry["replayed"]) for entry in sim.requests()] == [
        (None, "drop_after", False),
        (200, None, True),
    ]


def test_drop_after_can_also_lose_the_replay(sim: StripeSimulator) -> None:
    retrying = StripeClient(SECRET_KEY, base_addresses={"api": sim.url}, max_network_retries=2)
    sim.fault("drop_after", path=CREATE, times=3)
    with pytest.raises(APIConnectionError):
        create(retrying)
    assert len(sim.payment_intents()) == 1
    assert len(sim.requests()) == 3


def test_the_sdk_s_own_retry_survives_a_drop(sim: StripeSimulator) -> None:
    retrying = StripeClient(SECRET_KEY, base_addresses={"api": sim.url}, max_network_retries=1)
    sim.fault("drop_after", path=CREATE)
    intent = create(retrying)
    assert [made["id"] for made in sim.payment_intents()] == [intent.id]


def test_a_dropped_connection_is_really_closed(sim: StripeSimulator) -> None:
    sim.fault("drop_before")
    connection = http.client.HTTPConnection(urlsplit(sim.url).netloc, timeout=10)
    connection.request("GET", CREATE, headers={"Authorization": f"Bearer {SECRET_KEY}"})
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize(("kind", "code"), [("429", "rate_limit"), ("lock_timeout", "lock_timeout")])
def test_429_is_not_saved(sim: StripeSimulator, client: StripeClient, kind: str, code: str) -> None:
    sim.fault(kind, path=CREATE)
    params = intent_params()
    with pytest.raises(RateLimitError) as limited:
        client.v1.payment_intents.create(params, {"idempotency_key": "k"})
    assert error_of(limited).code == code
    assert client.v1.payment_intents.create(params, {"idempotency_key": "k"}).amount == 5000


def test_a_lock_timeout_is_retried_by_the_sdk(sim: StripeSimulator) -> None:
    retrying = StripeClient(SECRET_KEY, base_addresses={"api": sim.url}, max_network_retries=1)
    sim.fault("lock_timeout", path=CREATE)
    assert create(retrying).amount == 5000


@pytest.mark.parametrize(("kind", "made"), [("500", 0), ("500_after", 1)])
def test_500_is_saved_with_or_without_its_effect(
    sim: StripeSimulator, client: StripeClient, kind: str, made: int
) -> None:
    sim.fault(kind, path=CREATE)
    params = intent_params()
    for _ in range(2):
        with pytest.raises(APIError) as failed:
            client.v1.payment_intents.create(params, {"idempotency_key": "k"})
        assert failed.value.http_status == 500
    assert failed.value.headers is not None
    assert failed.value.headers["idempotent-replayed"] == "true"
    assert len(sim.payment_intents()) == made
    assert client.v1.payment_intents.create(params, {"idempotency_key": "k2"}).amount == 5000


def test_a_running_request_holds_its_key(sim: StripeSimulator, client: StripeClient) -> None:
    sim.fault("delay", path=CREATE, seconds=60)
    params = intent_params()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.v1.payment_intents.create, params, {"idempotency_key": "k"})
        deadline = time.monotonic() + 30
        while not any(entry["fault"] == "delay" for entry in sim.requests()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert client.v1.payment_intents.list().data == []
        with pytest.raises(APIError) as conflict:
            client.v1.payment_intents.create(params, {"idempotency_key": "k"})
        assert (conflict.value.http_status, error_of(conflict).code) == (409, "idempotency_key_in_use")
        sim.clear_faults()
        first = running.result()
    assert client.v1.payment_intents.create(params, {"idempotency_key": "k"}).id == first.id


def test_a_key_is_forgotten_after_24_hours(sim: StripeSimulator, client: StripeClient) -> None:
    params = intent_params()
    first = client.v1.payment_intents.create(params, {"idempotency_key": "k"})
    sim.advance(24 * 3600 - 60)
    assert client.v1.payment_intents.create(params, {"idempotency_key": "k"}).id == first.id
    sim.advance(120)
    assert client.v1.payment_intents.create(params, {"idempotency_key": "k"}).id != first.id


def test_rules_choose_by_method_path_count_and_skip(sim: StripeSimulator, client: StripeClient) -> None:
    sim.fault("429", method="POST", path=r"/v1/payment_intents/[^/]+/capture", times=2, skip=1)
    assert client.v1.payment_intents.capture(hold(client).id).status == "succeeded"
    intent = hold(client)
    for _ in range(2):
        with pytest.raises(RateLimitError):
            client.v1.payment_intents.capture(intent.id)
    assert client.v1.payment_intents.capture(intent.id).status == "succeeded"
    assert sim.faults() == []


@pytest.mark.parametrize("rule", [{"kind": "explode"}, {"kind": "429", "path": "("}, {"kind": "delay"}])
def test_a_rule_that_could_never_act_is_refused(sim: StripeSimulator, rule: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"kind|expression|seconds"):
        sim.fault(**rule)  # type: ignore[arg-type]


def test_the_rate_limit_counts_requests_per_second(sim: StripeSimulator, client: StripeClient) -> None:
    assert sim.rate_limit("sandbox") == {"per_second": 25, "per_endpoint": 25}
    sim.rate_limit(per_second=5)
    with pytest.raises(RateLimitError) as limited:
        _list_often(client)
    assert error_of(limited).code == "rate_limit"
    sim.rate_limit("off")
    assert client.v1.payment_intents.list().data == []


def _list_often(client: StripeClient) -> None:
    for _ in range(1000):
        client.v1.payment_intents.list()
