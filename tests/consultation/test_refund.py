"""refundPayment for consultations: whole and in parts, once whatever happens, and again when it came to nothing."""

from __future__ import annotations

from typing import Any

import pytest

from consultation import refund as refunds
from devkit.stripe_sim import StripeSimulator
from tests.support import guards_off
from tests.support.calls import Json, refused
from tests.support.clock import DAY, MINUTE
from tests.support.concurrency import at_once, refusals, successes
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.round_trips import Named, Point, RoundTrips

NOTE = "the consultant had a power cut"
ASKED = Named("stripe POST /v1/refunds", "after")


def captured(driver: Driver) -> Consultation:
    """A consultation of 5,000 JPY that took place."""
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.end(consultation)
    return consultation


def ask(driver: Driver, consultation: Consultation, amount: int | None = None) -> Any:
    more = {} if amount is None else {"amount": amount}
    return driver.by_admin("refundPayment", payment_intent_id=consultation.payment, note=NOTE, **more)


def given_back(simulator: StripeSimulator, consultation: Consultation) -> list[int]:
    """JPY of each refund that stands at Stripe."""
    made = [each for each in simulator.refunds() if each["payment_intent"] == consultation.payment]
    return [each["amount"] for each in made if each["status"] not in ("failed", "canceled")]


def lines(driver: Driver, consultation: Consultation) -> list[str]:
    return [line["event"] for line in driver.history(consultation) if line["event"].startswith("refund")]


def audited(driver: Driver) -> list[Json]:
    found = [entry.to_dict() or {} for entry in driver.db.collection("audit").stream()]
    return [entry for entry in found if entry["what"] == "refundPayment"]


@pytest.mark.parametrize(("amount", "back"), [(None, 5000), (5000, 5000), (1200, 1200), (1, 1)])
def test_all_or_a_part_is_given_back_and_shown(driver: Driver, amount: int | None, back: int) -> None:
    consultation = captured(driver)
    answer = ask(driver, consultation, amount)
    assert (answer["amount"], answer["amountRefunded"], answer["decided"]) == (back, back, False)
    assert given_back(driver.simulator, consultation) == [back]
    assert driver.payment(consultation)["amountRefunded"] == back
    ticket = driver.ticket(consultation)
    assert (ticket["status"], ticket["due_action"], ticket["due_at"]) == ("completed", None, None)
    assert lines(driver, consultation) == ["refund", "refunded"]
    driver.agrees()


def test_who_why_and_how_much_is_in_the_audit_once(driver: Driver) -> None:
    consultation = captured(driver)
    ask(driver, consultation, 1200)
    ask(driver, consultation, 1200)
    (entry,) = audited(driver)
    assert (entry["who"], entry["note"], entry["target"]) == ("admin", NOTE, f"tickets/{consultation.ticket}")
    assert entry["after"]["refund_amount"] == 1200


def test_parts_go_on_until_nothing_is_left(driver: Driver) -> None:
    consultation = captured(driver)
    ask(driver, consultation, 1000)
    with refused("REFUND_AMOUNT_INVALID") as caught:
        ask(driver, consultation, 4001)
    assert (caught.value.details["captured"], caught.value.details["refundable"]) == (5000, 4000)
    assert ask(driver, consultation)["amount"] == 4000
    driver.advance(11 * MINUTE)
    with refused("PAYMENT_NOT_REFUNDABLE"):
        ask(driver, consultation)
    assert given_back(driver.simulator, consultation) == [1000, 4000]
    driver.agrees()


def test_what_was_given_back_in_the_dashboard_counts_also_unheard_of(driver: Driver) -> None:
    consultation = captured(driver)
    driver.refund(consultation, 4500)
    with refused("REFUND_AMOUNT_INVALID"):
        ask(driver, consultation, 501)
    assert ask(driver, consultation)["amountRefunded"] == 5000


