"""offerTransfer and acceptTransfer: the first who takes a ticket has it, and what was shown of it before is void."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.admissions import ORGANIZER, PRICE, Ordered
from tests.support.calls import refused
from tests.support.clock import DAY, MINUTE
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Named, RoundTrips

COMMIT = Named("firestore commit", "before")


def bought(driver: Driver, quantity: int = 1, **more: Any) -> Ordered:
    """Tickets that may be handed on."""
    return driver.places_bought(driver.published(**{"transferable": True, **more}), "ann", quantity)


def transfers(driver: Driver) -> list[str]:
    """The statuses of all offers."""
    return sorted(each.get("status") for each in driver.db.collection("event_transfers").stream())


def holder(driver: Driver, ordered: Ordered) -> tuple[str, int]:
    ticket = driver.event_ticket(ordered)
    return ticket["holder_id"], ticket["generation"]


def door_says(driver: Driver, token: str, event: str) -> str:
    """What an entry with this code is recorded as."""
    (answer,) = driver.sync(event, driver.offline_scan(token))
    return str(answer["problem"] or answer["result"])


def test_whoever_takes_it_has_it_and_the_old_code_is_void(driver: Driver) -> None:
    ordered = bought(driver)
    old = driver.shown(ordered)
    ticket = driver.accept(driver.offer(ordered), "bob", holder_name="大地")
    assert (ticket["ticket_id"], ticket["holder_name"]) == (f"{ordered.id}.0", "大地")
    assert holder(driver, ordered) == ("bob", 2)
    assert [each["ticket_id"] for each in driver.call("getUserTickets", {}, "bob")["coming"]] == [f"{ordered.id}.0"]
    assert driver.call("getUserTickets", {}, "ann")["coming"] == []
    assert door_says(driver, old, ordered.event) == "transferred"
    assert driver.event_ticket(ordered)["status"] == "valid"
    assert door_says(driver, driver.shown(ordered), ordered.event) == "ok"
    driver.agrees()


def test_both_are_told_once(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    for _ in range(2):
        driver.accept(token, "bob")
    assert driver.pushed("bob") == ["チケットを受け取りました"]
    assert driver.pushed("ann").count("チケットを譲渡しました") == 1


def test_what_is_kept_is_no_token(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    kept = str(driver.everything())
    assert token not in kept
    assert token.rpartition(".")[2] not in kept


def test_the_winner_may_ask_again_and_others_are_too_late(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    first = driver.accept(token, "bob", holder_name="大地")
    assert driver.accept(token, "bob", holder_name="誰か") == first
    with refused("TRANSFER_OVER"):
        driver.accept(token, "cyd")
    driver.accept(driver.offer(ordered, "bob"), "cyd", holder_name="秘密")
    with refused("TRANSFER_OVER"):
        driver.accept(token, "bob")
    assert holder(driver, ordered) == ("cyd", 3)
    driver.agrees()


def race(driver: Driver, token: str) -> list[Any]:
    """Eight people take one offer at the same time."""
    return at_once([partial(driver.accept, token, f"fan-{number}") for number in range(8)])


def test_an_offer_that_many_take_is_ones(driver: Driver) -> None:
    ordered = bought(driver)
    answers = race(driver, driver.offer(ordered))
    assert len(successes(answers)) == 1
    assert refusals(answers) == ["TRANSFER_OVER"] * 7
    assert holder(driver, ordered)[1] == 2
    driver.agrees()


def test_control_without_compare_and_set_several_take_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, round_trips: RoundTrips
) -> None:
    token = driver.offer(bought(driver))
    without_preconditions(monkeypatch)
    with round_trips.interrupted(COMMIT, partial(driver.accept, token, "bob")):
        assert driver.accept(token, "cid")["ok"] is True


def test_a_later_offer_does_not_end_an_earlier_one_but_being_taken_does(driver: Driver) -> None:
    ordered = bought(driver)
    first, second = driver.offer(ordered), driver.offer(ordered)
    assert transfers(driver) == ["offered", "offered"]
    driver.accept(first, "bob")
    with refused("TRANSFER_OVER"):
        driver.accept(second, "cyd")
    assert transfers(driver) == ["accepted", "withdrawn"]
    driver.agrees()


def test_of_many_offers_the_last_five_stand(driver: Driver) -> None:
    ordered = bought(driver)
    offers = [driver.offer(ordered) for _ in range(6)]
    assert transfers(driver) == ["offered"] * 5 + ["withdrawn"]
    with refused("TRANSFER_OVER"):
        driver.accept(offers[0], "bob")
    driver.accept(offers[1], "bob")
    driver.agrees()


def test_what_is_withdrawn_is_over(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    withdrawn = {"ok": True, "transfer_token": None, "expires_at": None, "status": "withdrawn"}
    assert driver.withdraw(ordered) == withdrawn
    before = driver.everything()
    assert driver.withdraw(ordered) == withdrawn
    assert driver.everything() == before
    with refused("TRANSFER_OVER"):
        driver.accept(token, "bob")
    driver.accept(driver.offer(ordered), "bob")
    driver.agrees()


def test_withdrawing_while_somebody_takes_it_has_one_end(driver: Driver, round_trips: RoundTrips) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    with round_trips.interrupted(COMMIT, partial(driver.withdraw, ordered)), refused("TRANSFER_OVER"):
        driver.accept(token, "bob")
    assert holder(driver, ordered) == ("ann", 1)
    token = driver.offer(ordered)
    with round_trips.interrupted(COMMIT, partial(driver.accept, token, "bob")), refused("TICKET_NOT_FOUND"):
        driver.withdraw(ordered)
    assert holder(driver, ordered) == ("bob", 2)
    driver.agrees()


def test_an_offer_stands_for_seven_days(driver: Driver) -> None:
    driver.freeze()
    ordered = bought(driver)
    first, second = driver.offer(ordered), driver.offer(ordered)
    driver.advance(7 * DAY - 1)
    driver.accept(first, "bob")
    late = bought(driver)
    second = driver.offer(late)
    driver.advance(7 * DAY)
    with refused("TRANSFER_OVER"):
        driver.accept(second, "bob")


def test_an_offer_ends_when_the_event_begins(driver: Driver) -> None:
    begins = driver.freeze() + timedelta(days=5)
    ordered = bought(driver, event_date=begins.isoformat())
    answer = driver.call("offerTransfer", {"ticket_id": f"{ordered.id}.0"}, "ann")
    assert datetime.fromisoformat(answer["expires_at"]) - begins < timedelta(milliseconds=1)
    driver.freeze(begins, seconds=-1)
    driver.offer(ordered)
    driver.freeze(begins)
    with refused("TRANSFER_OVER"):
        driver.accept(answer["transfer_token"], "bob")
    with refused("NOT_TRANSFERABLE"):
        driver.offer(ordered)


def test_only_a_valid_ticket_of_such_an_event_is_handed_on(driver: Driver) -> None:
    with refused("NOT_TRANSFERABLE"):
        driver.offer(bought(driver, transferable=False))
    ordered = bought(driver, 3)
    tokens = [driver.offer(ordered, number=number) for number in range(3)]
    driver.cancel_ticket(ordered, 0)
    driver.sync(ordered.event, driver.offline_scan(driver.shown(ordered, 1)))
    driver.db.document(f"event_tickets/{ordered.id}.2").update({"blocked": True})
    for number, token in enumerate(tokens):
        with refused("TICKET_NOT_USABLE"):
            driver.offer(ordered, number=number)
        with refused("TICKET_NOT_USABLE"):
            driver.accept(token, "bob")


def test_what_may_be_handed_on_is_as_the_organiser_says_when_it_is_taken(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    driver.update_event(ordered.event, transferable=False)
    driver.advance(MINUTE + 1)
    with refused("NOT_TRANSFERABLE"):
        driver.accept(token, "bob")
    driver.update_event(ordered.event, transferable=True)
    driver.advance(MINUTE + 1)
    driver.accept(token, "bob")


def test_strangers_offer_nothing_and_nobody_takes_their_own(driver: Driver) -> None:
    ordered = bought(driver)
    for uid in ("bob", ORGANIZER):
        with refused("TICKET_NOT_FOUND"):
            driver.offer(ordered, uid)
    token = driver.offer(ordered)
    with refused("INVALID_ARGUMENT"):
        driver.accept(token, "ann")
    with refused("TRANSFER_NOT_FOUND"):
        driver.accept(f"{token[:-22]}{'A' * 22}", "bob")
    driver.accept(token, "bob")
    for act in (driver.offer, driver.withdraw):
        with refused("TICKET_NOT_FOUND"):
            act(ordered)


@pytest.mark.parametrize("deleted", ["ann", "bob"])
def test_an_account_that_is_deleted_hands_nothing_on(driver: Driver, deleted: str) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    driver.db.document(f"account_deletions/{deleted}").set({"status": "begun"})
    with refused("ACCOUNT_DELETED"):
        driver.offer(ordered) if deleted == "ann" else driver.accept(token, deleted)


def test_whoever_leaves_withdraws_their_offers_and_the_books_stay(driver: Driver) -> None:
    from admission.leaving import leave
    from common.deadline import Deadline

    ordered = bought(driver)
    driver.accept(driver.offer(ordered), "bob", holder_name="大地")
    token = driver.offer(ordered, "bob")
    for _ in range(2):
        leave("bob", Deadline())
    with refused("TRANSFER_OVER"):
        driver.accept(token, "cyd")
    assert holder(driver, ordered) == ("bob", 2)
    assert driver.event_ticket(ordered)["holder_name"] is None
    assert transfers(driver) == ["accepted", "withdrawn"]
    driver.agrees()


def test_a_name_is_not_blanked_that_is_another_ones_by_now(driver: Driver, round_trips: RoundTrips) -> None:
    from admission.leaving import leave
    from common.deadline import Deadline

    ordered = bought(driver)
    token = driver.offer(ordered)
    with round_trips.interrupted(COMMIT, partial(driver.accept, token, "bob", holder_name="大地")):
        leave("ann", Deadline())
    assert driver.event_ticket(ordered)["holder_name"] == "大地"
    driver.agrees()


def test_a_ticket_that_was_handed_on_is_not_given_back_by_its_buyer(driver: Driver, round_trips: RoundTrips) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    assert driver.cancel_ticket(ordered, quote_only=True)["refund_amount"] == PRICE
    with round_trips.interrupted(COMMIT, partial(driver.accept, token, "bob")), refused("ORDER_NOT_FOUND"):
        driver.cancel_ticket(ordered)
    for uid in ("ann", "bob"):
        with refused("ORDER_NOT_FOUND"):
            driver.call("cancelTicket", {"ticket_id": f"{ordered.id}.0"}, uid)
    assert driver.event_ticket(ordered)["status"] == "valid"
    assert driver.simulator.charges()[0]["amount_refunded"] == 0
    driver.agrees()


def test_a_ticket_that_came_back_to_its_buyer_may_be_given_back(driver: Driver) -> None:
    ordered = bought(driver)
    driver.accept(driver.offer(ordered), "bob")
    driver.accept(driver.offer(ordered, "bob"), "ann")
    assert driver.cancel_ticket(ordered)["refund_amount"] == PRICE
    driver.agrees()


def test_a_ticket_that_is_given_back_while_somebody_takes_it(driver: Driver, round_trips: RoundTrips) -> None:
    ordered = bought(driver)
    token = driver.offer(ordered)
    with round_trips.interrupted(COMMIT, partial(driver.cancel_ticket, ordered)), refused("TICKET_NOT_USABLE"):
        driver.accept(token, "bob")
    assert driver.event_ticket(ordered)["holder_id"] == "ann"
    driver.agrees()


def test_when_the_event_is_cancelled_the_buyer_gets_the_money_and_both_are_told(driver: Driver) -> None:
    ordered = bought(driver, 2)
    driver.accept(driver.offer(ordered), "bob")
    driver.cancel_event(ordered.event)
    driver.orders_settle()
    assert driver.simulator.charges()[0]["amount_refunded"] == 2 * PRICE
    assert "イベントが中止になりました。代金をお返しします" in driver.pushed("ann")
    told = {"チケットを受け取りました", "イベントが中止になりました。代金は購入された方にお返しします"}
    assert {*driver.pushed("bob")} == told
    driver.agrees()


def test_when_the_money_is_gone_whoever_has_the_ticket_is_told(driver: Driver) -> None:
    ordered = bought(driver)
    driver.accept(driver.offer(ordered), "bob")
    driver.simulator.dashboard_refund(ordered.payment)
    driver.deliver(*driver.order_events(ordered))
    assert driver.event_ticket(ordered)["status"] == "cancelled"
    assert "チケットは無効になりました" in driver.pushed("bob")


def test_an_order_that_is_rebuilt_knows_who_has_its_tickets(driver: Driver) -> None:
    from admission import rebuild

    ordered = bought(driver, 2)
    driver.accept(driver.offer(ordered), "bob")
    driver.db.document(f"event_orders/{ordered.id}").delete()
    rebuild.order(ordered.id)
    assert driver.document(f"event_orders/{ordered.id}")["holders"] == {"0": "bob"}


def test_a_ticket_that_is_issued_anew_is_whose_it_was(driver: Driver) -> None:
    from admission import order, rebuild

    ordered = bought(driver)
    old = driver.shown(ordered)
    driver.accept(driver.offer(ordered), "bob")
    token = driver.offer(ordered, "bob")
    driver.db.document(f"event_tickets/{ordered.id}.0").delete()
    loaded = order.load(ordered.id)
    assert loaded is not None
    assert len(rebuild.missing_tickets(loaded)) == 1
    assert holder(driver, ordered) == ("bob", 2)
    assert door_says(driver, old, ordered.event) == "transferred"
    driver.agrees()
    driver.accept(token, "cyd")
    driver.agrees()


def test_the_limit_for_one_person_is_about_buying(driver: Driver) -> None:
    ordered = bought(driver, max_per_person=1)
    other = driver.places_bought(ordered.event, "bob")
    driver.accept(driver.offer(ordered), "bob")
    assert len(driver.call("getUserTickets", {}, "bob")["coming"]) == 2
    with refused("LIMIT_PER_PERSON"):
        driver.places_held(ordered.event, "ann")
    driver.cancel_ticket(other)
    driver.agrees()
