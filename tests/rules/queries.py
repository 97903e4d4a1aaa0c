"""The queries of the app and the console, who may make each of them, and the queries that only the server makes.

One list serves two tests: the rules must allow these, and firestore.indexes.json must have their indexes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from .access import BOTH, BUYER, CONSULTANT, MATRIX, OTHER, SEES, STAFF
from .case import Case
from .people_and_documents import BUYER as BUYER_REF
from .people_and_documents import CONSULTANT as CONSULTANT_REF
from .people_and_documents import NOBODY, PEOPLE, PURCHASE, SIGNED_IN, TICKET
from .rest import Database, Ref


@dataclass(frozen=True)
class Query:
    """One query.

    Attributes:
        collection: path of the collection; with `group`, its id in every place.
        where: equality filters, field → value.
        order: field to sort by, with a leading `-` for newest first.
        allowed: who may run it with exactly these values.
    """

    collection: str
    where: Mapping[str, Any] = field(default_factory=dict)
    order: str | None = None
    allowed: frozenset[str] = NOBODY
    group: bool = False

    def __str__(self) -> str:
        """`tickets where status == active order by -created_at`."""
        filters = " and ".join(f"{name} == {value}" for name, value in self.where.items())
        scope = "every " if self.group else ""
        return f"{scope}{self.collection} where {filters or 'anything'} order by {self.order or 'id'}"

    def structured(self, database: Database) -> dict[str, Any]:
        """The query as Firestore's REST API takes it."""
        query: dict[str, Any] = {
            "from": [{"collectionId": self.collection.rpartition("/")[2], "allDescendants": self.group}]
        }
        if self.where:
            filters = [_equals(name, database.encode(value)) for name, value in self.where.items()]
            query["where"] = {"compositeFilter": {"op": "AND", "filters": filters}}
        if self.order:
            direction = "DESCENDING" if self.order.startswith("-") else "ASCENDING"
            query["orderBy"] = [{"field": {"fieldPath": self.order.lstrip("-")}, "direction": direction}]
        return query


def _equals(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"fieldFilter": {"field": {"fieldPath": name}, "op": "EQUAL", "value": value}}


def _by_person(collection: str, person: str, ref: Ref, allowed: frozenset[str]) -> tuple[Query, Query]:
    """A person's tickets or rooms: all of them, and those in one status."""
    return (
        Query(collection, {person: ref}, "-created_at", allowed),
        Query(collection, {person: ref, "status": "active"}, "-created_at", allowed),
    )


APP_QUERIES: Final = (
    *_by_person("tickets", "user_ref", BUYER_REF, BUYER),
    *_by_person("tickets", "imecon_ref", CONSULTANT_REF, CONSULTANT),
    *_by_person("chat_rooms", "user_ref", BUYER_REF, BUYER),
    *_by_person("chat_rooms", "imecon_ref", CONSULTANT_REF, CONSULTANT),
    Query(f"tickets/{TICKET}/history", order="-at", allowed=BUYER),
    Query("purchases", {"buyer_uid": "buyer"}, "-created_at", BUYER),
    Query("devices", {"owner_uid": "buyer"}, allowed=BUYER),
    Query(f"purchases/{PURCHASE}/history", order="-at", allowed=BUYER),
    Query(f"chat_rooms/{TICKET}/messages", order="created_at", allowed=BOTH),
    Query(f"chat_rooms/{TICKET}/messages", order="-created_at", allowed=BOTH),
    Query("payment_intents", {"userId": "buyer"}, "-createdAt", BUYER),
    Query("events", {"status": "published"}, "event_date", SIGNED_IN),
    Query("event_tiers", {"event_id": "ev-1"}, allowed=SIGNED_IN),
    Query("event_tiers", {"event_id": "ev-draft"}, allowed=STAFF),
    Query("event_orders", {"purchaser_id": "buyer"}, "-created_at", BUYER),
    Query("event_orders", {"organizer_id": "org-1"}, "-created_at", STAFF),
    Query("event_tickets", {"holder_id": "buyer"}, "event_date", BUYER),
    Query("event_waitlist", {"user_id": "buyer"}, None, BUYER),
    Query("event_entries", {"event_id": "ev-1"}, "-at", STAFF),
    Query("event_entries", {"event_id": "ev-1", "duplicate": True}, None, STAFF),
    Query("event_scans", {"event_id": "ev-1"}, "-at", STAFF),
    Query("users/consultant/pending_consultations", order="-created_at", allowed=CONSULTANT),
    Query("user_point_usage", {"userId": "buyer"}, "-usedAt", BUYER),
    Query("store_point_usage", {"storeId": "store-1"}, "-usedAt", STAFF),
    Query("transactions", {"userId": "buyer"}, "-createdAt", BUYER),
    Query("stamps", {"userId": "buyer"}, allowed=BUYER),
    Query("stamps", {"storeId": "store-1"}, allowed=STAFF),
    Query("point_awards", {"userId": "buyer", "status": "pending"}, allowed=BUYER),
    Query("point_awards", {"userId": "buyer", "status": "pending"}, "-createdAt", BUYER),
    Query("point_awards", {"storeId": "store-1"}, "-createdAt", STAFF),
    Query("imecons", {"active": True}, allowed=SIGNED_IN),
    Query("ticket_types", {"active": True}, allowed=SIGNED_IN),
    # A newcomer's own lists are empty, not refused.
    Query("tickets", {"user_ref": Ref("users/other")}, "-created_at", OTHER),
    Query("chat_rooms", {"imecon_ref": Ref("users/other")}, "-created_at", OTHER),
    Query("payment_intents", {"userId": "other"}, "-createdAt", OTHER),
    Query("transactions", {"userId": "other"}, "-createdAt", OTHER),
)

