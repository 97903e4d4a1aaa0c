"""Japanese unless the request prefers English. Asked of a real callable, before any document is needed."""

from __future__ import annotations

import pytest

from common.errors import CallReason
from devkit.client import CallableError
from devkit.inprocess import InProcessFunctions

JA, EN = CallReason.UNAUTHENTICATED.ja, CallReason.UNAUTHENTICATED.en


@pytest.fixture(scope="module")
def functions() -> InProcessFunctions:
    return InProcessFunctions()


@pytest.mark.parametrize(
    ("accept", "message"),
    [
        (None, JA),
        ("", JA),
        ("ja", JA),
        ("ja-JP", JA),
        ("en", EN),
        ("EN", EN),
        ("en-US", EN),
        ("en-GB,en;q=0.9", EN),
        ("en-US,en;q=0.9,ja;q=0.8", EN),
        ("ja,en-US;q=0.9,en;q=0.8", JA),
        ("ja;q=0.3,en;q=0.7", EN),
        ("en;q=0.3,ja;q=0.7", JA),
        ("en;q=0.5,ja;q=0.5", JA),
        ("en;q=0", JA),
        ("ja;q=0,en", EN),
        ("fr", JA),
        ("fr-FR,de;q=0.9", JA),
        ("fr-FR,fr;q=0.9,en;q=0.5", EN),
        ("fr,en;q=0.5,ja;q=0.6", JA),
        ("*", JA),
        ("en,*;q=0.1", EN),
        ("english", JA),
        (";;;,q=,en;q=x", JA),
        ("x" * 5_000, JA),
    ],
)
def test_language(functions: InProcessFunctions, accept: str | None, message: str) -> None:
    headers = {} if accept is None else {"Accept-Language": accept}
    with pytest.raises(CallableError) as caught:
        functions.call("confirmTicket", {"payment_intent_id": "pi_x"}, headers=headers)
    assert caught.value.reason == "UNAUTHENTICATED"
    assert caught.value.message == message
