"""recordQRUsage and checkQRUsage: a reading is finalised once, by who read it, and fails safe when asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from google.cloud import firestore

from common import cache, documents
from common.documents import Doc
from tests.support.calls import refused
from tests.support.concurrency import at_once
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE

UNKNOWN = "A" * 22
TEN_MINUTES = 600


class TestRecording:
    def test_a_reading_is_kept_for_good(self, driver: Driver) -> None:
        nonce = driver.scanned()
        read = driver.document(f"qr_usage_history/{nonce}")
        driver.freeze(driver.now() + timedelta(seconds=30))
        assert driver.record(nonce, CUSTOMER, "staff-1", STORE) == {"ok": True, "success": True}
        kept = driver.document(f"qr_usage_history/{nonce}")
        assert kept == {**read, "status": "used", "timestamp": driver.now(), "expireAt": None}

    def test_a_customer_records_their_own_reading_of_a_stores_code(self, driver: Driver) -> None:
        nonce = driver.store_read()
        assert driver.record(nonce, STORE, CUSTOMER)["success"] is True
        assert driver.document(f"qr_usage_history/{nonce}_{CUSTOMER}")["status"] == "used"

    @pytest.mark.parametrize("reader", [CUSTOMER, STORE, "anything"])
    def test_a_customer_records_for_themselves_whatever_the_app_sends(self, driver: Driver, reader: str) -> None:
        assert driver.record(driver.store_read(), STORE, CUSTOMER, reader)["success"] is True

    def test_again_changes_nothing_and_answers_the_same_however_late(self, driver: Driver) -> None:
        nonce = driver.scanned()
        first = driver.record(nonce, CUSTOMER, "staff-1", STORE)
        before = snapshot(driver.db)
        assert driver.record(nonce, CUSTOMER, "staff-1", STORE) == first
        driver.advance(86_400)
        assert driver.record(nonce, CUSTOMER, "staff-1", STORE) == first
        assert changed(before, snapshot(driver.db)) == []

    def test_ten_times_at_once_is_once(self, driver: Driver) -> None:
        nonce = driver.scanned()
        answers = at_once([lambda: driver.record(nonce, CUSTOMER, "staff-1", STORE)] * 10)
        assert answers == [{"ok": True, "success": True}] * 10
        assert driver.count("qr_usage_history") == 1

    def test_staff_whose_store_is_remembered_have_one_document_read(
        self, driver: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nonce, read = driver.scanned(), documents.read
        asked: list[str] = []

        def seen(*refs: firestore.DocumentReference, fields: Sequence[str] | None = None) -> list[Doc]:
            asked.extend(ref.path for ref in refs)
            return read(*refs, fields=fields)

        monkeypatch.setattr(documents, "read", seen)
        driver.record(nonce, CUSTOMER, "staff-1", STORE)
        assert asked == [f"qr_usage_history/{nonce}"]

    def test_whoever_was_just_taken_on_records_at_once(self, driver: Driver) -> None:
        nonce = driver.scanned()
        driver.db.document(f"store_staff/{STORE}").set({"uids": ["staff-1", "new"]})
        assert driver.record(nonce, CUSTOMER, "new", STORE)["success"] is True

    def test_the_dismissed_record_nothing_any_more_after_the_time_that_staff_are_remembered(
        self, driver: Driver
    ) -> None:
        nonce = driver.scanned()
        driver.db.document(f"store_staff/{STORE}").set({"uids": ["another"]})
        driver.advance(int(cache.STALE_AFTER.total_seconds()))
        with refused("QR_ALREADY_USED"):
            driver.record(nonce, CUSTOMER, "staff-1", STORE)

    def test_staff_record_the_code_of_another_store_that_they_read_as_customers(self, driver: Driver) -> None:
        # Their own store is remembered, and is what the app sends.
        driver.scanned()
        nonce = driver.store_read("staff-1", "store-2")
        assert driver.record(nonce, "store-2", "staff-1", STORE)["success"] is True
        assert driver.document(f"qr_usage_history/{nonce}_staff-1")["status"] == "used"

    @pytest.mark.parametrize("milliseconds", [0, 1, 10**15])
    def test_the_apps_clock_does_not_count(self, driver: Driver, milliseconds: int) -> None:
        nonce = driver.scanned()
        driver.freeze(driver.now() + timedelta(seconds=30))
        data = {"nonce": nonce, "readerId": STORE, "targetId": CUSTOMER, "timestamp": milliseconds}
        driver.call("recordQRUsage", data, "staff-1")
        assert driver.document(f"qr_usage_history/{nonce}")["timestamp"] == driver.now()

    @pytest.mark.parametrize("recorded", [False, True])
    @pytest.mark.parametrize(
        ("uid", "reader", "target", "reason"),
        [
            ("staff-1", STORE, "somebody", "IDEMPOTENCY_MISMATCH"),
            ("staff-1", None, CUSTOMER, "QR_ALREADY_USED"),
            ("staff-1", "store-2", CUSTOMER, "QR_ALREADY_USED"),
            ("staff-2", "store-2", CUSTOMER, "QR_ALREADY_USED"),
            ("staff-2", STORE, CUSTOMER, "QR_ALREADY_USED"),
            (CUSTOMER, STORE, CUSTOMER, "QR_ALREADY_USED"),
            # Custom tokens may name users freely, also like a store.
            (STORE, None, CUSTOMER, "QR_ALREADY_USED"),
        ],
    )
    def test_only_what_was_read_by_who_read_it(
        self,
        driver: Driver,
        recorded: bool,
        uid: str,
        reader: str | None,
        target: str,
        reason: str,
    ) -> None:
        nonce = driver.scanned()
        if recorded:
            driver.record(nonce, CUSTOMER, "staff-1", STORE)
        before = snapshot(driver.db)
        with refused(reason):
            driver.record(nonce, target, uid, reader)
        assert changed(before, snapshot(driver.db)) == []
        assert driver.record(nonce, CUSTOMER, "staff-1", STORE)["success"] is True

    def test_what_another_customer_read_is_not_verified_for_me(self, driver: Driver) -> None:
        nonce = driver.store_read("another")
        for uid, reader in ((CUSTOMER, None), (CUSTOMER, "another"), ("staff-1", STORE)):
            with refused("QR_NOT_VERIFIED"):
                driver.record(nonce, STORE, uid, reader)
        assert driver.document(f"qr_usage_history/{nonce}_another")["status"] == "verified"

    def test_what_nobody_read_cannot_be_recorded(self, driver: Driver) -> None:
        before = snapshot(driver.db)
        for uid, reader in ((CUSTOMER, None), ("staff-1", STORE)):
            with refused("QR_NOT_VERIFIED"):
                driver.record(UNKNOWN, STORE, uid, reader)
        assert changed(before, snapshot(driver.db)) == []

    @pytest.mark.parametrize("seconds", [TEN_MINUTES - 1, TEN_MINUTES, TEN_MINUTES + 1])
    def test_ten_minutes_after_it_was_read_it_is_stale(self, driver: Driver, seconds: int) -> None:
        nonce = driver.scanned()
        driver.freeze(driver.document(f"qr_usage_history/{nonce}")["timestamp"], seconds)
        if seconds < TEN_MINUTES:
            driver.record(nonce, CUSTOMER, "staff-1", STORE)
            return
        before = snapshot(driver.db)
        with refused("QR_EXPIRED"):
            driver.record(nonce, CUSTOMER, "staff-1", STORE)
        assert changed(before, snapshot(driver.db)) == []

    @pytest.mark.parametrize("uid", ["u__", "a_b__", "u"])
    def test_no_nonce_and_uid_together_are_an_id_that_the_store_reserves(self, driver: Driver, uid: str) -> None:
        for name, more in (("recordQRUsage", {"targetId": STORE}), ("checkQRUsage", {})):
            with refused("INVALID_ARGUMENT"):
                driver.call(name, {"nonce": "__" + "a" * 20, **more}, uid)


class TestAsking:
    @pytest.mark.parametrize("recorded", [False, True])
    @pytest.mark.parametrize(
        ("uid", "reader", "theirs"),
        [
            ("staff-1", STORE, True),
            ("staff-1", None, False),
            ("staff-2", "store-2", False),
            ("staff-2", STORE, False),
            (CUSTOMER, None, False),
            (STORE, None, False),
        ],
    )
    def test_a_customers_code_is_used_up_once_recorded_and_for_every_other_reader(
        self, driver: Driver, recorded: bool, uid: str, reader: str | None, theirs: bool
    ) -> None:
        nonce = driver.scanned()
        if recorded:
            driver.record(nonce, CUSTOMER, "staff-1", STORE)
        assert driver.check(nonce, uid, reader) == {"ok": True, "used": recorded or not theirs}

    def test_a_stores_code_is_used_up_by_each_customer_for_themselves(self, driver: Driver) -> None:
        token = driver.show_store_code()
        nonce = driver.read_store_code(token)
        driver.read_store_code(token, "another")
        driver.record(nonce, STORE, CUSTOMER)
        found = {uid: driver.check(nonce, uid)["used"] for uid in (CUSTOMER, "another", "nobody yet".replace(" ", "-"))}
        assert found == {CUSTOMER: True, "another": False, "nobody-yet": False}

    def test_what_nobody_read_is_not_used(self, driver: Driver) -> None:
        assert driver.check(UNKNOWN, CUSTOMER)["used"] is False

    def test_asking_changes_nothing(self, driver: Driver) -> None:
        nonce, before = driver.scanned(), snapshot(driver.db)
        driver.check(nonce, "staff-1", STORE)
        driver.check(UNKNOWN, CUSTOMER)
        assert changed(before, snapshot(driver.db)) == []

    @pytest.mark.timeout(30)
    def test_when_it_cannot_be_found_out_a_code_counts_as_used(
        self, driver: Driver, without_firestore: Callable[[], None], capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert driver.check(UNKNOWN, CUSTOMER) == {"ok": True, "used": True}
        assert '"message": "qr usage unknown"' in capfd.readouterr().out
        without_firestore()
        assert driver.check(UNKNOWN, CUSTOMER)["used"] is False
