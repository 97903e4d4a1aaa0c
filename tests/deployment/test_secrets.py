"""Without its secrets a function refuses to work, and nothing changes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from common.environment import is_local_secret
from common.errors import Refusal
from common.params import STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS, required
from devkit import local
from tests.support.calls import refused
from tests.support.consultations import Consultation
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.stripe_side import body_of, signature

BLANK = ["", "  ", "\n"]
CALLS: dict[str, tuple[Callable[[Driver], Consultation], Callable[[Driver, Consultation], Any]]] = {
    "createPaymentIntent-new": (lambda _: Consultation("buyer"), Driver.order),
    "createPaymentIntent-unpaid": (Driver.bought, Driver.order),
    "confirmTicket-paid": (Driver.paid, Driver.confirm),
    "redeemTicketCode-held": (Driver.held, Driver.redeem),
    "answerConsultation-used": (Driver.used, lambda driver, sold: driver.answer(sold, accept=False)),
    "endConsultation-active": (Driver.active, Driver.end),
    "capturePaymentIntent-active": (Driver.active, Driver.capture),
    "cancelPaymentIntent-used": (Driver.used, Driver.cancel),
}
"""What comes before, while the secrets are there, and the call that lacks them."""


@pytest.mark.parametrize("blank", BLANK[:2], ids=["empty", "spaces"])
@pytest.mark.parametrize("name", CALLS)
def test_a_callable_without_its_key_says_so_and_changes_nothing(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, name: str, blank: str
) -> None:
    prepare, call = CALLS[name]
    consultation = prepare(driver)
    before, intents = snapshot(driver.db), driver.simulator.payment_intents()
    with monkeypatch.context() as patch:
        patch.setenv("STRIPE_SECRET_KEY", blank)
        with refused("NOT_CONFIGURED") as caught:
            call(driver, consultation)
    assert caught.value.http == 500
    assert changed(before, snapshot(driver.db)) == []
    assert driver.simulator.payment_intents() == intents
    # Control: with the key the very same call works and leaves its mark.
    assert call(driver, consultation)["ok"] is True
    assert changed(before, snapshot(driver.db)) or name == "createPaymentIntent-unpaid"


@pytest.mark.parametrize("blank", [*BLANK, ",", " , "])
@pytest.mark.parametrize("secret", ["STRIPE_WEBHOOK_SECRETS", "STRIPE_SECRET_KEY"])
def test_the_webhook_without_a_secret_believes_nobody(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, secret: str, blank: str
) -> None:
    driver.paid()
    body = body_of(driver.simulator.events()[-1])
    before = snapshot(driver.db)
    # Signed with the right secret, and with the empty one an unbound secret would be.
    for key in (local.WEBHOOK_SECRET, "", blank):
        with monkeypatch.context() as patch:
            patch.setenv(secret, blank)
            answer = driver.post_event(body, signature(body, key))
            assert answer.status_code in ((400, 500) if "," in blank else (500,))
    assert changed(before, snapshot(driver.db)) == []
    assert driver.deliver(driver.simulator.events()[-1]) == 200
    assert changed(before, snapshot(driver.db))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_SECRET_KEY", local.STRIPE_KEY),
        ("STRIPE_WEBHOOK_SECRETS", local.WEBHOOK_SECRET),
        ("STRIPE_WEBHOOK_SECRETS", f"whsec_of_our_own, {local.WEBHOOK_SECRET}"),
    ],
)
def test_a_deployed_function_takes_no_secret_of_the_local_stack(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    secret = {it.name: it for it in (STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS)}[name]
    monkeypatch.setenv(name, value)
    assert required(secret) == value
    monkeypatch.setenv("K_SERVICE", "stripewebhook")
    # firebase-tools' emulator sets K_SERVICE too.
    assert required(secret) == value
    monkeypatch.delenv("FUNCTIONS_EMULATOR")
    with pytest.raises(Refusal, match="NOT_CONFIGURED"):
        required(secret)
    monkeypatch.setenv(name, "of_our_own")
    assert required(secret) == "of_our_own"


def test_every_secret_of_the_local_stack_is_known_as_one() -> None:
    keys = [base64.b64decode(key).decode() for key in local.QR_KEYS.values()]
    assert all(map(is_local_secret, [local.STRIPE_KEY, local.WEBHOOK_SECRET, *keys]))


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
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    token = driver.show_code("u1")
    calls = [
        ("issueSecureQR", {"type": "user_point_earn"}, "u1"),
        ("verifySecureQR", {"token": token, "readerId": "store-1"}, "staff-1"),
    ]
    before = snapshot(driver.db)
    for function, data, uid in calls:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.setenv("QR_SIGNING_KEYS", UNUSABLE_KEYS[name])
            with refused("NOT_CONFIGURED") as caught:
                driver.call(function, data, uid)
        assert caught.value.http == 500
        written = "".join(capfd.readouterr())
        assert '"reason": "NOT_CONFIGURED"' in written
        # What a key that is configured lacks is said, for whoever has to mend it.
        assert ('"qr keys unusable"' in written) is bool(UNUSABLE_KEYS[name].strip())
        assert not [secret for secret in (KEY, SHORT, token) if secret in written + str(caught.value.details)]
    assert changed(before, snapshot(driver.db)) == []
    # Control: with the keys the very same calls work.
    assert all(driver.call(function, data, uid)["ok"] is True for function, data, uid in calls)
    assert changed(before, snapshot(driver.db))
