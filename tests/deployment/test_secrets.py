"""Without its secrets a function refuses to work, and nothing changes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud import firestore

from devkit.client import CallableError
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from tests.support.documents import changed, snapshot

pytestmark = pytest.mark.usefixtures("clean")
BLANK = ["", "  ", "\n"]


class Sold:
    """A ticket taken to `status` while the secrets were there."""

    def __init__(self, api: InProcessFunctions, simulator: StripeSimulator, status: str) -> None:
        bought = api.call("createPaymentIntent", {"imecon_id": "imecon-1"}, uid="u1")
        self.payment, self.room = bought["payment_intent_id"], bought["ticket_id"]
        if status == "pending":
            return
        simulator.confirm(self.payment, payment_method="pm_card_visa")
        if status == "held":
            return
        code = api.call("confirmTicket", {"payment_intent_id": self.payment}, uid="u1")["ticket_code"]
        api.call("redeemTicketCode", {"ticket_code": code}, uid="u1")
        if status == "active":
            api.call("answerConsultation", {"chat_room_id": self.room, "accept": True}, uid="imecon-1")


Data = Callable[[Sold], dict[str, Any]]
# function, its caller, the ticket's status before, its data
CALLS: list[tuple[str, str, str | None, Data]] = [
    ("createPaymentIntent", "u1", None, lambda _: {"imecon_id": "imecon-1"}),
    ("createPaymentIntent", "u1", "pending", lambda _: {"imecon_id": "imecon-1"}),
    ("confirmTicket", "u1", "held", lambda sold: {"payment_intent_id": sold.payment}),
    ("answerConsultation", "imecon-1", "used", lambda sold: {"chat_room_id": sold.room, "accept": False}),
    ("endConsultation", "u1", "active", lambda sold: {"chat_room_id": sold.room}),
    ("capturePaymentIntent", "imecon-1", "active", lambda sold: {"payment_intent_id": sold.payment}),
    ("cancelPaymentIntent", "u1", "used", lambda sold: {"payment_intent_id": sold.payment}),
]


@pytest.mark.parametrize("blank", BLANK[:2], ids=["empty", "spaces"])
@pytest.mark.parametrize(("name", "uid", "status", "data"), CALLS, ids=[f"{c[0]}-{c[2]}" for c in CALLS])
def test_a_callable_without_its_key_says_so_and_changes_nothing(
    api: InProcessFunctions,
    simulator: StripeSimulator,
    db: firestore.Client,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    uid: str,
    status: str | None,
    data: Data,
    blank: str,
) -> None:
    sold: Any = Sold(api, simulator, status) if status else None
    before, intents = snapshot(db), simulator.payment_intents()
    with monkeypatch.context() as patch:
        patch.setenv("STRIPE_SECRET_KEY", blank)
        with pytest.raises(CallableError) as caught:
            api.call(name, data(sold), uid=uid)
    assert (caught.value.http, caught.value.reason) == (500, "NOT_CONFIGURED")
    assert changed(before, snapshot(db)) == []
    assert simulator.payment_intents() == intents
    # Control: with the key the very same call works and leaves its mark.
    assert api.call(name, data(sold), uid=uid)["ok"] is True
    assert changed(before, snapshot(db)) or status == "pending"


@pytest.mark.parametrize("blank", [*BLANK, ",", " , "])
@pytest.mark.parametrize("secret", ["STRIPE_WEBHOOK_SECRETS", "STRIPE_SECRET_KEY"])
def test_the_webhook_without_a_secret_believes_nobody(
    api: InProcessFunctions,
    simulator: StripeSimulator,
    db: firestore.Client,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    blank: str,
) -> None:
    Sold(api, simulator, "held")
    event = simulator.events()[-1]
    before = snapshot(db)
    # Signed with the right secret, and with the empty one an unbound secret would be.
    for key in ("whsec_kippu_local", "", blank):
        with monkeypatch.context() as patch:
            patch.setenv(secret, blank)
            assert _post(api, event, key) in ((400, 500) if "," in blank else (500,))
    assert changed(before, snapshot(db)) == []
    assert _post(api, event, "whsec_kippu_local") == 200
    assert changed(before, snapshot(db))


KEY = base64.b64encode(b"a key that nobody must see in a log").decode()
SHORT = base64.b64encode(b"a short key").decode()
UNUSABLE_KEYS = {
    "empty": "",
    "spaces": "  ",
    "not JSON": f"{{'kid': '{KEY}'}}",
    "the key alone": KEY,
    "no keys": "{}",
    "a short key": json.dumps({"kid": SHORT, "other": KEY}),
    "not base64": json.dumps({"kid": f"{KEY}!"}),
    "a key id twice": f'{{"kid": "{KEY}", "kid": "{KEY}"}}',
    "a path as key id": json.dumps({f"../{KEY}": KEY}),
}


@pytest.mark.parametrize("name", UNUSABLE_KEYS)
def test_without_usable_keys_no_code_is_shown_or_read_and_no_key_is_logged(
    api: InProcessFunctions,
    db: firestore.Client,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
) -> None:
    token = api.call("issueSecureQR", {"type": "user_point_earn"}, uid="u1")["token"]
    calls = [
        ("issueSecureQR", {"type": "user_point_earn"}, "u1"),
        ("verifySecureQR", {"token": token, "readerId": "store-1"}, "staff-1"),
    ]
    before = snapshot(db)
    for function, data, uid in calls:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.setenv("QR_SIGNING_KEYS", UNUSABLE_KEYS[name])
            with pytest.raises(CallableError) as caught:
                api.call(function, data, uid=uid)
        assert (caught.value.http, caught.value.reason) == (500, "NOT_CONFIGURED")
        written = "".join(capfd.readouterr())
        assert '"reason": "NOT_CONFIGURED"' in written
        # What a key that is configured lacks is said, for whoever has to mend it.
        assert ('"qr keys unusable"' in written) is bool(UNUSABLE_KEYS[name].strip())
        assert not [secret for secret in (KEY, SHORT, token) if secret in written + str(caught.value.details)]
    assert changed(before, snapshot(db)) == []
    # Control: with the keys the very same calls work.
    assert all(api.call(function, data, uid=uid)["ok"] is True for function, data, uid in calls)
    assert changed(before, snapshot(db))


def _post(api: InProcessFunctions, event: dict[str, Any], secret: str) -> int:
    payload, stamp = json.dumps(event), int(time.time())
    signature = hmac.new(secret.encode(), f"{stamp}.{payload}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={stamp},v1={signature}", "Content-Type": "application/json"}
    return api.post("stripeWebhook", payload, headers).status_code
