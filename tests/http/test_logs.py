"""Nothing that opens a door is ever logged: client secrets, ticket codes, tokens, keys, card numbers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from devkit import local
from devkit.client import CallableError, call_headers, id_token
from devkit.stack import Stack
from tests.http.client import HttpClient
from tests.http.honest_requests import honest_requests
from tests.http.hostile_requests import USUAL_CALLER
from tests.support.driver import Driver
from tests.support.points import STORE, staff_of

CARD = "4000000000009995"
UNPRINTED = ["sk_test_", "whsec_", "_secret_", "Bearer ", CARD]

# Each secret is sent in each field of each function: some thousand calls, before the first test.
pytestmark = pytest.mark.timeout(300)


class Secrets:
    """Whatever must not be found in the logs, collected on the way."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def add(self, what: str, value: str) -> str:
        self.found[what] = value
        return value

    def in_text(self, text: str) -> list[str]:
        """What of it stands in `text`: as it is, without its hyphens, or as base64."""
        forms = {
            what: {value, value.replace("-", ""), base64.b64encode(value.encode()).decode()}
            for what, value in self.found.items()
        }
        return sorted(what for what, spelled in forms.items() if any(form in text for form in spelled))


@pytest.fixture(scope="module")
def secrets(stack: Stack, http: HttpClient, driver_over_http: Driver) -> Iterator[Secrets]:
    """A whole purchase and everything that goes wrong beside it."""
    stack.reset()
    secrets = Secrets()
    for text in UNPRINTED:
        secrets.add(text, text)
    secrets.add("stripe key", local.STRIPE_KEY)
    secrets.add("webhook secret", local.WEBHOOK_SECRET)

    bought = stack.call("createPaymentIntent", {"imeconId": "imecon-1"}, "u1")
    secret = secrets.add("client secret", bought["client_secret"])
    payment, room = bought["payment_intent_id"], bought["ticket_id"]
    stack.simulator.confirm(payment, payment_method="pm_card_visa")
    held = stack.call("confirmTicket", {"paymentIntentId": payment}, "u1")
    code = secrets.add("ticket code", held["ticket_code"])
    until = "2999-01-01T00:00:00Z"
    given = stack.call("createTicketCodes", {"count": 2, "validUntil": until}, "admin", {"admin": True})
    for number, perk in enumerate(given["codes"]):
        secrets.add(f"perk code {number}", perk)
    stack.call("redeemTicketCode", {"ticketCode": given["codes"][0], "imeconId": "imecon-2"}, "u1")

    qr = secrets.add("qr token", driver_over_http.show_code("u1"))
    for kid, key in local.QR_KEYS.items():
        secrets.add(f"qr key {kid}", key)
    stack.call("verifySecureQR", {"token": qr, "readerId": "store-1"}, "staff-1")
    taken = driver_over_http.places_taken(driver_over_http.published(price=0))
    shown = secrets.add("event ticket's code", driver_over_http.ticket_code(taken))
    secrets.add("ticket key", next(iter(local.TICKET_KEYS.values())))
    for _ in range(2):
        driver_over_http.scan_ticket(taken.event, shown)
    driver_over_http.scan_ticket(taken.event, secrets.add("a changed ticket's code", f"{shown[:-8]}AAAAAAAA"))
    changed_qr = secrets.add("a changed qr token", f"{qr[:-8]}AAAAAAAA")

    refused = [
        ("verifySecureQR", {"token": qr}),
        ("verifySecureQR", {"token": changed_qr, "readerId": "store-1"}),
        ("verifySecureQR", {"token": [qr]}),
        ("recordQRUsage", {"nonce": qr, "targetId": qr}),
        ("usePoints", {"nonce": qr, "storeId": qr, qr: 1}),
        # Values where they do not belong: the answer and the log name the field alone.
        ("confirmTicket", {"paymentIntentId": secret}),
        ("confirmTicket", {"payment_intent_id": payment, "client_secret": secret}),
        ("redeemTicketCode", {"ticketCode": [code]}),
        ("redeemTicketCode", {"ticketCode": code, code: secret}),
        ("endConsultation", {"chatRoomId": code + "/" + secret}),
        ("createPaymentIntent", {"imeconId": "imecon-1", "amount": CARD}),
        # Refused by what is stored.
        ("redeemTicketCode", {"ticketCode": secrets.add("a wrong code", "ZZZZ-YYYY-XXXX")}),
        ("redeemTicketCode", {"ticketCode": given["codes"][0], "imeconId": "imecon-2"}),
    ]
    for name, data in refused:
        with pytest.raises(CallableError):
            stack.call(name, data, "u1")
    in_every_field(secrets, http, driver_over_http)
    for token in ("expired", "damaged", "foreign"):
        value = {
            "expired": id_token("u2", exp=1),
            "damaged": id_token("u3").replace(".", ".x", 1),
            "foreign": id_token("u4", aud="other"),
        }[token]
        secrets.add(f"{token} token", value)
        http.post("confirmTicket", b'{"data": {}}', {**call_headers(), "Authorization": f"Bearer {value}"})
    headers = call_headers("u5")
    secrets.add("good token", headers["Authorization"].removeprefix("Bearer "))
    http.post("confirmTicket", b'{"data": {"paymentIntentId": "pi_x"}, "token": "' + secret.encode() + b'"}', headers)
    http.post("confirmTicket", b'{"data": ' + secret.encode(), headers)
    http.post("stripeWebhook", secret.encode(), {"Stripe-Signature": f"t=1,v1={local.WEBHOOK_SECRET}"})

    stack.simulator.fault("drop_after", path=".*capture")
    stack.simulator.fault("500", path=".*payment_intents$", times=3)
    with pytest.raises(CallableError):
        stack.call("createPaymentIntent", {"imeconId": "imecon-1"}, "u6")
    stack.call("redeemTicketCode", {"ticketCode": code}, "u1")
    stack.call("answerConsultation", {"chatRoomId": room, "accept": True}, "imecon-1")
    stack.call("endConsultation", {"chatRoomId": room}, "u1")
    stack.simulator.clear_faults()

    broken = stack.db.document("tickets/u7.broken")
    user = stack.db.document("users/u7")
    broken.set({"status": code, "user_ref": user, "imecon_ref": user, "version": 1, "client_secret": secret})
    stack.db.document("chat_rooms/u7.broken").set({"ticket_ref": broken})
    driver_over_http.ended("u8")
    driver_over_http.wait_for_webhooks()
    for schedule in ("voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments"):
        stack.run_schedule(schedule)
    yield secrets
    stack.reset()


