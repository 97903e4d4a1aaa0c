"""Differences that are not resolved yet: ``reconciliation_differences/{domain}.{walk}.{id}``, looked at by every run.

What differs is kept here, however old it grows, until it is in order. A commit may put something here by itself: what
it wrote is then looked at until it is in order, whether anything lists it or not. What is found has an incident, which
is over when it is in order; one that a person resolved is opened again when something else differs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from common import clock, documents, ids, incidents
from common.alerts import Alert
from common.documents import Doc, LostRace, Unit
from common.invariants import Violation
from common.pages import page_after

COLLECTION = "reconciliation_differences"
PURCHASES = "purchases"
"""The walk that compares a domain's purchases."""
_ALERT = Alert.RECONCILE_DIFFERENCES
_OVER_WITH_IT = (Alert.CAPTURED_UNSERVED, Alert.STRAY_CAPTURE, Alert.REFUND_FAILED, Alert.PAYMENT_MISSING)
"""What else is over once a purchase is in order."""
_PAYMENT = re.compile(f"{ids.PAYMENT_INTENT}|{ids.CHECKOUT_SESSION}")


@dataclass(frozen=True)
class Subject:
    """Something that is compared.

    Attributes:
        domain: the kind of purchase it belongs to.
        walk: the walk, or the list at Stripe, that compares it.
        id: its id there.
    """

    domain: str
    walk: str
    id: str

    @property
    def shown(self) -> str:
        """What stands for it where people look: the id of a code, for instance, is a secret."""
        shown = self.id if self.walk == PURCHASES else hashlib.sha256(self.id.encode()).hexdigest()[:24]
        return f"{self.domain}.{self.walk}.{shown}"

    @property
    def ref(self) -> firestore.DocumentReference:
        return documents.ref(COLLECTION, f"{self.domain}.{self.walk}.{self.id}")


def note(unit: Unit, domain: str, id_: str, walk: str = PURCHASES) -> None:
    """Plan to look at a purchase every day from now on, until it is in order. May be noted any number of times."""
    subject = Subject(domain, walk, id_)
    # The time changes the document, so that a run that finds it in order at this moment does not remove the note.
    unit.merge_blindly(subject.ref, {**vars(subject), "noted_at": clock.now()})


def typed(subject: Subject, line: str, kind: str = "") -> dict[str, Any]:
    """A difference as the reports show it: ``domain``, ``ticket`` and ``payment`` where there are such, ``kind`` and
    ``text``.

    Args:
        kind: what it is, if that is not the rule that the line violates, or else what was compared.
    """
    named = _PAYMENT.search(line) or _PAYMENT.search(subject.id)
    of_purchase = subject.walk == PURCHASES and not _PAYMENT.match(subject.id)
    return {
        "domain": subject.domain,
        "ticket": subject.id if of_purchase else None,
        "payment": named[0] if named else None,
        "kind": kind or (line.rule if isinstance(line, Violation) else subject.walk),
        "text": str(line),
    }


def keep(subject: Subject, lines: Sequence[str]) -> None:
    """Keep what differs, with the time at which it was first seen, and open an incident unless it is known as it is."""
    (known,) = documents.read(subject.ref)
    now, unit = clock.now(), Unit()
    differences, since = [typed(subject, line) for line in lines], known.get("first_seen", now)
    found = {**vars(subject), "differences": differences, "last_seen": now, "first_seen": since}
    unit.merge_blindly(subject.ref, found)
    if known.get("differences") != differences:
        what = {"ticket": differences[0]["ticket"], "paymentIntent": differences[0]["payment"]}
        incident = incidents.fields(_ALERT, subject.domain, subject.shown, what, since)
        unit.merge_blindly(incidents.ref(_ALERT, subject.shown), incident | {"differences": differences})
    unit.commit()


def after(id_: str) -> list[Doc]:
    """A page of what is kept, in the order of the ids."""
    refs = page_after(documents.collection(COLLECTION), id_)
    found = documents.read_page(refs)
    return [found[reference.path] for reference in refs if found[reference.path].exists]


def subject_of(doc: Doc) -> Subject:
    """What a kept document is about."""
    return Subject(doc["domain"], doc["walk"], doc["id"])


def resolved(doc: Doc) -> None:
    """Remove what is in order, and close its incidents; unless something was noted about it since it was read."""
    unit, subject = Unit(), subject_of(doc)
    of_this = [incidents.ref(_ALERT, subject.shown), *(incidents.ref(alert, subject.id) for alert in _OVER_WITH_IT)]
    for incident in documents.read(*of_this):
        incidents.over(unit, incident)
    unit.delete_as_read(doc)
    try:
        unit.commit()
    except LostRace:
        # The next run looks again.
        return


def told(most: int) -> tuple[list[dict[str, Any]], int]:
    """What was first seen first, that many differences at most, and how many there are."""
    kept = documents.collection(COLLECTION)
    differences: list[dict[str, Any]] = []
    count = 0
    last: Any = None
    query = kept.order_by("first_seen").select(["first_seen", "differences"]).limit(documents.AT_ONCE)
    while page := list((query.start_after(last) if last else query).stream(timeout=documents.RPC_TIMEOUT_SECONDS)):
        for found in page:
            count += len(found.get("differences"))
            differences += found.get("differences")[: most - len(differences)]
        last = page[-1]
    return differences, count
