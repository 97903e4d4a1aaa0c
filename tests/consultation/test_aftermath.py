"""Refunds and disputes: the payment shows what Stripe says now, in whatever order the events come."""

from __future__ import annotations

import random

import pytest

from common.documents import Unit
from payments import aftermath
from tests.support import guards_off
from tests.support.aftermaths import NOTHING, STORIES, Story, dispute, ends, refund, then
from tests.support.clock import MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

BEFORE_COMMIT = Named("firestore commit", "before")
AFTER_ASKING = Named("stripe GET", "after")


def begun(driver: Driver) -> Story:
    """A consultation that took place and was captured, of which Stripe's events have been delivered."""
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.end(consultation)
    driver.deliver_news()
    return Story(driver, consultation)


@pytest.mark.parametrize("name", STORIES)
def test_events_of_the_whole_story_shuffled_and_twice(driver: Driver, name: str) -> None:
    steps, end = STORIES[name]
    story = begun(driver)
    before = driver.ticket(story.consultation)
    for step in steps:
        step(story)
    events = driver.events(story.consultation) * 2
    random.Random(name).shuffle(events)
    assert driver.deliver(*events) == 200
    assert story.shown() == end
    assert driver.ticket(story.consultation) == before
    driver.agrees()


@pytest.mark.parametrize("name", STORIES)
def test_events_as_they_come_with_what_came_before_once_more(driver: Driver, name: str) -> None:
    steps, end = STORIES[name]
    story = begun(driver)
    for step in steps:
        step(story)
        driver.deliver_news()
        driver.agrees()
    assert story.shown() == end
    assert driver.deliver(*reversed(driver.events(story.consultation))) == 200
    assert story.shown() == end


@pytest.mark.parametrize("name", STORIES)
def test_the_reconciliation_finds_it_when_no_event_came(driver: Driver, name: str) -> None:
    steps, end = STORIES[name]
    story = begun(driver)
    for step in steps:
        step(story)
        driver.reconcile()
        driver.agrees()
    assert story.shown() == end


@pytest.mark.parametrize("end", ["won", "warning_closed"])
def test_a_dispute_is_followed_to_its_end_though_the_charge_does_not_mention_it_any_more(
    driver: Driver, end: str
) -> None:
    story = begun(driver)
    dispute("warning_needs_response" if end == "warning_closed" else "needs_response")(story)
    driver.deliver_news()
    ends(end)(story)
    driver.unmark_dispute(story.consultation)
    driver.deliver_news()
    assert story.shown() == (0, False, False, end)
    refund(1000)(story)
    driver.deliver_news()
    assert story.shown() == (1000, False, False, end)


def test_the_reconciliation_asks_for_a_dispute_that_is_shown_though_the_charge_does_not_mention_it(
    driver: Driver,
) -> None:
    story = begun(driver)
    dispute()(story)
    driver.deliver_news()
    ends("won")(story)
    driver.unmark_dispute(story.consultation)
    driver.reconcile()
    assert story.shown() == (0, False, False, "won")


def test_an_inquiry_that_the_charge_does_not_mention_is_shown(driver: Driver) -> None:
    story = begun(driver)
    dispute("warning_needs_response")(story)
    driver.unmark_dispute(story.consultation)
    driver.deliver_news()
    assert story.shown() == (0, False, False, "warning_needs_response")


