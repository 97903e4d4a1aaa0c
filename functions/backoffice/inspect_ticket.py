"""inspectTicket: everything about one purchase, of any kind, our books beside Stripe's."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import BaseModel, Field

from backoffice import at_stripe, plain_json
from backoffice.at_stripe import AtStripe
from backoffice.finding import find
from backoffice.reasons import BackofficeReason
from common import audit, documents, history, incidents
from common.callable import Caller, callable_function
from common.documents import Unit, user_ref
from common.errors import Refusal
from common.messages import AdministeredRequest, DocumentId, ResponseModel, Timestamp
from common.params import STRIPE_SECRET_KEY
from payments import event_ledger
from payments.failures import Rejected, Unavailable
from payments.inspection import Inspected
from payments.reasons import PaymentReason

Json = dict[str, Any]


class InspectTicketRequest(AdministeredRequest):
    """Any id that a purchase has."""

    id: DocumentId = Field(description="Of a ticket, chat room, order, purchase, PaymentIntent or Checkout session.")


class HistoryLine(BaseModel):
    """A line of a history."""

    version: int = Field(description="Of the document, from 1.")
    event: str | None = Field(description="What happened.")
    actor: str | None = Field(description="A uid, schedule or stripe.")
    reason: str | None = Field(description="Why, where the event alone does not say.")
    at: Timestamp | None
    from_: str | None = Field(serialization_alias="from", description="The status before.")
    to: str | None = Field(description="The status after.")


class StripeView(BaseModel):
    """Stripe's objects, as it sends them, without secrets. ``null`` for what it does not know."""

    payment_intent: Json | None = Field(description="Its latest_charge is an id.")
    charge: Json | None = Field(description="The latest.")
    session: Json | None = Field(description="Of the Checkout page.")
    refunds: list[Json] = Field(description="The ten newest.")
    disputes: list[Json] = Field(description="Newest first.")


class EventView(BaseModel):
    """An event of Stripe's that was received about it."""

    id: str = Field(description="Stripe's.")
    type: str = Field(description="Stripe's.")
    created: Timestamp | None
    outcome: str = Field(description="What became of it here, such as settled.")


class DueView(BaseModel):
    """What a schedule will do next."""

    action: str | None = Field(description="null: nothing.")
    at: Timestamp | None
    tries: int = Field(description="In vain, so far.")
    decision: str | None = Field(description="About the money.")


class PersonView(BaseModel):
    """Whose it is, as their profile says."""

    uid: str = Field(description="The buyer's.")
    display_name: str | None = Field(description="As the profile says.")
    email: str | None = Field(description="As the profile says.")


class InspectTicketResponse(ResponseModel):
    """Everything about one purchase."""

    domain: str | None = Field(description="The kind of purchase. null: only Stripe knows the payment.")
    path: str | None = Field(description="Of its document.")
    document: Json | None = Field(description="Its fields; times in ISO 8601, references as paths.")
    history: list[HistoryLine] = Field(description="Oldest first.")
    payment: Json | None = Field(description="payment_intents/{id}, for a consultation.")
    stripe: StripeView = Field(description="What Stripe says now.")
    events: list[EventView] = Field(description="Received from Stripe, oldest first.")
    violations: list[str] = Field(description="What the rules of money call wrong, for people.")
    due: DueView | None = Field(description="What happens to it next.")
    person: PersonView | None = Field(description="Whose it is.")
    incidents: list[str] = Field(description="Ids of what a person must settle about it.")


@callable_function(
    who="an administrator or support",
    admin_only=True,
    support_too=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(BackofficeReason.RECORD_NOT_FOUND, PaymentReason.PAYMENT_UNAVAILABLE),
)
def inspectTicket(_: Caller, request: InspectTicketRequest) -> InspectTicketResponse:  # noqa: N802
    """Shows a ticket, an order or a purchase with its history, its payment, Stripe's objects and what is wrong with it.

    It changes nothing. That somebody looked is in the audit, because they saw whose it is.
    """
    known = find(request.id)
    domain, purchase = known if known is not None else (None, None)
    if purchase is None and not request.id.startswith(("pi_", "cs_")):
        raise Refusal(BackofficeReason.RECORD_NOT_FOUND)
    stripe = _at_stripe(purchase, request.id)
    if purchase is None and stripe.fact is None:
        raise Refusal(BackofficeReason.RECORD_NOT_FOUND)
    unit = Unit()
    audit.entry(unit, purchase.doc.ref.path if purchase is not None else request.id, {}, {})
    unit.commit()
    payments = [id_ for id_ in _payment_ids(purchase, request.id) if id_]
    return InspectTicketResponse(
        domain=domain.name if domain is not None else None,
        stripe=StripeView(
            payment_intent=stripe.payment_intent,
            charge=stripe.charge,
            session=stripe.session,
            refunds=list(stripe.refunds),
            disputes=list(stripe.disputes),
        ),
        events=_events(payments),
        incidents=_incidents([*payments, *([purchase.doc.id] if purchase is not None else [])]),
        violations=purchase.violations(stripe.fact) if purchase is not None else [],
        **_records(purchase),
    )


def _payment_ids(purchase: Inspected | None, asked: str) -> tuple[str | None, ...]:
    return (asked,) if purchase is None else (purchase.payment_intent_id, purchase.session_id)


def _at_stripe(purchase: Inspected | None, asked: str) -> AtStripe:
    is_session = asked.startswith("cs_")
    payment, session = (None, asked) if is_session else (asked, None)
    if purchase is not None:
        payment, session = purchase.payment_intent_id, purchase.session_id
    try:
        return at_stripe.look(payment, session)
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error


def _records(purchase: Inspected | None) -> dict[str, Any]:
    """What our own documents say."""
    if purchase is None:
        return {"path": None, "document": None, "history": [], "payment": None, "due": None, "person": None}
    doc, payment = purchase.doc, purchase.payment
    return {
        "path": doc.ref.path,
        "document": plain_json.of_value(doc.data),
        "history": _history(purchase),
        "payment": plain_json.of_value(payment.data) if payment is not None and payment.exists else None,
        "due": DueView(
            action=doc.get("due_action"),
            at=doc.get("due_at"),
            tries=int(doc.get("tries") or 0),
            decision=doc.get("decision"),
        ),
        "person": _person(purchase.buyer),
    }


def _history(purchase: Inspected) -> list[HistoryLine]:
    lines = history.lines(purchase.doc.ref)
    return [
        HistoryLine(
            version=version,
            from_=line.get("from"),
            **{name: line.get(name) for name in ("to", "event", "actor", "reason", "at")},
        )
        for version, line in sorted(lines.items())
    ]


def _person(uid: str) -> PersonView | None:
    if not uid:
        return None
    (user,) = documents.read(user_ref(uid), fields=["display_name", "email"])
    shown = {name: value if isinstance(value := user.get(name), str) else None for name in ("display_name", "email")}
    return PersonView(uid=uid, **shown)


def _events(payments: list[str]) -> list[EventView]:
    return [
        EventView(id=line.id, type=line["type"], created=line.get("created"), outcome=line["outcome"])
        for line in event_ledger.about(payments)
    ]


def _incidents(ids: list[str]) -> list[str]:
    """Of the open ones, those about any of these ids."""
    query = documents.collection(incidents.COLLECTION).where(filter=FieldFilter("status", "==", incidents.OPEN))
    found = [
        each.id
        for field in ("ticket", "payment")
        for each in query.where(filter=FieldFilter(field, "in", ids)).limit(20).select([]).stream()
    ]
    return list(dict.fromkeys(found))