CONSOLE_QUERIES: Final = (
    Query("transactions", order="-createdAt"),
    Query("point_awards", {"userId": "buyer"}, "-createdAt", BUYER),
    Query("events", order="event_date"),
    Query("event_orders", {"event_id": "ev-1"}, "-created_at"),
    Query("event_orders", {"event_id": "ev-1", "status": "paid"}, "-created_at"),
    Query("incidents", {"kind": "refund_failed", "status": "open", "details.event": "ev-1"}),
    Query("purchases", order="-created_at"),
    Query("purchases", {"status": "open"}, "-created_at"),
    Query("purchases", {"device_id": "phone-1"}, "-created_at"),
    Query("devices/phone-1/history", order="-at"),
    Query("events/ev-1/history", order="-at", allowed=STAFF),
)
"""What the operator's console lists, where the app does not list the same: for an administrator and support."""

REFUSED_QUERIES: Final = (
    # A filter that does not say whose documents these are opens nothing.
    Query("tickets", {"status": "active"}),
    Query("events", {"status": "draft"}),
    Query("event_orders", {"status": "paid"}),
    Query("event_orders", {"organizer_id": "org-door"}),
    Query("event_tickets", {"status": "valid"}),
    Query("event_entries", {"duplicate": True}),
    Query("event_entries", {"event_id": "ev-door"}),
    Query("event_scans", {"result": "ok"}),
    Query("chat_rooms", {"status": "active"}),
    Query("payment_intents", {"status": "requires_capture"}),
    Query("purchases", {"device_id": "phone-1"}),
    Query("purchases", {"status": "fulfilled"}),
    Query("devices", {"license_purchased": True}),
    Query("devices", {"owner_uid": "other"}, allowed=OTHER),
    Query("point_awards", {"status": "pending"}),
    Query("store_staff", {"uids": ["staff"]}),
    Query("store_point_usage", {"storeId": "store-9"}),
    *(Query("stamps", {"storeId": f"store-{uids}"}) for uids in ("map", "text", "null", "none")),
    # A store's staff would learn their customers' balances.
    Query("transactions", {"storeId": "store-1"}),
    # Profiles are read by id; a query could only be about somebody else.
    Query("users", {"uid": "buyer"}),
    Query("users", {"email": "hanako@example.com"}),
    # Nothing is readable across parents, not even one's own.
    Query("history", group=True),
    Query("messages", {"sender_ref": BUYER_REF}, group=True),
    Query("badges", group=True),
    Query("pending_consultations", {"user_ref": BUYER_REF}, group=True),
)

SERVER_INDEXES: Final = (
    # The sweeps' pages: one equality, then a deadline read oldest first.
    ("tickets", ("due_action", "due_at")),
    ("account_deletions", ("due_action", "due_at")),
    ("event_orders", ("due_action", "due_at")),
    ("events", ("due_action", "due_at")),
    ("event_tiers", ("due_action", "due_at")),
    # What phones at a door must hear of since they last asked.
    ("event_tickets", ("event_id", "door_changed_at")),
    # Those who wait for a tier, in their order.
    ("event_waitlist", ("list", "status", "joined_at")),
    ("purchases", ("due_action", "due_at")),
    ("payment_intents", ("status", "createdAt")),
    # The console's holds by deadline, and its open incidents, newest first.
    ("tickets", ("status", "expires_at")),
    ("incidents", ("status", "-opened_at")),
    ("incidents", ("kind", "status", "-opened_at")),
    # Those of due work that may be over, the longest unseen first.
    ("incidents", ("status", "kind", "seen_at")),
    # Its audit, newest first; two of these are merged for a filter by both.
    ("audit", ("who", "-at")),
    ("audit", ("what", "-at")),
    ("audit", ("target", "-at")),
    # The sum of a customer's entries, for the daily comparison and the console.
    ("transactions", ("userId", "delta", "earned")),
    # What an event's tickets cost and its orders brought in, summed for the console.
    ("event_tickets", ("event_id", "tier", "status", "price")),
    ("event_orders", ("event_id", "amount_captured", "refunded_amount")),
)


def _attempt(query: Query, role: str, database: Database) -> bool:
    return database.may_query(PEOPLE[role], query.collection, query.structured(database))


_SEEN = {row.path.rpartition("/")[0] for row in MATRIX if row.list >= SEES}
"""Collections that an administrator and support may look through, with whatever filter."""


def _allowed(query: Query) -> frozenset[str]:
    return query.allowed | (SEES if query.collection in _SEEN and not query.group else NOBODY)


def cases() -> Iterator[Case]:
    """Every query × person."""
    for query in (*APP_QUERIES, *CONSOLE_QUERIES, *REFUSED_QUERIES):
        for role in PEOPLE:
            yield Case(str(query), role, role in _allowed(query), partial(_attempt, query, role))
