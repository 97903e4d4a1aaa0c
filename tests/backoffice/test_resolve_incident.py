"""resolveIncident closes an incident with what was done about it."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver


@pytest.fixture
def incident(driver: Driver) -> str:
    consultation = driver.active()
    driver.simulator.set_capture_before(consultation.payment, 1)
    driver.deliver_all()
    return f"hold_lost.{consultation.ticket}"


def test_it_is_closed_with_who_when_and_why(driver: Driver, incident: str) -> None:
    answer = driver.by_admin("resolveIncident", incidentId=incident, note="相談料を別途請求")["incident"]
    told = driver.incident(incident)
    assert (told["status"], told["resolved_by"], told["note"]) == ("resolved", "admin", "相談料を別途請求")
    assert (answer["status"], answer["kind"]) == ("resolved", "hold_lost")
    (entry,) = driver.audit()
    assert (entry["target"], entry["before"]["status"]) == (f"incidents/{incident}", "open")


def test_a_second_note_changes_nothing(driver: Driver, incident: str) -> None:
    driver.by_admin("resolveIncident", incidentId=incident, note="first")
    again = driver.by_admin("resolveIncident", incidentId=incident, note="second")["incident"]
    assert (again["note"], len(driver.audit())) == ("first", 1)


def test_of_two_at_once_one_is_kept(driver: Driver, incident: str) -> None:
    def resolve(note: str) -> object:
        return driver.by_admin("resolveIncident", incidentId=incident, note=note)

    assert refusals(at_once([lambda: resolve("one"), lambda: resolve("other")])) == []
    assert len(driver.audit()) == 1


@pytest.mark.parametrize("id_", ["hold_lost.nobody", "x"])
def test_what_is_not_there_is_refused(driver: Driver, id_: str) -> None:
    with refused("INCIDENT_NOT_FOUND"):
        driver.by_admin("resolveIncident", incidentId=id_, note="x")
