"""At least 2,000 hostile requests over HTTP: never a server error, always a reason, and a failure changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from devkit.client import call_headers
from devkit.stack import Stack
from tests.http.hostile import Request, every_value, requests
from tests.http.sales import Sale, sell
from tests.http.visits import STAFF, STORE, Visit, show, show_store, visit
from tests.http.wire import CALLABLES, Wire, endpoints, failure, inline_failure
from tests.support.documents import changed, snapshot

BATCH = 32
BATCHES = 4
THREADS = 8
SENT: Counter[str] = Counter()
ENDPOINTS = endpoints()
BUYER = "buyer-3"
Requests = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def sales(stack: Stack) -> list[Sale]:
    """A ticket in every state, all of `buyer-N` with imecon-1."""
    stack.reset()
    states = ["pending_payment", "authorized", "used", "active", "completed"]
    return [sell(stack, f"buyer-{number}", status) for number, status in enumerate(states)]


@pytest.fixture
def real_requests(stack: Stack, sales: list[Sale]) -> Requests:
    """What honest apps would send to a function of that name; the best comes first."""

    def real(name: str) -> list[dict[str, Any]]:
        # A code is good for a minute, so each function gets codes of its own.
        points = about_points(visit(stack, BUYER), [show(stack, BUYER), show_store(stack)])
        return {**about_tickets(sales), **points}[name]

    return real


def about_points(visit: Visit, tokens: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What honest apps would send about codes and points."""
    more = {"inlineErrors": True}
    return {
        "issueSecureQR": [{"type": "store_point_use", "storeId": STORE, **more}, {"type": "user_point_earn"}],
        "verifySecureQR": [{"token": token, "readerId": STORE, **more} for token in tokens],
        "recordQRUsage": [
            {"nonce": visit.shown, "readerId": STORE, "targetId": BUYER, "timestamp": 1_764_000_000_000, **more},
            {"nonce": visit.read, "readerId": BUYER, "targetId": STORE},
        ],
        "checkQRUsage": [{"nonce": visit.shown, "readerId": STORE, **more}, {"nonce": visit.read}],
        "requestPointAward": [{"nonce": visit.shown, "storeId": STORE, "amount": 5000, **more}],
        "awardPoints": [{"awardId": visit.offered, **more}, {"awardId": visit.earned}],
        "declinePointAward": [{"awardId": visit.offered, **more}, {"awardId": visit.earned}],
        "usePoints": [{"nonce": visit.read, "storeId": STORE, "points": 50, **more}],
        "reversePoints": [{"transactionId": visit.earned, "reason": "rung up twice", **more}],
    }


def about_tickets(sales: list[Sale]) -> dict[str, list[dict[str, Any]]]:
    """What an honest app would send about these tickets."""
    payments: list[dict[str, Any]] = [{"paymentIntentId": sale.payment} for sale in sales]
    rooms: list[dict[str, Any]] = [{"chatRoomId": sale.room} for sale in sales]
    more = {"inlineErrors": True}
    return {
        "createPaymentIntent": [
            {"imeconId": "imecon-1", "ticketType": "dm_consultation", "amount": 5000, "currency": "jpy", **more},
            {"imecon_id": "imecon-2", "session_id": "s", "metadata": {"screen": "1"}, "capture_method": "manual"},
            *({"imeconId": "imecon-1", **room} for room in rooms),
        ],
        "confirmTicket": payments,
        "redeemTicketCode": [{"ticketCode": sale.code or "x", "imeconId": "imecon-1"} for sale in sales],
        "answerConsultation": [{**room, "accept": accept} for room in rooms for accept in (True, False)],
        "endConsultation": [*rooms, {**rooms[3], **more}],
        "capturePaymentIntent": [{**payment, "amount": 3000, **more} for payment in payments],
        "cancelPaymentIntent": [{**payment, "reason": "duplicate"} for payment in payments] + rooms,
        "createTicketCodes": [
            {"count": 2, "maxRedemptions": 3, "validUntil": "2999-01-01T00:00:00Z", "imeconId": "imecon-1"},
            {"count": 1, "validUntil": "2999-01-01T00:00:00+09:00", **more},
        ],
    }


