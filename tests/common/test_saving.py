"""Documents that people used to write by hand: what is saved can be used right away, and a slip changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.client import CallableError
from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver

NOTE = {"note": "料金改定"}
TYPE = {"ticketType": "dm_consultation", "amount": 6000, "active": True}
SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    "saveTicketType": ("ticket_types/dm_consultation", TYPE),
    "saveConsultant": (
        "imecons/imecon-1",
        {"imeconId": "imecon-1", "active": False, "displayName": "コンサルタント 新"},
    ),
    "saveStore": ("stores/store-1", {"storeId": "store-1", "name": "新しい本店", "address": "京都市"}),
    "saveStaff": ("store_staff/store-1", {"storeId": "store-1", "uids": ["staff-1", "staff-3", "staff-1"]}),
}
SLIPS: list[tuple[str, dict[str, Any], str]] = [
    ("saveTicketType", {**TYPE, "amount": 49}, "amount"),
    ("saveTicketType", {**TYPE, "amount": 100_000_000}, "amount"),
    ("saveTicketType", {**TYPE, "sessionMinutes": 0}, "session_minutes"),
    ("saveTicketType", {**TYPE, "minSessionMinutes": 31}, "min_session_minutes"),
    ("saveTicketType", {**TYPE, "holdHours": 169}, "hold_hours"),
    ("saveTicketType", {**TYPE, "page": " "}, "page"),
    ("saveStore", {"storeId": "store-1", "name": "  "}, "name"),
]


@pytest.mark.parametrize("name", SAVED)
def test_what_is_saved_is_there_with_its_entry_and_what_else_there_was(driver: Driver, name: str) -> None:
    path, data = SAVED[name]
    driver.db.document(path).update({"of_the_app": "stays"})
    before = driver.document(path)
    driver.by_admin(name, **data, **NOTE)
    after = driver.document(path)
    assert after != before
    assert after["of_the_app"] == "stays"
    (entry,) = driver.audit()
    assert (entry["what"], entry["target"], entry["note"]) == (name, path, NOTE["note"])
    assert {field: after[field] for field in entry["after"]} == entry["after"]
    assert {field: before.get(field) for field in entry["before"]} == entry["before"]
    driver.by_admin(name, **data, **NOTE)
    assert len(driver.audit()) == 1


@pytest.mark.parametrize(("name", "data", "field"), SLIPS)
def test_a_slip_is_refused_by_its_field_and_changes_nothing(
    driver: Driver, name: str, data: dict[str, Any], field: str
) -> None:
    before = driver.everything()
    with pytest.raises(CallableError) as failed:
        driver.by_admin(name, **data, **NOTE)
    details = failed.value.details
    assert (details["reason"], [each["field"] for each in details["fields"]]) == ("INVALID_ARGUMENT", [field])
    assert driver.everything() == before


def test_a_new_price_is_asked_at_once_and_sold_tickets_keep_theirs(driver: Driver) -> None:
    sold = driver.held()
    driver.by_admin("saveTicketType", **TYPE, **NOTE)
    assert driver.purchase("another")["amount"] == 6000
    assert driver.ticket(sold)["amount"] == 5000
    driver.agrees()


def test_a_new_type_and_a_new_consultant_can_be_bought(driver: Driver) -> None:
    driver.by_admin("saveTicketType", ticketType="video", amount=8000, active=True, sessionMinutes=45, **NOTE)
    driver.by_admin("saveConsultant", imeconId="imecon-9", active=True, displayName="コンサルタント 九", **NOTE)
    bought = driver.purchase("another", "imecon-9", ticketType="video")
    assert bought["amount"] == 8000
    assert driver.document(f"tickets/{bought['ticket_id']}")["terms"]["session_minutes"] == 45


def test_a_document_with_a_slip_of_a_hand_is_put_right(driver: Driver) -> None:
    driver.db.document("ticket_types/dm_consultation").update({"amount": "5000", "hold_hours": 1000})
    with pytest.raises(CallableError) as failed:
        driver.by_admin("saveTicketType", **TYPE, **NOTE)
    assert [each["field"] for each in failed.value.details["fields"]] == ["hold_hours"]
    driver.by_admin("saveTicketType", **TYPE, holdHours=72, **NOTE)
    assert driver.purchase()["amount"] == 6000


def test_who_is_taken_off_the_staff_may_do_nothing_there(driver: Driver) -> None:
    driver.by_admin("saveStaff", storeId="store-1", uids=["staff-3"], **NOTE)
    with refused("PERMISSION_DENIED"):
        driver.show_store_code()


def test_two_at_once_are_one_after_the_other(driver: Driver) -> None:
    def save(amount: int) -> object:
        return driver.by_admin("saveTicketType", **{**TYPE, "amount": amount}, **NOTE)

    assert refusals(at_once([lambda: save(6000), lambda: save(7000)])) == []
    first, second = driver.audit()
    assert second["before"]["amount"] == first["after"]["amount"]


@pytest.mark.parametrize("name", SAVED)
def test_support_and_others_save_nothing(driver: Driver, name: str) -> None:
    for claims in ({"support": True}, {}):
        with refused("PERMISSION_DENIED"):
            driver.call(name, {**SAVED[name][1], **NOTE}, "somebody", **claims)
