"""Failures of every kind, as errors and as ordinary answers, in both languages, and when it is our own fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from google.cloud import firestore

from common.codes import CodeReason
from common.errors import CallReason, Reason
from consultation.reasons import ConsultationReason
from devkit.client import call_headers
from devkit.stack import Stack
from payments.reasons import PaymentReason
from points.reasons import PointsReason
from qr.reasons import QrReason
from tests.http.client import HttpClient
from tests.http.failures import failure, inline_failure


@dataclass(frozen=True)
class Case:
    """A call that fails for one reason."""

    reason: Reason
    status: int
    name: str
    data: dict[str, Any]
    uid: str | None = "u1"
    headers: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


CODES = {"count": 1, "validUntil": "2999-01-01T00:00:00Z"}
CASES = [
    Case(CallReason.UNAUTHENTICATED, 401, "createPaymentIntent", {"imeconId": "imecon-1"}, uid=None),
    Case(CallReason.UNAUTHENTICATED, 401, "confirmTicket", {}, headers={"Authorization": "Bearer garbage"}),
    Case(CallReason.UNAUTHENTICATED, 401, "confirmTicket", {}, headers={"Authorization": "Bearer YQ.YQ.YQ"}),
    Case(CallReason.PERMISSION_DENIED, 403, "createTicketCodes", CODES),
    Case(
        CallReason.INVALID_ARGUMENT,
        400,
        "endConsultation",
        {},
        details={"fields": [{"field": "chatRoomId", "problem": "missing"}]},
    ),
    Case(PaymentReason.PAYMENT_NOT_FOUND, 404, "confirmTicket", {"paymentIntentId": "pi_unknown"}),
    Case(
        PaymentReason.AMOUNT_MISMATCH,
        400,
        "createPaymentIntent",
        {"imeconId": "imecon-1", "amount": 4999},
        details={"amount": 5000},
    ),
    Case(ConsultationReason.SELF_PURCHASE, 400, "createPaymentIntent", {"imeconId": "imecon-1"}, uid="imecon-1"),
    Case(ConsultationReason.IMECON_UNAVAILABLE, 400, "createPaymentIntent", {"imeconId": "nobody"}),
    Case(
        ConsultationReason.TICKET_TYPE_UNAVAILABLE,
        400,
        "createPaymentIntent",
        {"imeconId": "imecon-1", "ticketType": "x"},
    ),
    Case(ConsultationReason.ROOM_NOT_FOUND, 404, "endConsultation", {"chatRoomId": "u1.x"}),
    Case(CodeReason.CODE_INVALID, 404, "redeemTicketCode", {"ticketCode": "0000-0000-0000"}),
    Case(QrReason.QR_INVALID, 400, "verifySecureQR", {"token": "x"}, details={"problem": "malformed"}),
    Case(QrReason.QR_NOT_VERIFIED, 404, "recordQRUsage", {"nonce": "A" * 22, "targetId": "u2"}),
    Case(QrReason.QR_NOT_VERIFIED, 404, "usePoints", {"nonce": "A" * 22, "storeId": "store-1", "points": 1}),
    Case(CallReason.PERMISSION_DENIED, 403, "issueSecureQR", {"type": "store_point_use", "storeId": "store-1"}),
    Case(PointsReason.AWARD_NOT_FOUND, 404, "awardPoints", {"awardId": f"store-1.{'A' * 22}"}),
    Case(CodeReason.TOO_MANY_ATTEMPTS, 429, "redeemTicketCode", {"ticketCode": "0000-0000-0000"}, uid="guesser"),
]


@pytest.fixture(scope="module", autouse=True)
def guesser(fresh: None, http: HttpClient) -> None:
    """Somebody who has already tried ten wrong codes."""
    for _ in range(10):
        answer = http.call("redeemTicketCode", {"ticketCode": "0000-0000-0000"}, "guesser")
        assert failure(answer).reason == "CODE_INVALID"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason.name}-{case.name}")
def test_a_failure_in_all_its_forms(http: HttpClient, case: Case) -> None:
    users = (f"clumsy-{number}" for number in count())

    def ask(language: str | None, **more: Any) -> Any:
        accept = {} if language is None else {"Accept-Language": language}
        # Ten wrong codes are too many for one user.
        uid = next(users) if case.reason is CodeReason.CODE_INVALID else case.uid
        return http.call(case.name, {**case.data, **more}, uid, headers={**case.headers, **accept})

    languages = {None: case.reason.ja, "en-GB,en;q=0.8,ja;q=0.5": case.reason.en, "ko": case.reason.ja}
    for language, message in languages.items():
        answer = ask(language)
        found = failure(answer)
        assert answer.status_code == case.status
        assert (found.status, found.reason, found.message) == (case.reason.status, case.reason.name, message)
        assert found.details == case.details
        # The ordinary answers say exactly the same.
        assert inline_failure(ask(language, inlineErrors=True)) == found
        assert inline_failure(ask(language, inline_errors=True)) == found
        assert failure(ask(language, inlineErrors=False)) == found


@pytest.mark.parametrize("value", ["true", 1, 1.0, " ", [], {}])
def test_only_true_asks_for_ordinary_answers(http: HttpClient, value: Any) -> None:
    found = failure(http.call("endConsultation", {"chatRoomId": "u1.x", "inlineErrors": value}, "u1"))
    assert found.reason == "INVALID_ARGUMENT"
    assert found.details["fields"][0]["field"] == "inlineErrors"


def test_extra_keys_beside_data_are_an_ordinary_answer_too(http: HttpClient) -> None:
    body = {"data": {"chatRoomId": "u1.x", "inlineErrors": True}, "more": 1}
    answer = http.post("endConsultation", json.dumps(body), call_headers("u1"))
    assert inline_failure(answer).reason == "INVALID_ARGUMENT"


def test_success_is_the_same_with_and_without(http: HttpClient) -> None:
    data = {"imeconId": "imecon-1"}
    plain = http.call("createPaymentIntent", data, "happy").json()
    inline = http.call("createPaymentIntent", {**data, "inlineErrors": True}, "happy").json()
    assert plain["result"]["ok"] is True
    assert plain == inline


@pytest.mark.usefixtures("fresh")
class TestStripeDown:
    """Nothing is wrong with the request: it may be made again."""

    @pytest.fixture(autouse=True)
    def down(self, stack: Stack) -> Iterator[None]:
        stack.simulator.fault("500", times=None)
        yield
        stack.simulator.clear_faults()

    @pytest.mark.parametrize("inline", [False, True])
    def test_is_said_to_be_for_a_while(self, http: HttpClient, inline: bool) -> None:
        more = {"inlineErrors": True} if inline else {}
        answer = http.call("createPaymentIntent", {"imeconId": "imecon-1", **more}, "patient")
        found = inline_failure(answer) if inline else failure(answer)
        assert (found.status, found.reason) == ("UNAVAILABLE", "PAYMENT_UNAVAILABLE")


@pytest.mark.usefixtures("fresh")
class TestOurOwnFault:
    """A document nobody foresaw. The caller learns an id, the log the rest."""

    TRACE = "0af7651916cd43dd8448eb211c80319c"

    @pytest.fixture(autouse=True)
    def broken(self, db: firestore.Client) -> None:
        user = db.document("users/u1")
        ticket = db.document("tickets/u1.broken")
        ticket.set({"status": "no such status", "user_ref": user, "imecon_ref": user, "version": 1})
        db.document("chat_rooms/u1.broken").set({"ticket_ref": ticket})

    def logs(self, stack: Stack) -> list[dict[str, Any]]:
        lines = (stack.folder / "callables.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    @pytest.mark.parametrize("inline", [False, True])
    def test_has_a_request_id_that_leads_to_the_traceback(self, http: HttpClient, stack: Stack, inline: bool) -> None:
        more = {"inlineErrors": True} if inline else {}
        answer = http.call("endConsultation", {"chatRoomId": "u1.broken", **more}, "u1")
        found = inline_failure(answer) if inline else failure(answer)
        assert answer.status_code == (200 if inline else 500)
        assert (found.status, found.reason, found.message) == ("INTERNAL", "INTERNAL", CallReason.INTERNAL.ja)
        assert set(found.details) == {"request_id"}
        assert "no such status" not in answer.text
        logged = [line for line in self.logs(stack) if line.get("requestId") == found.details["request_id"]]
        traces = [line["traceback"] for line in logged if "traceback" in line]
        assert len(traces) == 1
        assert "no such status" in traces[0]
        assert all((line["severity"], line["function"]) == ("ERROR", "endConsultation") for line in logged)

    def test_takes_the_platforms_trace_as_its_id(self, http: HttpClient) -> None:
        headers = {"X-Cloud-Trace-Context": f"{self.TRACE}/123;o=1"}
        answer = http.call("endConsultation", {"chatRoomId": "u1.broken"}, "u1", headers=headers)
        assert failure(answer).details["request_id"] == self.TRACE

    def test_takes_no_other_text_as_its_id(self, http: HttpClient) -> None:
        headers = {"X-Cloud-Trace-Context": 'x"} {"severity": "ERROR"}/1'}
        answer = http.call("endConsultation", {"chatRoomId": "u1.broken"}, "u1", headers=headers)
        assert len(failure(answer).details["request_id"]) == 32
