"""verifySecureQR: a code is read once, in its minute, by who may read it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from common import clock
from devkit import local
from devkit.client import CallableError
from tests.support.calls import refused
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE, staff_of
from tests.support.qr_claims import claims_of
from tests.support.qr_forgeries import FORGERIES, Forger


def verify(driver: Driver, token: str, uid: str, **more: Any) -> Any:
    return driver.call("verifySecureQR", {"token": token, **more}, uid)


class TestReading:
    def test_staff_reads_a_customers_code_for_the_store(self, driver: Driver) -> None:
        driver.freeze(datetime.fromisoformat("2030-01-01T00:00:00Z"))
        token = driver.show_code()
        nonce = claims_of(token)["nonce"]
        answer = verify(driver, token, "staff-1", reader_id=STORE)
        who = {"type": "user_point_earn", "targetId": CUSTOMER}
        assert answer == {"ok": True, "valid": True, "nonce": nonce, **who}
        now = clock.now()
        assert driver.document(f"qr_usage_history/{nonce}") == {
            "nonce": nonce,
            "readerId": STORE,
            "targetId": CUSTOMER,
            "type": "user_point_earn",
            "userId": "staff-1",
            "status": "verified",
            "createdAt": now,
            "timestamp": now,
            "expireAt": now + timedelta(days=1),
        }

    @pytest.mark.parametrize("more", [{}, {"readerId": CUSTOMER}, {"readerId": STORE}, {"readerId": "anything"}])
    def test_a_customer_reads_a_stores_code_for_themselves_whatever_the_app_sends(
        self, driver: Driver, more: dict[str, str]
    ) -> None:
        token = driver.show_store_code()
        nonce = claims_of(token)["nonce"]
        assert verify(driver, token, CUSTOMER, **more)["targetId"] == STORE
        claim = driver.document(f"qr_usage_history/{nonce}_{CUSTOMER}")
        assert (claim["readerId"], claim["targetId"], claim["type"]) == (CUSTOMER, STORE, "store_point_use")

    def test_the_staff_of_one_store_are_customers_of_another(self, driver: Driver) -> None:
        driver.read_store_code(driver.show_store_code("store-2"), "staff-1")
        driver.scan(driver.show_code("staff-1"), "store-2")

    def test_the_same_reader_may_ask_again_and_gets_the_same_answer(self, driver: Driver) -> None:
        driver.db.document(f"store_staff/{STORE}").set({"uids": ["staff-1", "colleague"]})
        for token, uids in ((driver.show_code(), ["staff-1", "colleague"]), (driver.show_store_code(), [CUSTOMER])):
            first = verify(driver, token, uids[0], readerId=STORE)
            before = snapshot(driver.db)
            assert [verify(driver, token, uid, readerId=STORE) for uid in uids] == [first] * len(uids)
            assert changed(before, snapshot(driver.db)) == []

    @pytest.mark.parametrize("recorded", [False, True])
    def test_a_screenshot_is_worth_nothing_at_another_store(self, driver: Driver, recorded: bool) -> None:
        token = driver.show_code()
        nonce = driver.scan(token)
        if recorded:
            driver.record(nonce, CUSTOMER, "staff-1", STORE)
        before = snapshot(driver.db)
        with refused("QR_ALREADY_USED"):
            driver.scan(token, "store-2")
        assert changed(before, snapshot(driver.db)) == []
        assert driver.scan(token) == nonce

    @pytest.mark.parametrize(
        ("seconds", "reason"),
        [
            (-5.001, "QR_INVALID"),
            (-5, None),
            (0, None),
            (59, None),
            (60, None),
            (61, None),
            (65, None),
            (65.001, "QR_EXPIRED"),
            (120, "QR_EXPIRED"),
        ],
    )
    def test_it_counts_for_its_minute_and_five_seconds_around_it(
        self,
        driver: Driver,
        monkeypatch: pytest.MonkeyPatch,
        seconds: float,
        reason: str | None,
    ) -> None:
        issued = datetime.fromisoformat("2030-01-01T00:00:30Z")
        monkeypatch.setattr(clock, "_source", lambda: issued)
        token, before = driver.show_code(), snapshot(driver.db)
        # Also by a server whose clock is behind.
        monkeypatch.setattr(clock, "_source", lambda: issued + timedelta(seconds=seconds))
        if reason is None:
            driver.scan(token)
        else:
            with refused(reason):
                driver.scan(token)
        assert len(changed(before, snapshot(driver.db))) == (reason is None)


class TestRefusing:
    def test_no_forgery_is_believed_and_none_leaves_a_trace(self, driver: Driver) -> None:
        driver.freeze(now := datetime.fromisoformat("2030-01-01T00:00:30Z"))
        ((kid, key),) = local.QR_KEYS.items()
        forger = Forger(base64.b64decode(key), kid, local.PROJECT, int(now.timestamp()))
        before = snapshot(driver.db)
        for name, forgery in FORGERIES.items():
            with pytest.raises(CallableError) as caught:
                verify(driver, forgery.make(forger), "staff-1", readerId=STORE)
            error = caught.value
            assert (error.http, error.reason) == (400, forgery.reason), name
            assert error.details.get("problem", "") == forgery.problem, name
        assert changed(before, snapshot(driver.db)) == []
        # Control: the honest one, made by the same hand, is believed.
        assert verify(driver, forger.token(), "staff-1", readerId=STORE)["valid"] is True

    @pytest.mark.parametrize(
        ("uid", "more"),
        [
            ("stranger", {}),
            ("stranger", {"readerId": "stranger"}),
            ("stranger", {"readerId": STORE}),
            ("staff-2", {"readerId": STORE}),
            ("staff-1", {"readerId": "store-2"}),
            ("staff-1", {"readerId": "store-9"}),
            ("staff-1", {"readerId": "staff-1"}),
            ("staff-1", {}),
        ],
    )
    def test_a_customers_code_is_for_the_staff_of_the_store_that_reads_it(
        self, driver: Driver, uid: str, more: dict[str, str]
    ) -> None:
        token, before = driver.show_code(), snapshot(driver.db)
        with refused("QR_WRONG_READER"):
            verify(driver, token, uid, **more)
        assert changed(before, snapshot(driver.db)) == []
        assert driver.scan(token)

    def test_nobody_reads_their_own_code(self, driver: Driver) -> None:
        before = snapshot(driver.db)
        for token, uid in ((driver.show_code(), CUSTOMER), (driver.show_code("staff-1"), "staff-1")):
            for more in ({}, {"readerId": STORE}):
                with refused("QR_OWN"):
                    verify(driver, token, uid, **more)
        assert changed(before, snapshot(driver.db)) == []

    def test_no_staff_reads_the_code_of_their_own_store(self, driver: Driver) -> None:
        token, before = driver.show_store_code(), snapshot(driver.db)
        for more in ({}, {"readerId": STORE}, {"readerId": "store-2"}):
            with refused("QR_OWN"):
                verify(driver, token, staff_of(STORE), **more)
        assert changed(before, snapshot(driver.db)) == []
