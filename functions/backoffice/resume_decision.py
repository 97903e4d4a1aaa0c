"""resumeDecision: what is stuck is tried again now, as a schedule would later."""

from __future__ import annotations

from pydantic import Field

from backoffice.finding import found
from backoffice.reasons import BackofficeReason
from common import audit, clock, documents
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import Refusal
from common.messages import DocumentId, NotedRequest, ResponseModel, Timestamp
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from payments import due_work
from payments.purchase import Purchase


class ResumeDecisionRequest(NotedRequest):
    """Any id that a purchase has."""

    id: DocumentId = Field(description="Of a ticket, chat room, order, purchase, PaymentIntent or Checkout session.")


class ResumedView(ResponseModel):
    """How far it came."""

    id: str = Field(description="The purchase's.")
    done: bool = Field(description="false: it is still due, and a schedule goes on with it.")
    status: str | None = Field(description="The purchase's.")
    due_action: str | None = Field(description="What is still to be done; null: nothing.")
    due_at: Timestamp | None


@callable_function(
    who="an administrator",
    admin_only=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(BackofficeReason.RECORD_NOT_FOUND, BackofficeReason.NOTHING_TO_RESUME),
)
def resumeDecision(_: Caller, request: ResumeDecisionRequest) -> ResumedView:  # noqa: N802
    """Carries out now what was decided about a purchase and not carried out yet, or what its deadline asks for.

    It decides nothing itself. Repeating it does no harm.
    """
    domain, purchase = found(request.id)
    if domain.due is None or domain.due.collection != purchase.doc.ref.parent.id:
        raise Refusal(BackofficeReason.NOTHING_TO_RESUME)
    run_until_committed(lambda: _begin(purchase.doc))
    done = due_work.catch_up(domain.due, purchase.doc.id)
    due_work.close_incidents()
    (now,) = documents.read(purchase.doc.ref)
    more = {name: now.get(name) for name in ("status", "due_action", "due_at")}
    return ResumedView(id=now.id, done=done, **more)


def _begin(known: Doc) -> None:
    """Count the tries anew. Its deadline stays: an earlier one would void a hold, or end a session, that has time."""
    (doc,) = documents.read(known.ref)
    if not _waits(Purchase(doc)):
        raise Refusal(BackofficeReason.NOTHING_TO_RESUME)
    unit, changes = Unit(), {"tries": 0}
    audit.entry(unit, doc.ref.path, {"tries": doc.get("tries")}, changes)
    unit.update_as_read(doc, changes)
    unit.commit()


def _waits(purchase: Purchase) -> bool:
    """Whether something decided is still to be carried out, or a deadline has passed."""
    if purchase.time("due_at") is None:
        return False
    undone = purchase.doc.get("decision") is not None and purchase.time("carried_out_at") is None
    return undone or purchase.passed("due_at", clock.now())
