"""What an administrator changes is in the audit, in the commit of the change; what changes nothing is not."""

from __future__ import annotations

from functools import partial

import pytest

from devkit.client import CallableError
from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips


def void(driver: Driver, consultation: Consultation) -> object:
    return driver.by_admin("cancelPaymentIntent", paymentIntentId=consultation.payment)


def test_an_entry_says_who_did_what_to_what(driver: Driver) -> None:
    consultation = driver.held()
    void(driver, consultation)
    (entry,) = driver.audit()
    assert (entry["who"], entry["what"]) == ("admin", "cancelPaymentIntent")
    assert entry["target"] == f"tickets/{consultation.ticket}"
    assert (entry["before"]["decision"], entry["after"]["decision"]) == (None, "void")


def test_what_others_do_is_their_own_business(driver: Driver) -> None:
    driver.cancel(driver.held())
    driver.end(driver.active("other"))
    driver.sweep()
    assert driver.audit() == []


def test_what_follows_by_itself_is_no_entry_of_its_own(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.by_admin("capturePaymentIntent", paymentIntentId=consultation.payment)
    assert driver.ticket(consultation)["status"] == "completed"
    assert len(driver.audit()) == 1


def test_a_call_that_changes_nothing_leaves_none(driver: Driver) -> None:
    consultation = driver.held()
    void(driver, consultation)
    void(driver, consultation)
    with refused("PAYMENT_NOT_FOUND"):
        driver.by_admin("cancelPaymentIntent", paymentIntentId="pi_unknown")
    assert len(driver.audit()) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_neither_stands_without_the_other(driver: Driver, round_trips: RoundTrips, moment: str) -> None:
    consultation = driver.held()

    def dies() -> None:
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        round_trips.interrupted(Named("firestore commit", moment), dies, always=False),  # type: ignore[arg-type]
    ):
        void(driver, consultation)
    decided = driver.ticket(consultation)["decision"] == "void"
    assert (decided, len(driver.audit())) == ((True, 1) if moment == "after" else (False, 0))


def test_a_ticket_code_is_in_no_entry(driver: Driver) -> None:
    driver.by_admin("createTicketCodes", count=1, validUntil="2999-01-01T00:00:00Z")
    consultation = driver.held()
    void(driver, consultation)
    assert not any(str(consultation.code) in str(entry) for entry in driver.audit())


def test_support_and_others_may_not_act(driver: Driver) -> None:
    consultation = driver.held()
    incident = {"incidentId": "hold_lost.x", "note": "x"}
    schedule = {"name": "endOverdueSessions", "note": "x"}
    again = {"id": consultation.ticket, "note": "x"}
    for claims in ({"support": True}, {}, {"admin": "true"}):
        for name, data in (
            ("resolveIncident", incident),
            ("runSchedule", schedule),
            ("resumeDecision", again),
            ("refundPayment", {"paymentIntentId": consultation.payment, "note": "x"}),
        ):
            with refused("PERMISSION_DENIED"):
                driver.call(name, data, "somebody", **claims)
    with refused("PAYMENT_NOT_FOUND"):
        driver.call("cancelPaymentIntent", {"paymentIntentId": consultation.payment}, "somebody", support=True)
    assert driver.audit() == []


def test_a_note_is_asked_for(driver: Driver) -> None:
    for note in ({}, {"note": ""}, {"note": "   "}, {"note": "x" * 501}):
        with pytest.raises(CallableError) as failed:
            partial(driver.by_admin, "resolveIncident", incidentId="hold_lost.x", **note)()
        assert failed.value.details["reason"] == "INVALID_ARGUMENT"
