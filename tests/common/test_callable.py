"""What every callable does: it answers in the caller's language, and says whether a failure passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.api_core.exceptions import (
    Aborted,
    Cancelled,
    DeadlineExceeded,
    PermissionDenied,
    ResourceExhausted,
    ServiceUnavailable,
)

from common.errors import CallReason
from devkit.client import CallableError
from devkit.inprocess import InProcessFunctions
from tests.support.calls import refused
from tests.support.driver import Driver

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


@pytest.mark.parametrize("failure", [DeadlineExceeded, ResourceExhausted, Cancelled, ServiceUnavailable, Aborted])
def test_a_passing_failure_of_firestore_may_be_tried_again(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failure: type[Exception]
) -> None:
    from consultation import purchase

    def fails(*_: object) -> None:
        raise failure("not now")

    monkeypatch.setattr(purchase, "_live_ticket", fails)
    with pytest.raises(CallableError) as caught:
        driver.purchase()
    assert (caught.value.reason, caught.value.status) == ("BUSY", "ABORTED")
    said = capsys.readouterr()
    assert ('"firestore unavailable"' in said.out, '"unexpected exception"' in said.err) == (True, False)


def test_a_firestore_that_stays_away_is_a_passing_failure_too(
    driver: Driver, without_firestore: Callable[[], None]
) -> None:
    """The client repeats a request for a while, and then raises something else than what it met."""
    with refused("BUSY"):
        driver.purchase()
    without_firestore()
    assert driver.purchase()["ok"] is True


def test_any_other_failure_is_an_internal_one(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from consultation import purchase

    def fails(*_: object) -> None:
        raise PermissionDenied("never")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(purchase, "_live_ticket", fails)
    with pytest.raises(CallableError) as caught:
        driver.purchase()
    assert caught.value.reason == "INTERNAL"


def nested(depth: int) -> dict[str, object]:
    """A request's data whose body is nested so deep."""
    value: object = "x"
    for _ in range(depth - 3):
        value = [value]
    return {"payment_intent_id": value}


def test_a_body_is_nested_twenty_deep_at_most(functions: InProcessFunctions) -> None:
    """Deeper ones are refused as such: the SDK parses them again, deeper in the stack, where it may be too much."""
    with pytest.raises(CallableError) as deepest:
        functions.call("confirmTicket", nested(20), uid="u1")
    assert deepest.value.details["fields"] == [{"field": "payment_intent_id", "problem": "string_type"}]
    with pytest.raises(CallableError) as deeper:
        functions.call("confirmTicket", nested(21), uid="u1")
    assert deeper.value.details["problem"] == "the body must not be nested deeper than 20"
