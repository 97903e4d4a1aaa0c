"""Webhook delivery: signatures, retries, and its disturbances. Simulator only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stripe import SignatureVerificationError, StripeClient, Webhook

from devkit.stripe_sim import StripeSimulator

from .payment_intents import create, hold
from .webhook_receiver import WebhookReceiver

HELD = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]
DAY = 86_400


@pytest.fixture
def receiver(sim: StripeSimulator) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        sim.add_webhook(receiver.url)
        yield receiver


def test_events_arrive_signed_and_in_order(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    intent = hold(client)
    assert sim.wait_idle(10)
    assert receiver.types() == HELD
    last = receiver.events()[-1]
    assert last.data.object.to_dict() == client.v1.payment_intents.retrieve(intent.id).to_dict()
    assert last.pending_webhooks == 1
    assert last.request is not None
    assert intent.last_response is not None
    assert last.request.id == intent.last_response.request_id
    assert client.v1.events.retrieve(last.id).pending_webhooks == 0


def test_every_rolled_secret_verifies_and_no_other(sim: StripeSimulator, client: StripeClient) -> None:
    with WebhookReceiver() as receiver:
        sim.add_webhook(receiver.url, ["whsec_new", "whsec_old"])
        create(client)
        assert sim.wait_idle(10)
        assert receiver.events("whsec_new")[0].id == receiver.events("whsec_old")[0].id
        with pytest.raises(SignatureVerificationError):
            receiver.events("whsec_other")


def test_a_changed_body_or_an_old_signature_does_not_verify(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    sim.webhooks("normal", signature_offset=-301)
    create(client)
    assert sim.wait_idle(10)
    body, header = receiver.received[0]
    with pytest.raises(SignatureVerificationError, match="tolerance"):
        Webhook.construct_event(body, header, "whsec_kippu_local")
    with pytest.raises(SignatureVerificationError, match="No signatures"):
        Webhook.construct_event(body + b" ", header, "whsec_kippu_local")


def test_a_failed_delivery_is_retried_until_2xx(sim: StripeSimulator, client: StripeClient) -> None:
    with WebhookReceiver(500, 302) as receiver:
        sim.add_webhook(receiver.url)
        create(client)
        assert sim.wait_idle(10)
        assert receiver.types() == ["payment_intent.created"] * 3
    (delivery,) = sim.deliveries()
    assert (delivery["state"], delivery["statuses"]) == ("delivered", [500, 302, 200])


def test_duplicates_are_copies_of_one_event(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    sim.webhooks("duplicate", copies=3)
    create(client)
    assert sim.wait_idle(10)
    assert len(receiver.received) == 3
    assert len({event.id for event in receiver.events()}) == 1


def test_held_events_are_released_in_the_order_asked_for(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    sim.webhooks("hold")
    hold(client)
    assert sim.wait_idle(10)
    assert receiver.received == []
    assert sim.release("reversed") == 3
    assert sim.wait_idle(10)
    assert receiver.types() == HELD[::-1]


def test_a_shuffle_is_repeatable_by_its_seed(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    orders = []
    for seed in (1, 1, 2):
        sim.webhooks("hold")
        made = [create(client).id for _ in range(8)]
        sim.release("shuffled", seed)
        assert sim.wait_idle(10)
        arrived = [event.data.object.id for event in receiver.events()][-8:]
        orders.append([made.index(intent) for intent in arrived])
    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != sorted(orders[0])


def test_shuffle_mode_loses_nothing(sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver) -> None:
    sim.webhooks("shuffle", seed=7, spread=0.1)
    for _ in range(10):
        create(client)
    assert sim.wait_idle(10)
    assert sorted(event.id for event in receiver.events()) == sorted(event["id"] for event in sim.events())


def test_an_outage_leaves_events_undelivered_and_listed(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    sim.webhooks("outage")
    create(client)
    assert sim.wait_idle(10)
    assert receiver.received == []
    (missed,) = client.v1.events.list({"delivery_success": False}).data
    assert (missed.type, missed.pending_webhooks) == ("payment_intent.created", 1)
    sim.webhooks("normal")
    assert sim.wait_idle(10)
    assert receiver.types() == ["payment_intent.created"]
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert [event.id for event in client.v1.events.list({"delivery_success": True}).data] == [missed.id]


def test_after_three_days_of_outage_only_list_events_has_them(
    sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver
) -> None:
    sim.webhooks("outage")
    create(client)
    assert sim.wait_idle(10)
    sim.advance(3 * DAY + 1)
    sim.webhooks("normal")
    assert sim.wait_idle(10)
    assert receiver.received == []
    assert [event.type for event in client.v1.events.list({"delivery_success": False}).data] == [
        "payment_intent.created"
    ]
    assert sim.flush() == 1
    assert sim.wait_idle(10)
    assert receiver.types() == ["payment_intent.created"]


def test_an_event_can_be_sent_again(sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver) -> None:
    create(client)
    sim.redeliver(sim.events()[0]["id"], times=2)
    assert sim.wait_idle(10)
    assert len(receiver.received) == 3
    assert len({body for body, _ in receiver.received}) == 1


def test_a_removed_endpoint_gets_nothing(sim: StripeSimulator, client: StripeClient, receiver: WebhookReceiver) -> None:
    create(client)
    assert sim.wait_idle(10)
    sim.remove_webhooks()
    create(client)
    assert sim.wait_idle(10)
    assert len(receiver.received) == 1
    assert sim.events()[-1]["pending_webhooks"] == 0


def test_the_receiver_may_call_back_while_it_is_being_called(sim: StripeSimulator, client: StripeClient) -> None:
    seen: list[str] = []

    class CallingBack(WebhookReceiver):
        def _take(self, body: bytes, header: str) -> int:
            status = super()._take(body, header)
            event = self.events()[-1]
            if event.type == "payment_intent.amount_capturable_updated":
                seen.append(client.v1.payment_intents.retrieve(event.data.object.id).status)
            return status

    with CallingBack() as receiver:
        sim.add_webhook(receiver.url)
        hold(client)
        assert sim.wait_idle(10)
    assert seen == ["requires_capture"]
