"""Loads the whole local world, Firestore and the simulator, for the invariants. Not for a real project's size."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from google.cloud import firestore

from common.documents import Doc
from consultation.invariants import World
from consultation.ticket import Ticket
from devkit.stripe_sim import StripeSimulator
from payments.objects import PaymentIntent
from points.invariants import Points


def load_world(db: firestore.Client, simulator: StripeSimulator, now: datetime) -> World:
    """Everything there is, read at once; meant for when nothing is under way."""
    histories: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for line in db.collection_group("history").stream():
        histories[line.reference.parent.parent.id][int(line.id)] = line.to_dict() or {}
    redemptions: dict[str, int] = defaultdict(int)
    for use in db.collection_group("redemptions").stream():
        redemptions[use.reference.parent.parent.id] += 1
    users = _documents(db, "users")
    return World(
        now=now,
        intents={fact.id: fact for fact in _intents(simulator)},
        tickets={
            snapshot.id: Ticket(Doc(snapshot.reference, snapshot.to_dict(), snapshot.update_time))
            for snapshot in db.collection("tickets").stream()
        },
        payments=_documents(db, "payment_intents"),
        rooms=_documents(db, "chat_rooms"),
        locks=_documents(db, "ticket_locks"),
        codes=_documents(db, "ticket_codes"),
        users=users,
        histories=histories,
        requests={
            (request.reference.parent.parent.id, request.id)
            for request in db.collection_group("pending_consultations").stream()
        },
        redemptions=redemptions,
        points=_points(db, users),
    )


def _points(db: firestore.Client, users: dict[str, dict[str, Any]]) -> Points:
    badges: dict[str, set[str]] = defaultdict(set)
    for badge in db.collection_group("badges").stream():
        badges[badge.reference.parent.parent.id].add(badge.id)
    return Points(
        users=users,
        transactions=_documents(db, "transactions"),
        awards=_documents(db, "point_awards"),
        stamps=_documents(db, "stamps"),
        badges=badges,
        user_usage=_documents(db, "user_point_usage"),
        store_usage=_documents(db, "store_point_usage"),
        claims=_documents(db, "qr_usage_history"),
    )


def _documents(db: firestore.Client, collection: str) -> dict[str, dict[str, Any]]:
    return {snapshot.id: snapshot.to_dict() or {} for snapshot in db.collection(collection).stream()}


def _intents(simulator: StripeSimulator) -> list[PaymentIntent]:
    """The simulator's PaymentIntents that carry our metadata, with their charges, as the functions read them."""
    import stripe

    charges = {charge["id"]: charge for charge in simulator.charges()}
    found = [
        {**intent, "latest_charge": charges.get(intent["latest_charge"])} for intent in simulator.payment_intents()
    ]
    facts = [
        PaymentIntent.from_stripe(stripe.PaymentIntent.construct_from(intent, "sk_test_local")) for intent in found
    ]
    return [fact for fact in facts if "ticket_id" in fact.metadata]
