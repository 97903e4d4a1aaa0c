"""What a person must settle: ``incidents/{kind}.{subject}``, opened in the commit that makes it, until it is resolved.

A log line tells of a moment, and may be missed; an incident stays. Both are raised here, so that none is without the
other. An incident has ``kind`` (the alert), ``status`` (``open`` or ``resolved``), ``domain``, ``subject`` (the id it
is about), ``ticket``, ``payment`` and ``amount`` (JPY) where there are such, ``details`` (what the log line says),
``opened_at``, ``seen_at``, ``resolved_at``, ``resolved_by`` (a uid, or ``schedule``) and ``note``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from google.cloud import firestore

from common import clock, documents, log
from common.alerts import Alert
from common.documents import PASSING, Doc, LostRace, Unit

COLLECTION = "incidents"
OPEN, RESOLVED = "open", "resolved"
BY_ITSELF = "schedule"
ALERTS = frozenset(
    {
        Alert.HOLD_LOST,
        Alert.CAPTURED_UNSERVED,
        Alert.STRAY_CAPTURE,
        Alert.PAYMENT_MISSING,
        Alert.AMOUNT_MISMATCH,
        Alert.PAID_AFTER_CLOSE,
        Alert.REFUND_FAILED,
        Alert.LOCK_WITHOUT_TICKET,
        Alert.RECONCILE_DIFFERENCES,
        Alert.SWEEP_STUCK,
        Alert.DECISION_NOT_CARRIED_OUT,
    }
)
"""Those that are also kept as incidents."""


def kind_of(alert: Alert) -> str:
    """The kind of the incidents of an alert."""
    return alert.value.replace(" ", "_")


def ref(alert: Alert, subject: str) -> firestore.DocumentReference:
    """The incident of this kind about this subject."""
    return documents.ref(COLLECTION, f"{kind_of(alert)}.{subject}")


def opened(
    unit: Unit, alert: Alert, domain: str, subject: str, what: Mapping[str, Any], since: datetime | None = None
) -> None:
    """Plan an open incident, and its line of severity ERROR once the commit stands.

    Args:
        what: the ids and numbers of the line.
        since: when it began, if that was not now.
    """
    unit.merge_blindly(ref(alert, subject), fields(alert, domain, subject, what, since))
    unit.after_commit(lambda: log.error(alert, **what))


def reported(alert: Alert, domain: str, subject: str, what: Mapping[str, Any]) -> None:
    """Open an incident of what no commit of ours made, and write its line.

    One that a person resolved as it is stays so; one that was over by itself is open again.
    """
    log.error(alert, **what)
    try:
        (known,) = documents.read(ref(alert, subject))
        if known.get("details") == what and known.get("resolved_by") != BY_ITSELF:
            return
        unit = Unit()
        unit.merge_blindly(known.ref, fields(alert, domain, subject, what))
        unit.commit()
    except PASSING as error:
        log.warning("incident not written", problem=type(error).__name__)


def fields(
    alert: Alert, domain: str, subject: str, what: Mapping[str, Any], since: datetime | None = None
) -> dict[str, Any]:
    """The fields of an incident that is open.

    Args:
        since: as in ``opened``.
    """
    now = clock.now()
    return {
        "kind": kind_of(alert),
        "status": OPEN,
        "domain": domain,
        "subject": subject,
        "ticket": what.get("ticket") or what.get("purchase") or what.get("id"),
        "payment": what.get("paymentIntent") or what.get("session"),
        "amount": what.get("amount"),
        "details": dict(what),
        "opened_at": since or now,
        "seen_at": now,
        "resolved_at": None,
        "resolved_by": None,
        "note": None,
    }


def resolution(by: str, note: str | None = None) -> dict[str, Any]:
    """The fields of one that is resolved from now on."""
    return {"status": RESOLVED, "resolved_at": clock.now(), "resolved_by": by, "note": note}


def over(unit: Unit, incident: Doc) -> None:
    """Plan that an incident is resolved if it is open, because what it told of is over."""
    if incident.get("status") == OPEN:
        unit.update_as_read(incident, resolution(BY_ITSELF))


def resolve_open(incidents: Iterable[Doc]) -> None:
    """Resolve those that are open. Each by itself, unless it was just seen again."""
    for incident in incidents:
        unit = Unit()
        over(unit, incident)
        try:
            if not unit.empty:
                unit.commit()
        except LostRace:
            continue
