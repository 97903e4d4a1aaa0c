"""stripeWebhook: what Stripe did not sign changes nothing, what is not ours is recorded, what fails is retried."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from devkit import local
from tests.integration.shop import Deal, Shop
from tests.integration.stripe_events import Event, body_of, deliver, events_of, post, signature, v1
from tests.support.concurrency import at_once

HOLD = "payment_intent.amount_capturable_updated"
OTHER = "whsec_not_ours"


@pytest.fixture
def hold(shop: Shop) -> tuple[Deal, Event]:
    """A hold Stripe tells of and nobody has settled."""
    deal = shop.bought()
    shop.simulator.confirm(deal.payment)
    (event,) = events_of(shop, deal, HOLD)
    return deal, event


def test_what_stripe_signed_is_settled_and_recorded(shop: Shop, hold: tuple[Deal, Event]) -> None:
    deal, event = hold
    assert deliver(shop, event) == 200
    assert shop.ticket(deal)["status"] == "authorized"
    line = shop.document(f"stripe_events/{event['id']}")
    assert (line["type"], line["outcome"], line["created"].timestamp()) == (HOLD, "settled", event["created"])
    assert line["expireAt"] > line["received_at"]
    shop.agrees()


def bad_headers(body: bytes) -> dict[str, str | None]:
    """Signatures of the body that must not be believed, by what is wrong with them."""
    now = int(time.time())
    return {
        "missing": None,
        "empty": "",
        "blank parts": "t=,v1=",
        "nonsense": "nonsense",
        "other secret": signature(body, OTHER),
        "several of other secrets": signature(body, OTHER, "whsec_other_still"),
        "several guesses": f"t={now},v1={'0' * 64},v1={'f' * 64}",
        "stale": signature(body, age=301),
        "from the future": signature(body, age=-310),
        "of another body": signature(body + b" "),
        "no timestamp": v1(body, now),
        "no signature": f"t={now}",
        "two timestamps": f"t={now - 400},t={now},{v1(body, now - 400)}",
        "moved timestamp": f"t={now + 100},{v1(body, now)}",
        "fractional timestamp": f"t={now}.0,{v1(body, now)}",
        "timestamp of 5,000 digits": f"t={'9' * 5_000},{v1(body, now)}",
        "timestamp of other digits": f"t={'٣' * 10},{v1(body, now)}",
        "not ASCII": f"t={now},v1=é",
        "another scheme": f"t={now},{v1(body, now).replace('v1=', 'v0=')}",
    }


@pytest.mark.parametrize("flaw", bad_headers(b""))
def test_a_signature_that_is_not_good_changes_nothing(shop: Shop, hold: tuple[Deal, Event], flaw: str) -> None:
    body = body_of(hold[1])
    before, asked = shop.everything(), len(shop.simulator.requests())
    assert post(shop, body, bad_headers(body)[flaw]) == 400
    assert shop.everything() == before
    assert len(shop.simulator.requests()) == asked


def test_a_body_longer_than_any_event_is_refused_unread(shop: Shop, hold: tuple[Deal, Event]) -> None:
    body = body_of(hold[1])
    assert post(shop, body.ljust(1024 * 1024 + 1), signature(body.ljust(1024 * 1024 + 1))) == 400
    assert shop.ticket(hold[0])["status"] == "pending_payment"
    assert post(shop, body.ljust(1024 * 1024), signature(body.ljust(1024 * 1024))) == 200


def test_a_body_encoded_again_is_refused_though_it_means_the_same(shop: Shop, hold: tuple[Deal, Event]) -> None:
    body = body_of(hold[1])
    before = shop.everything()
    again = json.dumps(json.loads(body), separators=(",", ":")).encode()
    assert post(shop, again, signature(body)) == 400
    assert shop.everything() == before


def test_one_good_signature_among_several_is_enough(shop: Shop, hold: tuple[Deal, Event]) -> None:
    """Stripe signs with both secrets while one of them is rolled."""
    body = body_of(hold[1])
    assert post(shop, body, signature(body, OTHER, local.WEBHOOK_SECRET)) == 200
    assert shop.ticket(hold[0])["status"] == "authorized"
    shop.agrees()


@pytest.mark.parametrize(("secret", "status"), [("whsec_old", 200), ("whsec_new", 200), (local.WEBHOOK_SECRET, 400)])
def test_while_a_secret_is_rotated_the_old_and_the_new_one_work(
    shop: Shop, hold: tuple[Deal, Event], monkeypatch: pytest.MonkeyPatch, secret: str, status: int
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", " whsec_old, whsec_new,")
    body = body_of(hold[1])
    assert post(shop, body, signature(body, secret)) == status
    assert shop.ticket(hold[0])["status"] == ("authorized" if status == 200 else "pending_payment")


@pytest.mark.parametrize("secrets", ["", "  ", ","])
def test_without_a_secret_nothing_is_believed(
    shop: Shop, hold: tuple[Deal, Event], monkeypatch: pytest.MonkeyPatch, secrets: str
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", secrets)
    body = body_of(hold[1])
    before = shop.everything()
    for secret in (local.WEBHOOK_SECRET, "empty"):
        assert post(shop, body, signature(body, secret)) in (400, 500)
    assert shop.everything() == before


def changed(event: Event, **fields: object) -> Event:
    return {**event, **fields}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"type": "payment_intent.never_heard_of"}, "ignored_type"),
        ({"type": "customer.created"}, "ignored_type"),
        ({"livemode": True}, "ignored_mode"),
    ],
)
def test_what_we_do_not_follow_is_recorded_and_changes_nothing_else(
    shop: Shop, hold: tuple[Deal, Event], change: dict[str, object], outcome: str
) -> None:
    event = changed(hold[1], **change)
    before = shop.everything()
    assert [deliver(shop, event), deliver(shop, event)] == [200, 200]
    after = shop.everything()
    assert after.pop(f"stripe_events/{event['id']}")["outcome"] == outcome
    assert after == before


def test_a_payment_intent_of_somebody_else_is_recorded_and_left_alone(shop: Shop, hold: tuple[Deal, Event]) -> None:
    event = json.loads(body_of(hold[1]))
    event["data"]["object"].update(id="pi_3foreign", metadata={"order": "7"})
    before = shop.everything()
    assert deliver(shop, event) == 200
    after = shop.everything()
    assert after.pop(f"stripe_events/{event['id']}")["outcome"] == "ignored_foreign"
    assert after == before


def test_when_stripe_fails_us_it_delivers_again(shop: Shop, hold: tuple[Deal, Event]) -> None:
    deal, event = hold
    shop.lose_call("drop_before", f".*/{deal.payment}", "GET")
    before = shop.everything()
    assert deliver(shop, event) == 500
    assert shop.everything() == before
    assert deliver(shop, event) == 200
    assert shop.ticket(deal)["status"] == "authorized"
    shop.agrees()


@pytest.mark.timeout(30)
def test_when_firestore_fails_us_stripe_delivers_again(
    shop: Shop, hold: tuple[Deal, Event], without_firestore: Callable[[], None]
) -> None:
    deal, event = hold
    before = shop.everything()
    assert deliver(shop, event) == 500
    without_firestore()
    assert shop.everything() == before
    assert deliver(shop, event) == 200
    assert shop.ticket(deal)["status"] == "authorized"
    shop.agrees()


def test_thirty_copies_at_once_are_settled_once(shop: Shop, hold: tuple[Deal, Event]) -> None:
    deal, event = hold
    assert set(at_once([lambda: deliver(shop, event)] * 30)) == {200}
    assert shop.ticket(deal)["status"] == "authorized"
    assert shop.count("ticket_codes") == shop.count("stripe_events") == 1
    shop.agrees()


def test_only_posts_are_events(shop: Shop, hold: tuple[Deal, Event]) -> None:
    body = body_of(hold[1])
    answer = shop.api.app.test_client().get(
        local.function_url("", local.WEBHOOK), data=body, headers={"Stripe-Signature": signature(body)}
    )
    assert answer.status_code == 400
    assert shop.count("stripe_events") == 0
