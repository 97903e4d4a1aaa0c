"""``ticket_types/{type}`` and ``imecons/{uid}``: a slip refuses the buyer, tells the operator, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from common.alerts import Alert
from common.configuration import Configuration
from consultation.on_sale import Consultant, OnSale
from devkit.seed import documents as seeded
from tests.support.calls import refused
from tests.support.driver import Driver

GOOD = {"amount": 5000, "currency": "jpy", "active": True}
SLIPS: list[tuple[str, Any]] = [
    *[("amount", value) for value in (None, 49, 30, 0, -5000, 100_000_000, 5000.7, "5000", True, [5000])],
    *[("currency", value) for value in (None, "usd", "JPY", "", 392)],
    *[("active", value) for value in (None, "true", 1, 0)],
    *[("session_minutes", value) for value in (0, -30, 30.5, "30", 1441, True)],
    *[("min_session_minutes", value) for value in (-1, 31, "3", 3.5)],
    *[("resume_minutes", value) for value in (-1, 10_081, "60")],
    *[("hold_hours", value) for value in (0, -1, 169, "72", 0.5)],
    *[("pending_minutes", value) for value in (0, -60, 721, "60")],
    *[("page", value) for value in ("", "  ", 7, "x" * 101)],
]
BEST = [
    {},
    {"amount": 50},
    {"amount": 99_999_999},
    {"amount": 5000.0},
    {"session_minutes": 1, "min_session_minutes": 1},
    {"session_minutes": 1440},
    {"min_session_minutes": 0},
    {"hold_hours": 168, "pending_minutes": 720, "resume_minutes": 0},
    {"session_minutes": None, "page": None},
    {"note": {"of": "the app's own"}},
]
each_slip = pytest.mark.parametrize(("field", "value"), SLIPS, ids=[f"{field}={value!r:.12}" for field, value in SLIPS])


@each_slip
def test_a_slip_is_listed_with_its_field(field: str, value: Any) -> None:
    assert {name for name, _ in OnSale.problems({**GOOD, field: value})} == {field}


@pytest.mark.parametrize("fields", BEST)
def test_what_is_right_has_no_problem(fields: dict[str, Any]) -> None:
    assert OnSale.problems({**GOOD, **fields}, "dm_consultation") == []


def test_what_every_local_stack_starts_with_is_right() -> None:
    for path, fields in seeded().items():
        collection, id_ = path.split("/")
        models: dict[str, type[Configuration]] = {"ticket_types": OnSale, "imecons": Consultant}
        model = models.get(collection)
        assert model is None or model.problems(fields, id_) == []


@pytest.mark.parametrize("id_", ["dm consultation", "相談", "a/b", "__x__", "x" * 65])
def test_a_type_whose_id_no_call_can_name_is_a_problem(id_: str) -> None:
    assert {field for field, _ in OnSale.problems(GOOD, id_)} == {"id"}


@pytest.mark.parametrize("id_", ["a.b", "_a", "a__b", "コンサルタント"])
def test_a_consultant_whose_id_no_call_can_name_is_a_problem(id_: str) -> None:
    assert {field for field, _ in Consultant.problems({"active": True}, id_)} == {"id"}


def told(capfd: pytest.CaptureFixture[str]) -> set[tuple[str, str]]:
    """Document and field of each slip that was reported."""
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert not [line for line in lines if line["message"] == Alert.UNEXPECTED_EXCEPTION]
    return {(line["document"], line["field"]) for line in lines if line["message"] == Alert.CONFIGURATION_INVALID}


def buy(driver: Driver) -> object:
    return driver.purchase("guest")


def use_a_code(code: str) -> Callable[[Driver], object]:
    return lambda driver: driver.redeem_code(code, "guest", imecon_id="imecon-1")


def make_codes(driver: Driver) -> object:
    return driver.perk_code()


@each_slip
def test_a_slip_in_a_ticket_type_refuses_every_call_that_needs_it(
    driver: Driver, capfd: pytest.CaptureFixture[str], field: str, value: Any
) -> None:
    code = driver.perk_code()
    path = "ticket_types/dm_consultation"
    driver.db.document(path).update({field: value})
    before = driver.everything()
    capfd.readouterr()
    for call in (buy, use_a_code(code), make_codes):
        with refused("TICKET_TYPE_UNAVAILABLE"):
            call(driver)
        assert told(capfd) == {(path, field)}
    assert driver.everything() == before
    assert driver.simulator.requests() == []


@pytest.mark.parametrize("fields", [{}, {"active": None}, {"active": "true"}, {"active": 1}])
def test_a_slip_in_a_consultants_document_refuses_every_call_that_needs_it(
    driver: Driver, capfd: pytest.CaptureFixture[str], fields: dict[str, Any]
) -> None:
    code = driver.perk_code()
    driver.db.document("imecons/imecon-1").set(fields)
    before = driver.everything()
    capfd.readouterr()
    for call in (buy, use_a_code(code)):
        with refused("IMECON_UNAVAILABLE"):
            call(driver)
        assert told(capfd) == {("imecons/imecon-1", "active")}
    assert driver.everything() == before


def test_what_is_not_there_or_not_sold_is_no_slip(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    driver.db.document("imecons/imecon-1").update({"active": False})
    capfd.readouterr()
    with refused("IMECON_UNAVAILABLE"):
        driver.purchase()
    with refused("IMECON_UNAVAILABLE"):
        driver.purchase(imecon="made-up")
    with refused("TICKET_TYPE_UNAVAILABLE"):
        driver.purchase(imecon="imecon-2", ticket_type="made_up")
    assert told(capfd) == set()


@pytest.mark.parametrize("fields", BEST)
def test_what_is_right_is_sold(driver: Driver, fields: dict[str, Any]) -> None:
    driver.db.document("ticket_types/dm_consultation").set(fields, merge=True)
    answer = driver.purchase()
    assert answer["amount"] == int(fields.get("amount", 5000))
    driver.agrees()


def test_codes_are_given_away_for_a_type_that_is_not_sold_at_present(driver: Driver) -> None:
    driver.db.document("ticket_types/dm_consultation").update({"active": False})
    code = driver.perk_code()
    assert driver.redeem_code(code, "guest", imecon_id="imecon-1")["status"] == "pending"
    driver.agrees()
