"""Every request to Stripe has an end, and is repeated once by the SDK itself."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3

from payments import gateway, payment_intents
from payments.failures import Unavailable


def test_a_request_ends_after_ten_seconds_and_is_sent_twice_at_most(
    monkeypatch: pytest.MonkeyPatch, simulator: object
) -> None:
    timeouts: list[Any] = []

    def unanswered(pool: urllib3.HTTPConnectionPool, *_: object, **__: object) -> None:
        timeouts.append((pool.timeout.connect_timeout, pool.timeout.read_timeout))
        raise urllib3.exceptions.ReadTimeoutError(pool, "/", "no answer")

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", unanswered)
    monkeypatch.setattr("stripe.HTTPClient.INITIAL_DELAY", 0.0)
    monkeypatch.setattr("stripe.HTTPClient.MAX_DELAY", 0.0)
    gateway._client.forget()
    with pytest.raises(Unavailable):
        payment_intents.retrieve("pi_1")
    gateway._client.forget()
    assert timeouts == [(10.0, 10.0), (10.0, 10.0)]


def test_an_answer_that_breaks_off_after_its_head_is_no_refusal(
    monkeypatch: pytest.MonkeyPatch, simulator: object
) -> None:
    """The money may be taken: it is asked again under the same key."""
    cut_short = urllib3.HTTPResponse(body=b"", status=200)
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", lambda *_, **__: cut_short)
    gateway._client.forget()
    with pytest.raises(Unavailable):
        payment_intents.capture("pi_1", 5000, "key")
    gateway._client.forget()
