"""One code before many readers at the same instant: a customer's is one store's, a store's is everybody's once."""

from __future__ import annotations

from functools import partial
from threading import Barrier
from typing import Any

import pytest

from common import documents
from common.documents import Unit
from common.errors import Refusal
from qr import claims
from qr.reasons import QrReason
from qr.tokens import Qr, QrType
from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE, open_stores, staff_of

READERS = 30


def shown_to_stores(driver: Driver) -> tuple[str, list[str], list[Any]]:
    """A customer's code, the stores that all scan it at once, and what each is answered."""
    stores, token = open_stores(driver.db, READERS), driver.show_code()
    return token, stores, at_once([partial(driver.scan, token, name) for name in stores])


def test_one_customers_code_at_thirty_stores_at_once_is_one_stores(driver: Driver) -> None:
    token, stores, answers = shown_to_stores(driver)
    assert refusals(answers) == ["QR_ALREADY_USED"] * (READERS - 1)
    (nonce,) = successes(answers)
    winner = stores[answers.index(nonce)]
    assert driver.count("qr_usage_history") == 1
    assert driver.document(f"qr_usage_history/{nonce}")["readerId"] == winner
    # The winner gets its answer again; the others do not, also not with a screenshot after the fact.
    assert driver.scan(token, winner) == nonce
    driver.record(nonce, CUSTOMER, staff_of(winner), winner)
    for loser in (name for name in stores if name != winner):
        with refused("QR_ALREADY_USED"):
            driver.scan(token, loser)
    assert driver.scan(token, winner) == nonce


def test_one_customers_code_read_by_thirty_staff_of_one_store_is_read_by_all(driver: Driver) -> None:
    colleagues = [f"colleague-{number}" for number in range(READERS)]
    driver.db.document(f"store_staff/{STORE}").set({"uids": colleagues})
    data = {"token": driver.show_code(), "readerId": STORE}
    answers = at_once([partial(driver.functions.call, "verifySecureQR", data, uid) for uid in colleagues])
    assert refusals(answers) == []
    assert len({answer["nonce"] for answer in answers}) == driver.count("qr_usage_history") == 1


def test_one_stores_code_read_by_thirty_customers_at_once_is_each_ones_once(driver: Driver) -> None:
    customers = [f"customer-{number}" for number in range(READERS)]
    token = driver.show_store_code()
    # Everybody taps twice.
    answers = at_once([partial(driver.read_store_code, token, uid) for uid in customers * 2])
    (nonce,) = set(answers)
    assert driver.count("qr_usage_history") == READERS
    # What the first does with it is nothing to the others.
    driver.record(nonce, STORE, customers[0])
    assert [driver.check(nonce, uid)["used"] for uid in customers] == [True] + [False] * (READERS - 1)
    at_once([partial(driver.record, nonce, STORE, uid) for uid in customers])
    claimed = [driver.document(f"qr_usage_history/{nonce}_{uid}") for uid in customers]
    assert {(claim["status"], claim["targetId"]) for claim in claimed} == {("used", STORE)}
    assert [claim["readerId"] for claim in claimed] == customers


def test_control_where_the_documents_id_does_not_decide_many_stores_have_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_have_read = Barrier(READERS)

    def read_then_set(qr: Qr, reader: str, uid: str) -> None:
        assert qr.type is QrType.USER_POINT_EARN
        (taken,) = documents.read(claims.user_claim_ref(qr.nonce))
        all_have_read.wait(timeout=60)
        if taken.exists and taken["readerId"] != reader:
            raise Refusal(QrReason.QR_ALREADY_USED)
        unit = Unit()
        unit.merge_blindly(taken.ref, {"readerId": reader, "userId": uid})
        unit.commit()

    monkeypatch.setattr(claims, "claim", read_then_set)
    _, _, answers = shown_to_stores(driver)
    assert len(successes(answers)) == READERS
