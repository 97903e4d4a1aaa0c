"""stripeWebhook: what Stripe did not sign changes nothing, what is not ours is recorded, what fails is retried."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from devkit import local
from devkit.inprocess import InProcessFunctions
from tests.support.busy import every_commit_loses
from tests.support.calls import Json
from tests.support.concurrency import at_once
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.stripe_side import HOLD_PLACED, body_of, signature, v1

OTHER = "whsec_not_ours"
Hold = tuple[Consultation, Json]


@pytest.fixture
def hold(driver: Driver) -> Hold:
    """A hold Stripe tells of and nobody has settled."""
    consultation = driver.paid()
    (event,) = driver.events(consultation, HOLD_PLACED)
    return consultation, event


def test_what_stripe_signed_is_settled_and_recorded(driver: Driver, hold: Hold) -> None:
    consultation, event = hold
    assert driver.deliver(event) == 200
    assert driver.ticket(consultation)["status"] == "authorized"
    line = driver.document(f"stripe_events/{event['id']}")
    assert (line["type"], line["outcome"], line["created"].timestamp()) == (HOLD_PLACED, "settled", event["created"])
    assert line["expireAt"] > line["received_at"]
    driver.agrees()


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
def test_a_signature_that_is_not_good_changes_nothing(driver: Driver, hold: Hold, flaw: str) -> None:
    body = body_of(hold[1])
    before, asked = driver.everything(), len(driver.simulator.requests())
    assert driver.post_event(body, bad_headers(body)[flaw]).status_code == 400
    assert driver.everything() == before
    assert len(driver.simulator.requests()) == asked


def test_a_body_longer_than_any_event_is_refused_unread(driver: Driver, hold: Hold) -> None:
    body = body_of(hold[1])
    assert driver.post_event(body.ljust(1024 * 1024 + 1), signature(body.ljust(1024 * 1024 + 1))).status_code == 400
    assert driver.ticket(hold[0])["status"] == "pending_payment"
    assert driver.post_event(body.ljust(1024 * 1024), signature(body.ljust(1024 * 1024))).status_code == 200


def test_a_body_encoded_again_is_refused_though_it_means_the_same(driver: Driver, hold: Hold) -> None:
    body = body_of(hold[1])
    before = driver.everything()
    again = json.dumps(json.loads(body), separators=(",", ":")).encode()
    assert driver.post_event(again, signature(body)).status_code == 400
    assert driver.everything() == before


def test_one_good_signature_among_several_is_enough(driver: Driver, hold: Hold) -> None:
    """Stripe signs with both secrets while one of them is rolled."""
    body = body_of(hold[1])
    assert driver.post_event(body, signature(body, OTHER, local.WEBHOOK_SECRET)).status_code == 200
    assert driver.ticket(hold[0])["status"] == "authorized"
    driver.agrees()


@pytest.mark.parametrize(("secret", "status"), [("whsec_old", 200), ("whsec_new", 200), (local.WEBHOOK_SECRET, 400)])
def test_while_a_secret_is_rotated_the_old_and_the_new_one_work(
    driver: Driver, hold: Hold, monkeypatch: pytest.MonkeyPatch, secret: str, status: int
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", " whsec_old, whsec_new,")
    body = body_of(hold[1])
    assert driver.post_event(body, signature(body, secret)).status_code == status
    assert driver.ticket(hold[0])["status"] == ("authorized" if status == 200 else "pending_payment")


@pytest.mark.parametrize("secrets", ["", "  ", ","])
def test_without_a_secret_nothing_is_believed(
    driver: Driver, hold: Hold, monkeypatch: pytest.MonkeyPatch, secrets: str
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", secrets)
    body = body_of(hold[1])
    before = driver.everything()
    for secret in (local.WEBHOOK_SECRET, "empty"):
        assert driver.post_event(body, signature(body, secret)).status_code in (400, 500)
    assert driver.everything() == before


def changed(event: Json, **fields: object) -> Json:
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
    driver: Driver, hold: Hold, change: dict[str, object], outcome: str
) -> None:
    event = changed(hold[1], **change)
    before = driver.everything()
    assert [driver.deliver(event), driver.deliver(event)] == [200, 200]
    after = driver.everything()
    assert after.pop(f"stripe_events/{event['id']}")["outcome"] == outcome
    assert after == before


def test_a_payment_intent_of_somebody_else_is_recorded_and_left_alone(driver: Driver, hold: Hold) -> None:
    event = json.loads(body_of(hold[1]))
    event["data"]["object"].update(id="pi_3foreign", metadata={"order": "7"})
    before = driver.everything()
    assert driver.deliver(event) == 200
    after = driver.everything()
    assert after.pop(f"stripe_events/{event['id']}")["outcome"] == "ignored_foreign"
    assert after == before


def test_when_stripe_fails_us_it_delivers_again(driver: Driver, hold: Hold) -> None:
    consultation, event = hold
    driver.lose_call("drop_before", f".*/{consultation.payment}", "GET")
    before = driver.everything()
    assert driver.deliver(event) == 500
    assert driver.everything() == before
    assert driver.deliver(event) == 200
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()


@pytest.mark.timeout(30)
def test_when_firestore_fails_us_stripe_delivers_again(
    driver: Driver, hold: Hold, without_firestore: Callable[[], None]
) -> None:
    consultation, event = hold
    before = driver.everything()
    assert driver.deliver(event) == 500
    without_firestore()
    assert driver.everything() == before
    assert driver.deliver(event) == 200
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()


def test_thirty_copies_at_once_are_settled_once(driver: Driver, hold: Hold) -> None:
    consultation, event = hold
    assert set(at_once([lambda: driver.deliver(event)] * 30)) == {200}
    assert driver.ticket(consultation)["status"] == "authorized"
    assert driver.count("ticket_codes") == driver.count("stripe_events") == 1
    driver.agrees()


def test_only_posts_are_events(driver: Driver, api: InProcessFunctions, hold: Hold) -> None:
    body = body_of(hold[1])
    answer = api.app.test_client().get(
        local.function_url("", local.WEBHOOK), data=body, headers={"Stripe-Signature": signature(body)}
    )
    assert answer.status_code == 400
    assert driver.count("stripe_events") == 0


def test_a_busy_ticket_postpones_the_webhook_and_raises_no_alarm(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    consultation = driver.held()
    capfd.readouterr()
    with monkeypatch.context() as busy:
        every_commit_loses(busy)
        assert driver.deliver(*driver.events(consultation)) == 500
    said = capfd.readouterr()
    assert "webhook postponed" in said.out
    assert said.err == ""


def recorded(driver: Driver, event: Json) -> str:
    return str(driver.document(f"stripe_events/{event['id']}").get("outcome"))


def about_a_charge(hold: Hold, type_: str, payment: str | None, metadata: Json) -> Json:
    """An event of a charge, as it is told."""
    _, event = hold
    charge = {"id": "ch_1", "object": "charge", "payment_intent": payment, "metadata": metadata}
    return {**event, "id": "evt_charge", "type": type_, "data": {"object": charge}}


def test_a_charge_of_ours_without_a_payment_is_of_no_interest(driver: Driver, hold: Hold) -> None:
    event = about_a_charge(hold, "charge.refunded", None, {"project": local.PROJECT})
    assert driver.deliver(event) == 200
    assert recorded(driver, event) == "ignored_type"


def test_a_payment_that_this_account_does_not_have_is_anothers(driver: Driver, hold: Hold) -> None:
    event = about_a_charge(hold, "charge.refunded", "pi_unknown", {})
    assert driver.deliver(event) == 200
    assert recorded(driver, event) == "ignored_foreign"


def test_a_type_that_nobody_follows_asks_nothing_of_stripe(driver: Driver, hold: Hold) -> None:
    consultation, _ = hold
    event = about_a_charge(hold, "charge.updated", consultation.payment, {})
    asked = len(driver.simulator.requests())
    assert driver.deliver(event) == 200
    assert (recorded(driver, event), len(driver.simulator.requests())) == ("ignored_type", asked)


@pytest.mark.parametrize(
    "edit", [{"terms": "30 minutes"}, {"terms": "[]"}, {"terms": '{"hold_hours":"x"}'}, {"ticket_type": ""}]
)
def test_metadata_that_others_edited_stops_no_payment(driver: Driver, hold: Hold, edit: dict[str, str]) -> None:
    consultation, event = hold
    fields = event["data"]["object"]
    edited = {**event, "data": {"object": {**fields, "metadata": {**fields["metadata"], **edit}}}}
    assert driver.deliver(edited) == 200
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()