class Fuzzer:
    """Sends requests with several threads and judges the answers."""

    def __init__(self, wire: Wire, stack: Stack) -> None:
        self._wire = wire
        self._stack = stack
        self._users = (f"stranger-{number}" for number in count())
        self._pool = ThreadPoolExecutor(THREADS)

    def close(self) -> None:
        self._pool.shutdown()

    def headers(self, caller: str) -> dict[str, str]:
        """Strangers are always new: one user's wrong codes are limited."""
        match caller:
            case "nobody":
                return call_headers()
            case "garbage":
                return call_headers(headers={"Authorization": "Bearer YQ.YQ.YQ"})
            case "stranger":
                return call_headers(next(self._users))
            case "buyer":
                return call_headers(BUYER)
            case "consultant":
                return call_headers("imecon-1")
            case "staff":
                return call_headers(STAFF)
        return call_headers("admin", {"admin": True})

    def send(self, batch: list[Request]) -> list[Request]:
        """Send a batch at once; returns the requests that failed, as they all may."""
        posts = [(request, self.headers(request.caller)) for request in batch]
        answers = list(self._pool.map(lambda post: self._post(*post), posts))
        SENT.update(request.name for request in batch)
        return [request for request, answer in zip(batch, answers, strict=True) if not accepted(request, answer)]

    def _post(self, request: Request, headers: dict[str, str]) -> httpx.Response:
        return self._wire.post(request.name, json.dumps({"data": request.data}), headers)

    def check(self, batch: list[Request]) -> None:
        """Send a batch. A failure must leave no trace: where others succeeded, the failed ones are sent again alone."""
        for _ in range(4):
            # Of what succeeded before, Stripe may still be telling.
            assert self._stack.simulator.wait_idle()
            before = snapshot(self._stack.db)
            failed = self.send(batch)
            if len(failed) == len(batch):
                # Wrong codes are counted, which is all a failure may do.
                left = changed(before, snapshot(self._stack.db), but=("rate_limits",))
                assert not left, (left, batch)
                return
            batch = failed
        pytest.fail(f"still succeeding: {batch}")


def accepted(request: Request, answer: httpx.Response) -> bool:
    """Whether the answer is a success; a failure must have one of the reasons that are declared for the callable."""
    assert answer.status_code < 500, (request, answer.text[:500])
    if answer.status_code == 200 and answer.json()["result"]["ok"] is True:
        return True
    found = inline_failure(answer) if answer.status_code == 200 else failure(answer)
    declared = {reason.name: reason.status for reason in ENDPOINTS[request.name].reasons}
    assert found.reason in declared, (request, found)
    assert declared[found.reason] == found.status
    assert found.message
    return False


@pytest.fixture(scope="module")
def fuzzer(wire: Wire, stack: Stack) -> Iterator[Fuzzer]:
    fuzzer = Fuzzer(wire, stack)
    yield fuzzer
    fuzzer.close()


@pytest.mark.parametrize("name", CALLABLES)
def test_hostile_requests(fuzzer: Fuzzer, real_requests: Requests, name: str) -> None:
    requests_to_it = requests(ENDPOINTS[name], real_requests(name))

    # Shrinking over HTTP takes minutes, and the failing request is shown anyway.
    @settings(
        max_examples=BATCHES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(requests_to_it, min_size=BATCH, max_size=BATCH))
    def fuzz(batch: list[Request]) -> None:
        fuzzer.check(batch)

    fuzz()
    assert SENT[name] >= BATCH * BATCHES


@pytest.mark.parametrize("name", CALLABLES)
def test_every_field_with_every_hostile_value(
    fuzzer: Fuzzer, real_requests: Requests, sales: list[Sale], name: str
) -> None:
    real = real_requests(name)
    # The one whose session is running, where there is a choice.
    running = next((data for data in real if sales[3].room in data.values()), real[0])
    fuzzer.check(list(every_value(ENDPOINTS[name], running)))


def test_enough_were_sent() -> None:
    """Runs last; the number holds for a run of the whole module."""
    if set(SENT) == set(CALLABLES):
        assert SENT.total() >= 2_000, SENT