@pytest.mark.parametrize("status", ["pending_payment", "authorized", "used", "active"])
def test_what_was_not_captured_is_not_refunded(driver: Driver, status: str) -> None:
    consultation = driver.brought_to(status)
    before = driver.everything()
    with refused("PAYMENT_NOT_REFUNDABLE"):
        ask(driver, consultation)
    assert driver.everything() == before


@pytest.mark.parametrize("uid", ["buyer", "imecon-1", "support"])
def test_nobody_else_refunds(driver: Driver, uid: str) -> None:
    consultation = captured(driver)
    data = {"payment_intent_id": consultation.payment, "note": NOTE}
    with refused("PERMISSION_DENIED"):
        driver.call("refundPayment", data, uid, support=uid == "support")
    assert given_back(driver.simulator, consultation) == []


def test_a_repetition_is_the_same_refund_and_a_later_one_another(driver: Driver) -> None:
    consultation = captured(driver)
    first = ask(driver, consultation, 1000)
    driver.advance(9 * MINUTE)
    assert ask(driver, consultation, 1000) == first
    driver.advance(2 * MINUTE)
    assert ask(driver, consultation, 1000)["amountRefunded"] == 2000
    assert given_back(driver.simulator, consultation) == [1000, 1000]


def test_stripe_away_leaves_it_to_the_schedule(driver: Driver) -> None:
    consultation = captured(driver)
    driver.lose_call("drop_before", ".*/refunds")
    answer = ask(driver, consultation, 1000)
    assert (answer["amount"], answer["amountRefunded"], answer["decided"]) == (1000, 0, True)
    with refused("REFUND_ALREADY_DECIDED") as caught:
        ask(driver, consultation, 2000)
    assert caught.value.details["amount"] == 1000
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    assert given_back(driver.simulator, consultation) == [1000]
    assert driver.payment(consultation)["amountRefunded"] == 1000
    driver.agrees()


@pytest.mark.parametrize("kind", ["drop_after", "500_after"])
def test_an_answer_that_is_lost_gives_nothing_back_twice(driver: Driver, kind: str) -> None:
    consultation = captured(driver)
    driver.lose_call(kind, ".*/refunds")
    ask(driver, consultation, 1000)
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    assert ask(driver, consultation, 1000)["amountRefunded"] == 1000
    assert given_back(driver.simulator, consultation) == [1000]
    driver.agrees()


