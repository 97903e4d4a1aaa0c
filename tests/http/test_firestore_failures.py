"""Failures of Firestore that pass, in the middle of every function: what was asked for may be asked for again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any, NoReturn

import pytest
from google.api_core import exceptions

from common.alerts import Alert
from tests.http.client import CALLABLES
from tests.http.honest_requests import honest_request
from tests.http.hostile_requests import USUAL_CALLER
from tests.support.calls import reason_of
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE, staff_of
from tests.support.round_trips import Named, Point, RoundTrips
from tests.support.stripe_side import HOLD_PLACED

PASSING: dict[str, Callable[..., Exception]] = {
    "DEADLINE_EXCEEDED": exceptions.DeadlineExceeded,
    "RESOURCE_EXHAUSTED": exceptions.ResourceExhausted,
    "CANCELLED": exceptions.Cancelled,
    "UNAVAILABLE": exceptions.ServiceUnavailable,
    "INTERNAL": exceptions.InternalServerError,
    "UNKNOWN": exceptions.Unknown,
    "repeated in vain": partial(exceptions.RetryError, cause=None),
}
BEFORE_READ, READ = Named("firestore batch_get", "before"), Named("firestore batch_get", "after")
BEFORE_COMMIT, COMMITTED = Named("firestore commit", "before"), Named("firestore commit", "after")
STATUS = {"answerConsultation": "used", "endConsultation": "active", "capturePaymentIntent": "active"}
UIDS = {"buyer": CUSTOMER, "consultant": "imecon-1", "staff": staff_of(STORE)}
# It fails safe: what it cannot read counts as used.
# One fails safe, the other looks by itself whether its codes were written, and writes them once more if not.
ANSWERS_ALL_THE_SAME = {"checkQRUsage", "createTicketCodes"}
# With the room in its details, so that the app goes on as if it had been answered; and a draft is gone.
SAYS_THAT_IT_IS_DONE = {
    "redeemTicketCode": "TICKET_ALREADY_USED",
    "deleteEvent": "EVENT_NOT_FOUND",
}
SEVERAL_COMMITS = ["createPaymentIntent", "endConsultation", "capturePaymentIntent", "cancelPaymentIntent"]


@dataclass
class Failure:
    """A failure of one kind, and whether it came to it."""

    kind: str
    raised: bool = False

    def __call__(self) -> NoReturn:
        self.raised = True
        raise PASSING[self.kind]("not now")


def honest(driver: Driver, name: str, buyer: str = CUSTOMER) -> Callable[[], Any]:
    """A call that is served, by whoever may make it, and may be made again."""
    consultation = driver.brought_to(STATUS.get(name, "authorized"), buyer)
    request = honest_request(driver, [consultation] * 4, CUSTOMER, name)
    uids = UIDS | {"buyer": buyer if "paymentIntentId" in request or "chatRoomId" in request else CUSTOMER}
    uid = uids.get(USUAL_CALLER[name], buyer if name == "redeemTicketCode" else USUAL_CALLER[name])
    plain = {field: value for field, value in request.items() if field != "inlineErrors"}
    return partial(driver.call, name, plain, f"{uid}-of-{buyer}" if uid == "stranger" else uid, admin=uid == "admin")


@pytest.mark.parametrize(("name", "kind"), list(zip(CALLABLES, cycle(PASSING), strict=False)))
def test_every_callable_says_that_it_may_be_called_again(
    driver: Driver, round_trips: RoundTrips, name: str, kind: str
) -> None:
    call = honest(driver, name)
    for moment in (BEFORE_READ, READ, BEFORE_COMMIT):
        for failure in map(Failure, PASSING):
            before = driver.everything()
            with round_trips.interrupted(moment, failure, always=False):
                answered = reason_of(call)
            if failure.raised and name not in ANSWERS_ALL_THE_SAME:
                assert answered == "BUSY", (moment, failure)
                # verifySecureQR claims a code first, and reads only if that was done before.
                assert driver.everything() == before or "commit" in round_trips.firestore[:-1]
    failure = Failure(kind)
    with round_trips.interrupted(COMMITTED, failure, always=False):
        lost = reason_of(call)
    assert lost == ("BUSY" if failure.raised and name not in ANSWERS_ALL_THE_SAME else "ok")
    assert reason_of(call) == (SAYS_THAT_IT_IS_DONE.get(name, "ok") if failure.raised else "ok")
    driver.agrees()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("name", "kind"), list(zip(SEVERAL_COMMITS, PASSING, strict=False)))
def test_also_when_what_was_decided_is_being_recorded(
    driver: Driver, round_trips: RoundTrips, name: str, kind: str, moment: Any
) -> None:
    control = honest(driver, name, "buyer-1")
    with round_trips.watching() as calls:
        expected = control()
    commits = [number for number, made in enumerate(calls, 1) if made == "firestore commit"]
    assert len(commits) > 1
    call = honest(driver, name, "buyer-2")
    with round_trips.interrupted(Point(commits[-1], moment), Failure(kind)):
        assert reason_of(call) == "BUSY"
    repeated = call()
    assert {field: repeated[field] for field in ("ok", "status")} == {
        field: expected[field] for field in ("ok", "status")
    }
    driver.agrees()


@pytest.mark.parametrize("moment", [BEFORE_READ, READ, BEFORE_COMMIT, COMMITTED], ids=str)
@pytest.mark.parametrize("kind", PASSING)
def test_the_webhook_is_delivered_again(
    driver: Driver, round_trips: RoundTrips, capsys: pytest.CaptureFixture[str], kind: str, moment: Named
) -> None:
    consultation = driver.paid()
    (event,) = driver.events(consultation, HOLD_PLACED)
    with round_trips.interrupted(moment, Failure(kind)):
        assert driver.deliver(event) == 500
    assert '"webhook postponed"' in capsys.readouterr().out
    assert driver.deliver(event) == 200
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()


@pytest.mark.parametrize("moment", [BEFORE_READ, BEFORE_COMMIT, COMMITTED], ids=str)
@pytest.mark.parametrize("kind", PASSING)
def test_an_item_of_a_schedule_is_left_and_nobody_is_woken(
    driver: Driver, round_trips: RoundTrips, capsys: pytest.CaptureFixture[str], kind: str, moment: Named
) -> None:
    consultation = driver.bought()
    driver.advance(HOUR + MINUTE)
    with round_trips.interrupted(moment, Failure(kind)):
        driver.sweep_holds()
    said = capsys.readouterr()
    assert '"sweep item left"' in said.out
    assert f'"{Alert.SWEEP_ITEM_FAILED}"' not in said.err
    driver.advance(HOUR)
    driver.sweep()
    assert driver.ticket(consultation)["status"] == "cancelled"
    driver.agrees()


def test_a_commit_that_was_aborted_is_decided_again(driver: Driver, round_trips: RoundTrips) -> None:
    """Firestore's word for two who write at once: nothing was written, and there is nothing to tell the caller."""
    with round_trips.interrupted(BEFORE_COMMIT, aborted):
        assert driver.purchase()["ok"] is True
    driver.agrees()


def aborted() -> NoReturn:
    raise exceptions.Aborted("contention")  # type: ignore[no-untyped-call]
