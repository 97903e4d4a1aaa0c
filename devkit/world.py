"""Loads everything there is locally, Firestore and the simulator, for the invariants. Not for a real project's size."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.cloud import firestore

from admission.block import Block
from admission.event import Event
from admission.order import Order
from admission.tier import Tier
from checkout.device import Device
from checkout.origin import purchase_of
from checkout.purchase import CheckoutPurchase
from common import invariants
from common.documents import Doc
from consultation.ticket import Ticket
from devkit.stripe_sim import StripeSimulator
from entrypoints import domains
from payments.objects import CheckoutSession, PaymentIntent

Fields = dict[str, Any]


@dataclass
class ConsultationRecords:
    """What ``consultation.invariants`` looks at, all of it."""

    now: datetime
    intents: dict[str, PaymentIntent]
    tickets: dict[str, Ticket]
    payments: dict[str, Fields]
    disputes: dict[str, list[str]]
    rooms: dict[str, Fields]
    locks: dict[str, Fields]
    codes: dict[str, Fields]
    lists: dict[str, Fields]
    users: dict[str, Fields]
    histories: dict[str, dict[int, Fields]]
    requests: set[tuple[str, str]]
    redemptions: dict[str, int]


@dataclass
class CheckoutRecords:
    """What ``checkout.invariants`` looks at, all of it."""

    now: datetime
    sessions: dict[str, CheckoutSession]
    purchases: dict[str, CheckoutPurchase]
    devices: dict[str, Device]
    license_codes: dict[str, Fields]
    bought: dict[str, list[CheckoutPurchase]]
    histories: dict[str, dict[int, Fields]]


@dataclass
class AdmissionRecords:
    """What ``admission.invariants`` looks at, all of it."""

    now: datetime
    intents: dict[str, PaymentIntent]
    events: dict[str, Event]
    tiers: dict[str, Tier]
    blocks: dict[str, Block]
    orders: dict[str, Order]
    tickets: dict[str, Fields]
    entries: dict[str, Fields]
    buyers: dict[str, Fields]
    waitlist: dict[str, Fields]
    refunds: dict[str, Fields]
    histories: dict[str, dict[int, Fields]]
    transfers: dict[str, Fields] = field(default_factory=dict)


@dataclass
class PointsRecords:
    """What ``points.invariants`` looks at, all of it."""

    balances: dict[str, Fields]
    users: dict[str, Fields]
    transactions: dict[str, Fields]
    awards: dict[str, Fields]
    stamps: dict[str, Fields]
    badges: dict[str, set[str]]
    user_usage: dict[str, Fields]
    store_usage: dict[str, Fields]
    readings: dict[str, Fields]
    deleted_accounts: set[str] = field(default_factory=set)


@dataclass
class World:
    """What the rules of each domain look at, by the domain's name."""

    consultation: ConsultationRecords
    checkout: CheckoutRecords
    admission: AdmissionRecords
    points: PointsRecords


def violations(world: World) -> list[str]:
    """Every rule of any domain that does not hold. Empty when all is well."""
    found = [invariants.violations(domain.rules, vars(getattr(world, domain.name))) for domain in domains.every()]
    return [line for lines in found for line in lines]


def load_world(db: firestore.Client, simulator: StripeSimulator, now: datetime) -> World:
    """Everything there is, read at once; meant for when nothing is under way."""
    users, histories = _documents(db, "users"), _histories(db)
    return World(
        _consultation(db, simulator, now, users, histories),
        _checkout(db, simulator, now, histories),
        _admission(db, simulator, now, histories),
        _points(db, users),
    )


def _histories(db: firestore.Client) -> dict[str, dict[int, Fields]]:
    histories: dict[str, dict[int, Fields]] = defaultdict(dict)
    for line in db.collection_group("history").stream():
        histories[line.reference.parent.parent.id][int(line.id)] = line.to_dict() or {}
    return histories


def _consultation(
    db: firestore.Client,
    simulator: StripeSimulator,
    now: datetime,
    users: dict[str, Fields],
    histories: dict[str, dict[int, Fields]],
) -> ConsultationRecords:
    redemptions: dict[str, int] = defaultdict(int)
    for use in db.collection_group("redemptions").stream():
        redemptions[use.reference.parent.parent.id] += 1
    tickets = {doc.id: Ticket(doc) for doc in _docs(db, "tickets")}
    payments = _documents(db, "payment_intents")
    on_record = {*payments, *(ticket.payment_intent_id for ticket in tickets.values())}
    return ConsultationRecords(
        now=now,
        intents={fact.id: fact for fact in _intents(simulator, on_record, "ticket_id")},
        tickets=tickets,
        payments=payments,
        disputes=_disputes(simulator),
        rooms=_documents(db, "chat_rooms"),
        locks=_documents(db, "ticket_locks"),
        codes=_documents(db, "ticket_codes"),
        lists={**{ticket.buyer: {} for ticket in tickets.values()}, **_documents(db, "consultation_lists")},
        users=users,
        histories=histories,
        requests={
            (request.reference.parent.parent.id, request.id)
            for request in db.collection_group("pending_consultations").stream()
        },
        redemptions=redemptions,
    )


