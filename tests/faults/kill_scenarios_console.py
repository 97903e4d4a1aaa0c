"""What the kill matrix runs of the console's callables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver

from .kill_scenario import KillScenario
from .kill_scenarios_consultation import AUTHORIZED, CAPTURED, VOIDED

_DONE = ("NOTHING_TO_RESUME",)
Data = Callable[[Consultation], dict[str, Any]]


def _ask(name: str, data: Data) -> Callable[[Driver, Consultation], object]:
    return lambda driver, it: driver.call(name, {**data(it), "note": "kill"}, "admin", admin=True)


def _undone(driver: Driver, buyer: str) -> Consultation:
    """A void that was decided while Stripe was away."""
    consultation = driver.held(buyer)
    driver.simulator.fault("500", method="POST", path=".*/cancel", times=2)
    driver.cancel(consultation)
    driver.simulator.clear_faults()
    return consultation


def _told(driver: Driver, buyer: str) -> Consultation:
    consultation = driver.ended(buyer)
    incident = driver.db.document(f"incidents/hold_lost.{consultation.ticket}")
    incident.set({"kind": "hold_lost", "status": "open", "ticket": consultation.ticket})
    return consultation


CONSOLE_SCENARIOS = (
    KillScenario(
        "inspectTicket", "held", Driver.held, _ask("inspectTicket", lambda it: {"id": it.payment}), AUTHORIZED
    ),
    KillScenario(
        "resumeDecision", "void", _undone, _ask("resumeDecision", lambda it: {"id": it.ticket}), VOIDED, late=_DONE
    ),
    KillScenario(
        "resumeDecision",
        "session over",
        Driver.active,
        _ask("resumeDecision", lambda it: {"id": it.ticket}),
        CAPTURED,
        late=_DONE,
        wait=31 * MINUTE,
    ),
    KillScenario(
        "runSchedule",
        "holds",
        Driver.held,
        _ask("runSchedule", lambda _: {"name": "voidExpiredAuthorizations"}),
        VOIDED,
        wait=73 * HOUR,
        alone=True,
    ),
    KillScenario(
        "resolveIncident",
        "open",
        _told,
        _ask("resolveIncident", lambda it: {"incidentId": f"hold_lost.{it.ticket}"}),
        CAPTURED,
    ),
    KillScenario(
        "refundPayment",
        "part",
        Driver.ended,
        _ask("refundPayment", lambda it: {"paymentIntentId": it.payment}),
        CAPTURED,
    ),
)
