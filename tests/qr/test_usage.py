"""recordQRUsage and checkQRUsage: a reading is finalised once, by who read it, and fails safe when asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from common import clock
from common.errors import CallReason, Reason
from qr.reasons import QrReason
from tests.integration.counter import CUSTOMER, STORE, Counter
from tests.integration.shop import Shop, refused
from tests.support.concurrency import at_once
from tests.support.documents import changed, snapshot

UNKNOWN = "A" * 22
TEN_MINUTES = 600


class TestRecording:
    def test_a_reading_is_kept_for_good(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        read = shop.document(f"qr_usage_history/{nonce}")
        shop.travel.freeze(clock.now() + timedelta(seconds=30))
        assert counter.record(nonce, CUSTOMER, "staff-1", STORE) == {"ok": True, "success": True}
        kept = shop.document(f"qr_usage_history/{nonce}")
        assert kept == {**read, "status": "used", "timestamp": clock.now(), "expireAt": None}

    def test_a_customer_records_their_own_reading_of_a_stores_code(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.ready_to_pay()
        assert counter.record(nonce, STORE, CUSTOMER)["success"] is True
        assert shop.document(f"qr_usage_history/{nonce}_{CUSTOMER}")["status"] == "used"

    @pytest.mark.parametrize("reader", [CUSTOMER, STORE, "anything"])
    def test_a_customer_records_for_themselves_whatever_the_app_sends(self, counter: Counter, reader: str) -> None:
        assert counter.record(counter.ready_to_pay(), STORE, CUSTOMER, reader)["success"] is True

    def test_again_changes_nothing_and_answers_the_same_however_late(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        first = counter.record(nonce, CUSTOMER, "staff-1", STORE)
        before = snapshot(shop.db)
        assert counter.record(nonce, CUSTOMER, "staff-1", STORE) == first
        shop.travel.advance(86_400)
        assert counter.record(nonce, CUSTOMER, "staff-1", STORE) == first
        assert changed(before, snapshot(shop.db)) == []

    def test_ten_times_at_once_is_once(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        answers = at_once([lambda: counter.record(nonce, CUSTOMER, "staff-1", STORE)] * 10)
        assert answers == [{"ok": True, "success": True}] * 10
        assert shop.count("qr_usage_history") == 1

    @pytest.mark.parametrize("milliseconds", [0, 1, 10**15])
    def test_the_apps_clock_does_not_count(self, shop: Shop, counter: Counter, milliseconds: int) -> None:
        nonce = counter.visit()
        shop.travel.freeze(clock.now() + timedelta(seconds=30))
        data = {"nonce": nonce, "readerId": STORE, "targetId": CUSTOMER, "timestamp": milliseconds}
        shop.api.call("recordQRUsage", data, "staff-1")
        assert shop.document(f"qr_usage_history/{nonce}")["timestamp"] == clock.now()

    @pytest.mark.parametrize("recorded", [False, True])
    @pytest.mark.parametrize(
        ("uid", "reader", "target", "reason"),
        [
            ("staff-1", STORE, "somebody", QrReason.IDEMPOTENCY_MISMATCH),
            ("staff-1", None, CUSTOMER, QrReason.QR_ALREADY_USED),
            ("staff-1", "store-2", CUSTOMER, QrReason.QR_ALREADY_USED),
            ("staff-2", "store-2", CUSTOMER, QrReason.QR_ALREADY_USED),
            ("staff-2", STORE, CUSTOMER, QrReason.QR_ALREADY_USED),
            (CUSTOMER, STORE, CUSTOMER, QrReason.QR_ALREADY_USED),
            # Custom tokens may name users freely, also like a store.
            (STORE, None, CUSTOMER, QrReason.QR_ALREADY_USED),
        ],
    )
    def test_only_what_was_read_by_who_read_it(
        self,
        shop: Shop,
        counter: Counter,
        recorded: bool,
        uid: str,
        reader: str | None,
        target: str,
        reason: Reason,
    ) -> None:
        nonce = counter.visit()
        if recorded:
            counter.record(nonce, CUSTOMER, "staff-1", STORE)
        before = snapshot(shop.db)
        with refused(reason):
            counter.record(nonce, target, uid, reader)
        assert changed(before, snapshot(shop.db)) == []
        assert counter.record(nonce, CUSTOMER, "staff-1", STORE)["success"] is True

    def test_what_another_customer_read_is_not_verified_for_me(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.ready_to_pay("another")
        for uid, reader in ((CUSTOMER, None), (CUSTOMER, "another"), ("staff-1", STORE)):
            with refused(QrReason.QR_NOT_VERIFIED):
                counter.record(nonce, STORE, uid, reader)
        assert shop.document(f"qr_usage_history/{nonce}_another")["status"] == "verified"

    def test_what_nobody_read(self, shop: Shop, counter: Counter) -> None:
        before = snapshot(shop.db)
        for uid, reader in ((CUSTOMER, None), ("staff-1", STORE)):
            with refused(QrReason.QR_NOT_VERIFIED):
                counter.record(UNKNOWN, STORE, uid, reader)
        assert changed(before, snapshot(shop.db)) == []

    @pytest.mark.parametrize("seconds", [TEN_MINUTES - 1, TEN_MINUTES, TEN_MINUTES + 1])
    def test_ten_minutes_after_it_was_read_it_is_stale(self, shop: Shop, counter: Counter, seconds: int) -> None:
        nonce = counter.visit()
        shop.seconds_after(shop.document(f"qr_usage_history/{nonce}")["timestamp"], seconds)
        if seconds < TEN_MINUTES:
            counter.record(nonce, CUSTOMER, "staff-1", STORE)
            return
        before = snapshot(shop.db)
        with refused(QrReason.QR_EXPIRED):
            counter.record(nonce, CUSTOMER, "staff-1", STORE)
        assert changed(before, snapshot(shop.db)) == []

    @pytest.mark.parametrize("uid", ["u__", "a_b__", "u"])
    def test_no_nonce_and_uid_together_are_an_id_that_the_store_reserves(self, shop: Shop, uid: str) -> None:
        for name, more in (("recordQRUsage", {"targetId": STORE}), ("checkQRUsage", {})):
            with refused(CallReason.INVALID_ARGUMENT):
                shop.api.call(name, {"nonce": "__" + "a" * 20, **more}, uid)


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
        self, counter: Counter, recorded: bool, uid: str, reader: str | None, theirs: bool
    ) -> None:
        nonce = counter.visit()
        if recorded:
            counter.record(nonce, CUSTOMER, "staff-1", STORE)
        assert counter.check(nonce, uid, reader) == {"ok": True, "used": recorded or not theirs}

    def test_a_stores_code_is_used_up_by_each_customer_for_themselves(self, counter: Counter) -> None:
        token = counter.show_store()
        nonce = counter.read(token)
        counter.read(token, "another")
        counter.record(nonce, STORE, CUSTOMER)
        found = {
            uid: counter.check(nonce, uid)["used"] for uid in (CUSTOMER, "another", "nobody yet".replace(" ", "-"))
        }
        assert found == {CUSTOMER: True, "another": False, "nobody-yet": False}

    def test_what_nobody_read_is_not_used(self, counter: Counter) -> None:
        assert counter.check(UNKNOWN, CUSTOMER)["used"] is False

    def test_asking_changes_nothing(self, shop: Shop, counter: Counter) -> None:
        nonce, before = counter.visit(), snapshot(shop.db)
        counter.check(nonce, "staff-1", STORE)
        counter.check(UNKNOWN, CUSTOMER)
        assert changed(before, snapshot(shop.db)) == []

    @pytest.mark.timeout(30)
    def test_when_it_cannot_be_found_out_a_code_counts_as_used(
        self, counter: Counter, without_firestore: Callable[[], None], capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert counter.check(UNKNOWN, CUSTOMER) == {"ok": True, "used": True}
        assert '"message": "qr usage unknown"' in capfd.readouterr().out
        without_firestore()
        assert counter.check(UNKNOWN, CUSTOMER)["used"] is False
