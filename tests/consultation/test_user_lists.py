"""What a ticket shows on ``users``, which is the app's: no state of these documents stops money or comes back by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest

from common import documents
from common.documents import Unit
from tests.support.busy_profile import written_to_all_the_time
from tests.support.calls import reason_of
from tests.support.concurrency import at_once, refusals
from tests.support.consultations import BUYER, IMECON, Consultation
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.lives import LIVES, Life

PEOPLE = (BUYER, IMECON)


def shown_like_any_other_write(patch: pytest.MonkeyPatch) -> None:
    """The guard off: what is shown on ``users`` is part of the commit, and makes the document."""

    def show(unit: Unit, reference: Any, changes: Mapping[str, Any], *, may_create: bool = False) -> None:
        unit.merge_blindly(reference, changes)

    patch.setattr(Unit, "show", show)


def shown_as_read(patch: pytest.MonkeyPatch) -> None:
    """The guard off: what is shown on ``users`` needs the document to be as it was read. Its owner writes meanwhile."""
    written = count()

    def show(unit: Unit, reference: Any, changes: Mapping[str, Any], *, may_create: bool = False) -> None:
        (doc,) = documents.read(reference)
        unit.update_as_read(doc, dict(changes))
        reference.set({"written": next(written)}, merge=True)

    patch.setattr(Unit, "show", show)


# Full


def fill(driver: Driver, uid: str) -> None:
    """As its owner may: 1 MiB is the most that a document holds."""
    driver.db.document(f"users/{uid}").set({"text": "x" * (1024 * 1024 - 100)})


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_full_profiles_stop_nothing(driver: Driver, life: Life) -> None:
    for uid in PEOPLE:
        fill(driver, uid)
    life.run(driver, Consultation(BUYER))
    assert driver.outcomes() == {BUYER: [life.end]}
    # Nothing was shown of what came and went, so nothing is left over either.
    driver.agrees()


@pytest.mark.parametrize("uid", PEOPLE)
def test_control_full_profiles_would_stop_everything(driver: Driver, monkeypatch: pytest.MonkeyPatch, uid: str) -> None:
    consultation = driver.paid()
    fill(driver, uid)
    shown_like_any_other_write(monkeypatch)
    assert reason_of(lambda: driver.confirm(consultation)) == "INTERNAL"


# Deleted

STAGES = [pytest.param(life, stage, id=f"{life}-{stage}") for life in LIVES for stage in range(1, len(life.steps))]


def delete_people_before(driver: Driver, stage: int) -> Callable[[int], None]:
    def before(step: int) -> None:
        if step == stage:
            for uid in PEOPLE:
                driver.db.document(f"users/{uid}").delete()

    return before


@pytest.mark.parametrize(("life", "stage"), STAGES)
def test_a_deleted_profile_stops_nothing_and_does_not_come_back(driver: Driver, life: Life, stage: int) -> None:
    life.run(driver, Consultation(BUYER), delete_people_before(driver, stage))
    assert driver.outcomes() == {BUYER: [life.end]}
    assert [uid for uid in PEOPLE if driver.db.document(f"users/{uid}").get().exists] == []
    assert driver.count(f"users/{IMECON}/pending_consultations") == 0
    driver.agrees()


@pytest.mark.parametrize("uid", PEOPLE)
def test_control_a_deleted_profile_would_come_back(driver: Driver, monkeypatch: pytest.MonkeyPatch, uid: str) -> None:
    consultation = driver.paid()
    driver.db.document(f"users/{uid}").delete()
    shown_like_any_other_write(monkeypatch)
    driver.confirm(consultation)
    assert driver.db.document(f"users/{uid}").get().exists


def test_a_profile_deleted_between_two_purchases_does_not_come_back(driver: Driver) -> None:
    driver.ended()
    for uid in PEOPLE:
        driver.db.document(f"users/{uid}").delete()
    driver.used()
    assert [uid for uid in PEOPLE if driver.db.document(f"users/{uid}").get().exists] == []
    driver.agrees()


def test_a_consultants_requests_outlive_their_profile(driver: Driver) -> None:
    """A sub-collection needs no document above it, and does not make one."""
    driver.db.document(f"users/{IMECON}").delete()
    driver.bought("somebody-else")
    driver.db.document(f"users/{IMECON}").delete()
    consultation = driver.held()
    assert driver.document(f"users/{IMECON}/pending_consultations/{consultation.ticket}")["status"] == "authorized"
    assert not driver.db.document(f"users/{IMECON}").get().exists


# Made once


def test_a_first_time_buyer_without_a_profile_gets_the_fields(driver: Driver) -> None:
    consultation = driver.bought()
    nothing = {"pending_ticket_ids": [], "available_ticket_codes": [], "has_pending_consultation": False}
    assert driver.user(BUYER) == nothing
    driver.simulator.confirm(consultation.payment)
    driver.confirm(consultation)
    assert driver.user(BUYER) == {
        "pending_ticket_ids": [consultation.ticket],
        "available_ticket_codes": [consultation.code],
        "has_pending_consultation": True,
    }


def test_a_first_time_user_of_a_perk_code_gets_the_fields(driver: Driver) -> None:
    consultation = driver.perk()
    assert driver.user(BUYER)["pending_ticket_ids"] == [consultation.ticket]
    assert driver.user(BUYER)["has_pending_consultation"] is True


@pytest.mark.parametrize("first", [Driver.bought, Driver.perk])
def test_a_consultant_without_a_profile_gets_their_list(
    driver: Driver, first: Callable[[Driver], Consultation]
) -> None:
    driver.db.document(f"users/{IMECON}").delete()
    first(driver)
    assert driver.user(IMECON) == {"dm_requests": []}
    driver.held("somebody-else")
    assert [request["user_id"] for request in driver.user(IMECON)["dm_requests"]] == ["somebody-else"]
    driver.agrees()


def test_requests_from_before_stay_when_lists_are_made(driver: Driver) -> None:
    driver.held()
    before = driver.user(IMECON)["dm_requests"]
    driver.db.document(f"consultation_lists/{IMECON}").delete()
    driver.bought("somebody-else")
    assert driver.user(IMECON)["dm_requests"] == before != []


# Busy


@pytest.mark.parametrize("uid", PEOPLE)
@pytest.mark.parametrize("writers", [6, 12])
def test_an_owner_who_writes_all_the_time_stops_nothing(driver: Driver, uid: str, writers: int) -> None:
    accepted, cancelled = driver.used(BUYER, "imecon-2" if uid == BUYER else IMECON), driver.used("other")
    mine = driver.used(BUYER) if uid == BUYER else cancelled
    with written_to_all_the_time(driver.db, uid, writers):
        assert reason_of(lambda: driver.answer(accepted)) == "ok"
        assert reason_of(lambda: driver.cancel(mine)) == "ok"
    assert driver.ticket(accepted)["status"] == "active"
    assert driver.ticket(mine)["status"] == "cancelled"
    assert driver.stripe_status(mine) == "canceled"


def test_control_an_owner_who_writes_all_the_time_would_stop_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = driver.used()
    shown_as_read(monkeypatch)
    assert reason_of(lambda: driver.answer(used)) == "BUSY"


# Of another type

ODD = [None, "nobody", 0, {"0": "x"}, [None], [{"user_id": 1}], True]
LIST_FIELDS = ("available_ticket_codes", "pending_ticket_ids", "has_pending_consultation", "dm_requests")


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("name", ["ended", "cancelled-when-held", "declined", "perk-ended", "perk-declined"])
def test_fields_of_another_type_stop_nothing_and_are_put_right(driver: Driver, name: str, odd: object) -> None:
    (life,) = [life for life in LIVES if str(life) == name]

    def spoil(step: int) -> None:
        if step == 0:
            for uid in PEOPLE:
                driver.db.document(f"users/{uid}").set(dict.fromkeys(LIST_FIELDS, odd), merge=True)

    life.run(driver, Consultation(BUYER), spoil)
    assert driver.outcomes() == {BUYER: [life.end]}
    mine = driver.user(BUYER)
    assert (mine["available_ticket_codes"], mine["pending_ticket_ids"]) == ([], [])
    assert mine["has_pending_consultation"] is False


@pytest.mark.parametrize("name", ["ended", "cancelled-when-held", "perk-ended"])
def test_odd_lists_of_the_servers_own_stop_nothing(driver: Driver, name: str) -> None:
    """Nobody but a hand in the console can write them, and then only what they show is wrong."""
    (life,) = [life for life in LIVES if str(life) == name]

    def spoil(_: int) -> None:
        odd = {"pending_ticket_ids": None, "available_ticket_codes": {"0": "x"}, "version": "x"}
        driver.db.document(f"consultation_lists/{BUYER}").set(odd)

    life.run(driver, Consultation(BUYER), spoil)
    assert driver.outcomes() == {BUYER: [life.end]}


# The lists themselves


def test_lists_that_are_gone_are_made_anew_with_what_is_known(driver: Driver) -> None:
    consultation = driver.held()
    driver.db.document(f"consultation_lists/{BUYER}").delete()
    driver.db.document(f"users/{BUYER}").delete()
    driver.redeem(consultation)
    assert driver.document(f"consultation_lists/{BUYER}")["pending_ticket_ids"] == [consultation.ticket]
    assert not driver.db.document(f"users/{BUYER}").get().exists
    driver.answer(consultation)
    driver.agrees()


def _held_of_ten_at_once(driver: Driver) -> None:
    """One buyer's card is held for ten consultants, and all the news come at once."""
    paid = [driver.paid(BUYER, imecon) for imecon in driver.more_consultants(10)]
    answers = at_once([lambda one=one: driver.confirm(one) for one in paid])  # type: ignore[misc]
    assert refusals(answers) == []


def test_what_happens_at_once_to_a_buyers_tickets_is_all_in_their_lists(driver: Driver) -> None:
    _held_of_ten_at_once(driver)
    assert len(driver.user(BUYER)["available_ticket_codes"]) == 10
    driver.agrees()


def test_control_without_the_guard_some_are_lost(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    without_preconditions(monkeypatch)
    _held_of_ten_at_once(driver)
    assert len(driver.user(BUYER)["available_ticket_codes"]) < 10
