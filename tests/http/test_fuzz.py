"""At least 2,000 hostile requests over HTTP: never a server error, always a reason, and a failure changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from devkit.client import call_headers
from devkit.stack import Stack
from tests.http.client import CALLABLES, HttpClient, endpoints
from tests.http.failures import failure, inline_failure
from tests.http.honest_requests import honest_requests_to
from tests.http.hostile_requests import Request, every_value, requests
from tests.support.consultations import Consultation
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import STORE, staff_of

BATCH = 32
BATCHES = 4
THREADS = 8
SENT: Counter[str] = Counter()
ENDPOINTS = endpoints()
BUYER = "buyer-3"


@pytest.fixture(scope="module")
def consultations(fresh: None, driver_over_http: Driver) -> list[Consultation]:
    """A ticket in every state, all of `buyer-N` with imecon-1."""
    states = ["pending_payment", "authorized", "used", "active", "completed"]
    made = [driver_over_http.brought_to(status, f"buyer-{number}") for number, status in enumerate(states)]
    driver_over_http.wait_for_webhooks()
    return made


@pytest.fixture
def real(driver_over_http: Driver, consultations: list[Consultation], name: str) -> list[dict[str, Any]]:
    """What honest apps would send to a function, with codes that are new for each test, on a day without awards."""
    for counted in driver_over_http.db.collection("award_counts").list_documents():
        counted.delete()
    return honest_requests_to(driver_over_http, consultations, BUYER, name)


class Fuzzer:
    """Sends requests with several threads and judges the answers."""

    def __init__(self, http: HttpClient, stack: Stack) -> None:
        self._http = http
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
                return call_headers(staff_of(STORE))
        return call_headers("admin", {"admin": True})

    def send(self, batch: list[Request]) -> list[Request]:
        """Send a batch at once; returns the requests that failed, as they all may."""
        posts = [(request, self.headers(request.caller)) for request in batch]
        answers = list(self._pool.map(lambda post: self._post(*post), posts))
        SENT.update(request.name for request in batch)
        return [request for request, answer in zip(batch, answers, strict=True) if not accepted(request, answer)]

    def _post(self, request: Request, headers: dict[str, str]) -> httpx.Response:
        return self._http.post(request.name, json.dumps({"data": request.data}), headers)

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
def fuzzer(http: HttpClient, stack: Stack) -> Iterator[Fuzzer]:
    fuzzer = Fuzzer(http, stack)
    yield fuzzer
    fuzzer.close()


@pytest.mark.parametrize("name", CALLABLES)
def test_hostile_requests(fuzzer: Fuzzer, real: list[dict[str, Any]], name: str) -> None:
    requests_to_it = requests(ENDPOINTS[name], real)

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
    fuzzer: Fuzzer, real: list[dict[str, Any]], consultations: list[Consultation], name: str
) -> None:
    # The one whose session is running, where there is a choice.
    running = next((data for data in real if consultations[3].room_id in data.values()), real[0])
    fuzzer.check(list(every_value(ENDPOINTS[name], running)))


def test_enough_were_sent() -> None:
    """Runs last; the number holds for a run of the whole module."""
    if set(SENT) == set(CALLABLES):
        assert SENT.total() >= 2_000, SENT