def test_control_without_idempotency_keys_it_comes_back_twice(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    guards_off.without_idempotency_keys(monkeypatch)
    consultation = captured(driver)
    driver.lose_call("drop_after", ".*/refunds")
    ask(driver, consultation, 1000)
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    assert given_back(driver.simulator, consultation) != [1000]


def test_a_refund_that_stripe_forgot_the_key_of_is_found_again(driver: Driver, round_trips: RoundTrips) -> None:
    consultation = captured(driver)
    with round_trips.killed(ASKED):
        ask(driver, consultation, 1000)
    driver.advance(2 * DAY)
    driver.sweep_sessions()
    assert given_back(driver.simulator, consultation) == [1000]
    driver.agrees()


def test_two_at_once_are_one_refund(driver: Driver) -> None:
    consultation = captured(driver)
    answers = at_once([lambda: ask(driver, consultation, 1000)] * 6)
    assert refusals(answers) == []
    assert given_back(driver.simulator, consultation) == [1000]
    assert lines(driver, consultation) == ["refund", "refunded"]
    driver.agrees()


def test_two_amounts_at_once_never_come_to_more_than_was_captured(driver: Driver) -> None:
    consultation = captured(driver)
    answers = at_once([lambda a=amount: ask(driver, consultation, a) for amount in (3000, 4000)])  # type: ignore[misc]
    assert len(successes(answers)) == 1
    assert set(refusals(answers)) <= {"REFUND_ALREADY_DECIDED", "REFUND_AMOUNT_INVALID", "BUSY"}
    assert sum(given_back(driver.simulator, consultation)) in (3000, 4000)
    driver.agrees()


def test_control_without_a_look_at_what_was_decided_a_repetition_gives_back_twice(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunds, "_is_decided", lambda *_: False)
    consultation = captured(driver)
    for _ in range(2):
        ask(driver, consultation, 1000)
    assert given_back(driver.simulator, consultation) == [1000, 1000]


STEPS = 9


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", range(1, STEPS + 6))
def test_killed_at_any_step_it_is_given_back_once_or_not_at_all(
    driver: Driver, round_trips: RoundTrips, call: int, moment: Any
) -> None:
    consultation = captured(driver)
    with round_trips.killed(Point(call, moment), always=call <= STEPS):
        ask(driver, consultation, 1000)
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    assert given_back(driver.simulator, consultation) == [1000] * bool(audited(driver))
    driver.agrees()
    ask(driver, consultation, 1000)
    assert given_back(driver.simulator, consultation) == [1000]
    driver.agrees()


def test_a_refund_that_fails_later_is_told_and_can_be_asked_for_again(driver: Driver) -> None:
    consultation = captured(driver)
    ask(driver, consultation, 1000)
    (made,) = driver.simulator.refunds()
    driver.fail_refund(made["id"])
    driver.deliver_news()
    incident = driver.document(f"incidents/refund_failed.{consultation.ticket}")
    assert (incident["status"], incident["payment"], incident["amount"]) == ("open", consultation.payment, 1000)
    assert f"{consultation.ticket}: 1000 JPY were to be given back, 0 are on the payment" in driver.problems()
    assert ask(driver, consultation, 1000)["amountRefunded"] == 1000
    assert given_back(driver.simulator, consultation) == [1000]
    driver.agrees()
    driver.reconcile()
    assert driver.document(f"incidents/refund_failed.{consultation.ticket}")["status"] == "resolved"


def test_a_disputed_payment_is_not_refunded(driver: Driver) -> None:
    consultation = captured(driver)
    driver.dispute(consultation)
    with refused("PAYMENT_NOT_REFUNDABLE"):
        ask(driver, consultation)
    assert lines(driver, consultation) == []


def test_what_stripe_refuses_for_good_ends_with_a_line_and_is_refused(driver: Driver, round_trips: RoundTrips) -> None:
    consultation = captured(driver)
    with (
        refused("PAYMENT_NOT_REFUNDABLE") as caught,
        round_trips.interrupted(Named("stripe POST /v1/refunds", "before"), lambda: driver.refund(consultation)),
    ):
        ask(driver, consultation, 1000)
    assert caught.value.details["problem"] == "charge_already_refunded"
    assert lines(driver, consultation) == ["refund", "refund_refused"]
    assert driver.ticket(consultation)["due_action"] is None
    driver.agrees()


def test_what_stripe_refuses_the_schedule_is_for_a_person(driver: Driver) -> None:
    consultation = captured(driver)
    driver.lose_call("drop_before", ".*/refunds")
    ask(driver, consultation)
    driver.dispute(consultation)
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    assert driver.document(f"incidents/refund_failed.{consultation.ticket}")["status"] == "open"
    assert lines(driver, consultation) == ["refund", "refund_refused"]
    driver.agrees()


def test_a_payment_that_stripe_does_not_know_is_not_refunded(driver: Driver) -> None:
    consultation = captured(driver)
    driver.forget_payment(consultation)
    with refused("PAYMENT_NOT_REFUNDABLE"):
        ask(driver, consultation)
    assert lines(driver, consultation) == []


def test_a_ticket_that_was_deleted_by_hand_after_a_refund_can_be_refunded_the_rest(driver: Driver) -> None:
    consultation = captured(driver)
    ask(driver, consultation, 1000)
    driver.db.document(f"tickets/{consultation.ticket}").delete()
    driver.reconcile()
    assert ask(driver, consultation, 1500)["amountRefunded"] == 2500
    assert given_back(driver.simulator, consultation) == [1000, 1500]
    driver.agrees()
