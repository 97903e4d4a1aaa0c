"""A store's documents, written by hand: a slip is a refusal and an error that names it, never a 500 or an access."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from common import cache
from shops.stores import Staff, Store
from tests.support.calls import reason_of, refused
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE

Json = dict[str, Any]

STAFF = "staff-1"
BAD_STAFF: dict[str, Json] = {
    "no uids": {},
    "null": {"uids": None},
    "a text that is a uid": {"uids": STAFF},
    "a text that contains a uid": {"uids": f"{STAFF},staff-2"},
    "a map with a uid for a key": {"uids": {STAFF: True}},
    "a number": {"uids": 1},
    "true": {"uids": True},
    "a list with a number": {"uids": [STAFF, 1]},
    "a list with null": {"uids": [None, STAFF]},
    "a list in a list": {"uids": [{"uid": STAFF}]},
    "a list with an empty uid": {"uids": [STAFF, ""]},
    "another spelling": {"Uids": [STAFF]},
}
BAD_STORES: dict[str, Json] = {
    "no name": {"address": "東京都"},
    "null": {"name": None},
    "a number": {"name": 7},
    "a map": {"name": {"ja": "喫茶"}},
    "a list": {"name": ["喫茶"]},
    "true": {"name": True},
    "empty": {"name": ""},
    "blank": {"name": " \u3000"},
    "endless": {"name": "喫" * 201},
}


def invalid(capfd: pytest.CaptureFixture[str]) -> set[tuple[str, str]]:
    """Documents and fields that were reported since the last look."""
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert {line["message"] for line in lines} <= {"configuration invalid"}
    assert all(line["severity"] == "ERROR" and line["problem"] for line in lines)
    return {(line["document"], line["field"].partition(".")[0]) for line in lines}


def write(driver: Driver, path: str, fields: Json | None) -> None:
    document = driver.db.document(path)
    document.delete() if fields is None else document.set(fields)
    cache.forget()


class TestStaff:
    """Who worked there until somebody edited ``store_staff`` is refused, and so is everybody else."""

    def calls(self, driver: Driver) -> dict[str, Callable[[], object]]:
        """What only staff may do, with what was read before the slip; the reason of a refusal after the name."""
        code, shown, nonce = driver.show_code(), driver.show_code(), driver.scanned()
        driver.scan(shown)
        return {
            "issueSecureQR PERMISSION_DENIED": driver.show_store_code,
            "verifySecureQR QR_WRONG_READER": partial(driver.scan, code),
            "recordQRUsage QR_ALREADY_USED": partial(driver.record, nonce, CUSTOMER, STAFF, STORE),
            "requestPointAward PERMISSION_DENIED": partial(driver.offer_points, nonce),
        }

    @pytest.mark.parametrize("name", BAD_STAFF)
    def test_nobody_works_where_the_list_is_not_in_order(
        self, driver: Driver, capfd: pytest.CaptureFixture[str], name: str
    ) -> None:
        calls = self.calls(driver)
        write(driver, f"store_staff/{STORE}", BAD_STAFF[name])
        before = snapshot(driver.db)
        for wanted, call in calls.items():
            invalid(capfd)
            assert reason_of(call) == wanted.split()[1], wanted
            assert invalid(capfd) == {(f"store_staff/{STORE}", "uids")}, wanted
        assert changed(before, snapshot(driver.db)) == []

    @pytest.mark.parametrize("uid", ["staff", "s", "1", "uid", "None"])
    def test_no_part_of_a_text_is_somebody(self, driver: Driver, uid: str) -> None:
        write(driver, f"store_staff/{STORE}", {"uids": "staff-1, None, 1"})
        with refused("PERMISSION_DENIED"):
            driver.call("issueSecureQR", {"type": "store_point_use", "storeId": STORE}, uid)

    def test_a_code_counts_as_used_for_who_does_not_work_there(self, driver: Driver) -> None:
        nonce = driver.scanned()
        write(driver, f"store_staff/{STORE}", {"uids": STAFF})
        assert driver.check(nonce, STAFF, STORE)["used"] is True

    def test_a_store_whose_staff_are_missing_is_reported(
        self, driver: Driver, capfd: pytest.CaptureFixture[str]
    ) -> None:
        nonce = driver.scanned()
        write(driver, f"store_staff/{STORE}", None)
        invalid(capfd)
        with refused("PERMISSION_DENIED"):
            driver.offer_points(nonce)
        assert invalid(capfd) == {(f"store_staff/{STORE}", "uids")}

    def test_an_id_that_somebody_makes_up_is_not(self, driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
        nonce = driver.scanned()
        invalid(capfd)
        with refused("PERMISSION_DENIED"):
            driver.offer_points(nonce, store="store-9", uid="anybody")
        with refused("PERMISSION_DENIED"):
            driver.call("issueSecureQR", {"type": "store_point_use", "storeId": "store-9"}, "anybody")
        assert invalid(capfd) == set()

    def test_once_it_is_in_order_again_work_goes_on(self, driver: Driver) -> None:
        nonce = driver.scanned()
        write(driver, f"store_staff/{STORE}", {"uids": STAFF})
        with refused("PERMISSION_DENIED"):
            driver.offer_points(nonce)
        write(driver, f"store_staff/{STORE}", {"uids": [STAFF]})
        assert driver.offer_points(nonce)["status"] == "pending"


class TestStores:
    @pytest.mark.parametrize("name", BAD_STORES)
    def test_a_store_without_a_usable_name_offers_and_is_paid_nothing(
        self, driver: Driver, capfd: pytest.CaptureFixture[str], name: str
    ) -> None:
        driver.earn(10_000)
        scanned, read = driver.scanned(), driver.store_read()
        write(driver, f"stores/{STORE}", BAD_STORES[name])
        before = snapshot(driver.db)
        for call in (partial(driver.offer_points, scanned), partial(driver.use_points, read)):
            invalid(capfd)
            with refused("STORE_UNAVAILABLE"):
                call()
            assert invalid(capfd) == {(f"stores/{STORE}", "name")}
        assert changed(before, snapshot(driver.db)) == []

    def test_neither_does_one_whose_document_is_missing(self, driver: Driver) -> None:
        driver.earn(10_000)
        scanned, read = driver.scanned(), driver.store_read()
        write(driver, f"stores/{STORE}", None)
        for call in (partial(driver.offer_points, scanned), partial(driver.use_points, read)):
            with refused("STORE_UNAVAILABLE"):
                call()

    def test_what_was_offered_before_is_still_accepted(self, driver: Driver) -> None:
        award = driver.offered_points(1_200)
        write(driver, f"stores/{STORE}", {"name": 7})
        assert driver.accept_points(award)["stamp"]["storeName"] == "喫茶 切符"

    def test_fields_that_nobody_knows_do_no_harm(self, driver: Driver) -> None:
        write(driver, f"stores/{STORE}", {"name": "喫茶", "address": 5, "images": None, "opened": [1, 2]})
        assert driver.earn(1_200)["stamp"]["storeName"] == "喫茶"


def test_the_problems_name_their_fields() -> None:
    assert Store.problems({"name": "喫茶"}, "store-1") == []
    assert Staff.problems({"uids": ["a"]}, "store-1") == Staff.problems({"uids": []}) == []
    for model, slips, field in ((Store, BAD_STORES, "name"), (Staff, BAD_STAFF, "uids")):
        for slip in slips.values():
            assert {name.partition(".")[0] for name, _ in model.problems(slip)} == {field}


def test_an_id_that_no_call_can_name_is_a_problem() -> None:
    assert [field for field, _ in Store.problems({"name": "喫茶"}, "a.store")] == ["id"]