def _checkout(
    db: firestore.Client, simulator: StripeSimulator, now: datetime, histories: dict[str, dict[int, Fields]]
) -> CheckoutRecords:
    purchases = {doc.id: CheckoutPurchase(doc) for doc in _docs(db, "purchases")}
    bought: dict[str, list[CheckoutPurchase]] = defaultdict(list)
    for purchase in purchases.values():
        bought[purchase.device_id].append(purchase)
    return CheckoutRecords(
        now=now,
        sessions={fact.id: fact for fact in _sessions(simulator) if purchase_of(fact)},
        purchases=purchases,
        devices={doc.id: Device(doc) for doc in _docs(db, "devices")},
        license_codes=_documents(db, "license_codes"),
        bought=bought,
        histories=histories,
    )


def _admission(
    db: firestore.Client, simulator: StripeSimulator, now: datetime, histories: dict[str, dict[int, Fields]]
) -> AdmissionRecords:
    orders = {doc.id: Order(doc) for doc in _docs(db, "event_orders")}
    on_record = {order.payment_intent_id for order in orders.values()}
    return AdmissionRecords(
        now=now,
        intents={fact.id: fact for fact in _intents(simulator, on_record, "order_id")},
        events={doc.id: Event(doc) for doc in _docs(db, "events")},
        tiers={doc.id: Tier(doc) for doc in _docs(db, "event_tiers")},
        blocks={doc.id: Block(doc) for doc in _docs(db, "event_blocks")},
        orders=orders,
        tickets=_documents(db, "event_tickets"),
        entries=_documents(db, "event_entries"),
        buyers=_documents(db, "event_buyers"),
        waitlist=_documents(db, "event_waitlist"),
        refunds=_documents(db, "event_refunds"),
        histories=histories,
        transfers=_documents(db, "event_transfers"),
    )


def _sessions(simulator: StripeSimulator) -> list[CheckoutSession]:
    """The simulator's sessions, with their payments and charges."""
    import stripe

    charges = {charge["id"]: charge for charge in simulator.charges()}
    intents = {
        intent["id"]: {**intent, "latest_charge": charges.get(intent["latest_charge"])}
        for intent in simulator.payment_intents()
    }
    found = [
        {**session, "payment_intent": intents.get(session["payment_intent"], session["payment_intent"])}
        for session in simulator.checkout_sessions()
    ]
    return [
        CheckoutSession.from_stripe(stripe.checkout.Session.construct_from(each, "sk_test_local")) for each in found
    ]


def _docs(db: firestore.Client, collection: str) -> list[Doc]:
    return [Doc.found(found) for found in db.collection(collection).stream()]


def _disputes(simulator: StripeSimulator) -> dict[str, list[str]]:
    statuses: dict[str, list[str]] = defaultdict(list)
    for dispute in reversed(simulator.disputes()):
        statuses[dispute["payment_intent"]].append(dispute["status"])
    return statuses


def _points(db: firestore.Client, users: dict[str, Fields]) -> PointsRecords:
    badges: dict[str, set[str]] = defaultdict(set)
    for badge in db.collection_group("badges").stream():
        badges[badge.reference.parent.parent.id].add(badge.id)
    return PointsRecords(
        balances=_documents(db, "point_balances"),
        users=users,
        transactions=_documents(db, "transactions"),
        awards=_documents(db, "point_awards"),
        stamps=_documents(db, "stamps"),
        badges=badges,
        user_usage=_documents(db, "user_point_usage"),
        store_usage=_documents(db, "store_point_usage"),
        readings=_documents(db, "qr_usage_history"),
        deleted_accounts=set(_documents(db, "account_deletions")),
    )


def _documents(db: firestore.Client, collection: str) -> dict[str, Fields]:
    return {snapshot.id: snapshot.to_dict() or {} for snapshot in db.collection(collection).stream()}


def _intents(simulator: StripeSimulator, on_record: set[str | None], named_by: str) -> list[PaymentIntent]:
    """The simulator's PaymentIntents that a record knows, or that name one in their metadata, with their charges."""
    import stripe

    charges = {charge["id"]: charge for charge in simulator.charges()}
    found = [
        {**intent, "latest_charge": charges.get(intent["latest_charge"])} for intent in simulator.payment_intents()
    ]
    facts = [PaymentIntent.from_stripe(stripe.PaymentIntent.construct_from(each, "sk_test_local")) for each in found]
    return [fact for fact in facts if fact.id in on_record or named_by in fact.origin.metadata]