def test_control_what_only_grows_shows_a_failed_refund_for_ever(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    guards_off.without_looks_that_take_back(monkeypatch)
    story = begun(driver)
    for step in (refund(), then("failed")):
        step(story)
        driver.deliver_news()
    assert story.shown()[0] == 5000
    assert driver.problems() == [f"{story.consultation.payment}: 0 JPY refunded at Stripe, 5000 on the payment"]


def overtaken(driver: Driver, trips: RoundTrips) -> Story:
    """A refund failed, and another one is made. It fails too, and that is settled, while the webhook that was told of
    its creation has asked Stripe already and is about to commit."""
    story = begun(driver)
    for step in (refund(), then("failed")):
        step(story)
        driver.deliver_news()
    refund()(story)
    created = driver.events(story.consultation, "refund.created")[-1]

    def fail_and_settle() -> None:
        then("failed")(story)
        assert driver.deliver(driver.events(story.consultation, "refund.failed")[-1]) == 200

    with trips.interrupted(BEFORE_COMMIT, fail_and_settle):
        assert driver.deliver(created) == 200
    return story


def test_an_answer_that_was_overtaken_is_asked_for_again(driver: Driver, round_trips: RoundTrips) -> None:
    story = overtaken(driver, round_trips)
    assert story.shown() == NOTHING
    driver.agrees()


def test_control_without_compare_and_set_the_old_answer_stays(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    guards_off.without_preconditions(monkeypatch)
    assert overtaken(driver, round_trips).shown() == (5000, False, False, None)


def test_control_a_look_that_finds_nothing_new_must_be_seen_by_older_ones(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    guards_off.without_a_version_of_looks(monkeypatch)
    assert overtaken(driver, round_trips).shown() == (5000, False, False, None)


def test_a_webhook_and_the_reconciliation_at_once_agree(driver: Driver, round_trips: RoundTrips) -> None:
    story = begun(driver)
    refund()(story)

    def fail_and_reconcile() -> None:
        then("failed")(story)
        driver.reconcile()

    (told,) = driver.events(story.consultation, "charge.refunded")
    with round_trips.interrupted(AFTER_ASKING, fail_and_reconcile):
        assert driver.deliver(told) == 200
    assert story.shown() == NOTHING
    driver.agrees()


def test_an_event_is_settled_again_if_the_process_died_before_its_line_was_written(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = begun(driver)
    refund()(story)
    events = driver.events(story.consultation, "charge.refunded")
    with monkeypatch.context() as patch:
        patch.setattr(aftermath, "ask", _dies)
        assert driver.deliver(*events) == 500
    assert driver.deliver(*events) == 200
    assert story.shown() == (5000, False, False, None)


def _dies(*_: object) -> object:
    raise RuntimeError("the process ends here")


def test_an_event_that_was_settled_asks_stripe_for_nothing_more_than_whose_it_is(
    driver: Driver, round_trips: RoundTrips
) -> None:
    story = begun(driver)
    refund()(story)
    driver.deliver_news()
    (told,) = driver.events(story.consultation, "refund.created")
    with round_trips.watching():
        driver.deliver(told)
    assert len(round_trips.stripe) == 1
    assert round_trips.firestore.count("commit") == 0


def test_a_payment_whose_document_is_gone_is_written_anew_with_what_became_of_it(driver: Driver) -> None:
    story = begun(driver)
    refund(1000)(story)
    driver.db.document(f"payment_intents/{story.consultation.payment}").delete()
    driver.deliver_news()
    assert story.shown() == (1000, False, False, None)
    driver.agrees()


def test_part_of_a_hold_captured_is_no_refund(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.call(
        "capturePaymentIntent",
        {"payment_intent_id": consultation.payment, "amount": 3000},
        consultation.imecon,
    )
    driver.deliver_news()
    story = Story(driver, consultation)
    assert story.shown()[0] in (0, None)
    refund(500)(story)
    driver.deliver_news()
    assert story.shown() == (500, False, False, None)
    then("failed")(story)
    driver.deliver_news()
    assert story.shown() == NOTHING
    driver.agrees()


def test_a_hold_that_was_voided_or_lapsed_shows_no_refund(driver: Driver) -> None:
    voided, lapsed = driver.held("one"), driver.held("two", "imecon-2")
    driver.cancel(voided)
    driver.simulator.set_capture_before(lapsed.payment, driver.simulator.now() - 1)
    driver.deliver_news()
    for consultation in (voided, lapsed):
        assert driver.payment(consultation)["status"] == "canceled"
        assert "amountRefunded" not in driver.payment(consultation)
    driver.agrees()


def test_money_for_no_session_is_reported_again_when_its_refund_fails(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_news()
    found = [_differences(driver)]
    refunded = driver.refund(consultation)
    driver.deliver_news()
    found.append(_differences(driver))
    driver.fail_refund(refunded)
    driver.deliver_news()
    found.append(_differences(driver))
    assert found == [1, 0, 1]


def test_money_for_no_session_that_the_bank_took_is_returned(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_capture(consultation.payment)
    dispute = driver.dispute(consultation)
    driver.deliver_news()
    found = [_differences(driver)]
    driver.move_dispute(dispute, "lost")
    driver.deliver_news()
    found.append(_differences(driver))
    assert found == [1, 0]


def _differences(driver: Driver) -> int:
    """How many differences a reconciliation reports now."""
    driver.advance(MINUTE)
    driver.reconcile()
    newest = max(driver.db.collection("reconciliations").stream(), key=lambda found: found.id)
    return int((newest.to_dict() or {})["difference_count"])


def test_an_event_about_a_payment_that_stripe_does_not_know_is_foreign(driver: Driver) -> None:
    story = begun(driver)
    refund()(story)
    told = driver.events(story.consultation, "refund.created", "charge.refunded")
    driver.forget_payment(story.consultation)
    assert driver.deliver(*told) == 200
    assert story.shown()[0] is None


def test_every_look_at_a_payment_is_guarded(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    story = begun(driver)
    merged: list[str] = []
    blindly = Unit.merge_blindly

    def seen(unit: Unit, reference: object, changes: object) -> None:
        merged.append(getattr(reference, "path", ""))
        blindly(unit, reference, changes)  # type: ignore[arg-type]

    monkeypatch.setattr(Unit, "merge_blindly", seen)
    refund()(story)
    driver.deliver_news()
    assert merged == []


def test_the_payment_says_when_what_is_refunded_last_changed(driver: Driver) -> None:
    story = begun(driver)
    assert "refundedAt" not in driver.payment(story.consultation)
    driver.refund(story.consultation, 1000)
    driver.deliver_news()
    refunded_at = driver.payment(story.consultation)["refundedAt"]
    driver.advance(MINUTE)
    driver.simulator.dispute(story.consultation.payment)
    driver.deliver_news()
    payment = driver.payment(story.consultation)
    assert (payment["disputed"], payment["refundedAt"]) == (True, refunded_at)
