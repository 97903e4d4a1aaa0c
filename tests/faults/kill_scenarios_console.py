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


def _given_away(driver: Driver, buyer: str) -> Consultation:
    """A hold beside a campaign of its buyer's own name."""
    made = driver.by_admin("createTicketCodes", count=2, validUntil="2999-01-01T00:00:00Z", batchId=buyer)
    driver.db.document(f"users/{buyer}").set({"campaign": made["campaign_id"]})
    return driver.held(buyer)


def _stop(driver: Driver, consultation: Consultation) -> object:
    campaign = driver.document(f"users/{consultation.buyer}")["campaign"]
    return driver.by_admin("stopCampaign", campaignId=campaign, note="kill")


_SAVED: dict[str, Data] = {
    "saveTicketType": lambda it: {"ticketType": it.buyer, "amount": 8000, "active": True},
    "saveConsultant": lambda it: {"imeconId": it.buyer, "active": True},
    "saveStore": lambda it: {"storeId": it.buyer, "name": "本店"},
    "saveStaff": lambda it: {"storeId": it.buyer, "uids": ["staff-1"]},
}

CONSOLE_SCENARIOS = (
    *(KillScenario(name, "new", Driver.held, _ask(name, data), AUTHORIZED) for name, data in _SAVED.items()),
    KillScenario("stopCampaign", "running", _given_away, _stop, AUTHORIZED),
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