def in_every_field(secrets: Secrets, http: HttpClient, driver: Driver) -> None:
    """Each secret in each field of an honest request to each function, in the place of an id too."""
    states = ("used", "completed", "used", "active")
    consultations = [driver.brought_to(status, f"honest-{number}") for number, status in enumerate(states)]
    uids = {"buyer": "honest-0", "consultant": "imecon-1", "staff": staff_of(STORE)}
    calls = []
    for name, (request, *_) in honest_requests(driver, consultations, "honest-0").items():
        uid = uids.get(USUAL_CALLER[name], USUAL_CALLER[name])
        calls += [
            partial(http.call, name, {**request, field: value}, uid, admin=uid == "admin")
            for field in request
            for value in secrets.found.values()
        ]
    with ThreadPoolExecutor(8) as callers:
        list(callers.map(lambda call: call(), calls))


def logs(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in sorted(folder.glob("*.log")))


def test_no_secret_is_logged(stack: Stack, secrets: Secrets) -> None:
    assert secrets.in_text(logs(stack.folder)) == []


JUNK = {
    "no token": {},
    "a token of letters": {"Authorization": "Bearer YQ.YQ.YQ"},
    "a long token": {"Authorization": f"Bearer {'YWJj' * 400}.{'YWJj' * 400}.x"},
    "no token at all": {"Authorization": "x" * 3_000},
    "another project's": {"Authorization": f"Bearer {id_token('u1', aud='PERSONAL' * 300)}"},
    "a person's, damaged": {"Authorization": f"Bearer {id_token('u1', email='PERSONAL').replace('.', '.PERSONAL', 1)}"},
    "a token of App Check": {"X-Firebase-AppCheck": "PERSONAL" * 300},
}


@pytest.mark.parametrize("what", JUNK)
def test_what_nobody_signed_in_sends_is_one_short_line(stack: Stack, http: HttpClient, what: str) -> None:
    """Anybody may call, and as often as they like: it must not fill the log, nor tell of anybody."""
    headers = {"Content-Type": "application/json", **JUNK[what]}
    log = stack.folder / "callables.log"
    before = len(log.read_text(encoding="utf-8"))
    answer = http.post("confirmTicket", b'{"data": {"paymentIntentId": "pi_PERSONAL"}}', headers)
    assert answer.status_code == 401
    (line,) = log.read_text(encoding="utf-8")[before:].splitlines()
    assert len(line) < 300
    assert json.loads(line)["reason"] == "UNAUTHENTICATED"
    assert "PERSONAL" not in line


def test_why_a_token_is_refused_stands_on_the_line(stack: Stack, http: HttpClient) -> None:
    log = stack.folder / "callables.log"
    before = len(log.read_text(encoding="utf-8"))
    headers = {**call_headers(), "Authorization": f"Bearer {id_token('u1', aud='other')}"}
    http.post("confirmTicket", b'{"data": {}}', headers)
    assert json.loads(log.read_text(encoding="utf-8")[before:])["problem"] == "InvalidIdTokenError"


def test_control_the_run_was_logged(stack: Stack, secrets: Secrets) -> None:
    written = logs(stack.folder)
    assert '"message": "refused"' in written
    assert '"message": "call"' in written
    assert '"message": "webhook"' in written
    settled = [event["id"] for event in stack.simulator.events() if event["type"] == "payment_intent.succeeded"]
    assert len(settled) >= 2
    assert all(event in written for event in settled)


@pytest.mark.parametrize(
    "what", ["ticket code", "client secret", "good token", "a wrong code", "qr token", "event ticket's code"]
)
def test_control_a_secret_would_be_seen(secrets: Secrets, what: str) -> None:
    value = secrets.found[what]
    assert what in secrets.in_text(f'{{"message": "got {value}"}}')
    assert what in secrets.in_text(value.replace("-", ""))
