"""The access matrix: every collection × operation, and who of people_and_documents.PEOPLE may do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from .case import Case
from .people_and_documents import (
    DOCUMENTS,
    MOVED,
    NOBODY,
    PEOPLE,
    PROFILE,
    PURCHASE,
    SIGNED_IN,
    STAFF_WRITTEN_WRONGLY,
    TICKET,
)
from .rest import SERVER_TIME, Database, Fields, Ref

BUYER: Final = frozenset({"buyer"})
CONSULTANT: Final = frozenset({"consultant"})
SEES: Final = frozenset({"admin", "support"})
OTHER: Final = frozenset({"other"})
STAFF: Final = frozenset({"staff"})
BOTH: Final = BUYER | CONSULTANT
BUYER_AND_STORE: Final = BUYER | STAFF


@dataclass(frozen=True)
class Access:
    """Who may do what with one document and its collection; nobody, unless named.

    Attributes:
        list: may read the whole collection without any filter (filtered reads are in queries.py).
        new: the fields a given person would create a document with; the seeded ones when not given.
        new_path: where it would be created; beside the seeded document when not given.
        change: the fields an update would change.
    """

    path: str
    get: frozenset[str] = NOBODY
    list: frozenset[str] = NOBODY
    create: frozenset[str] = NOBODY
    update: frozenset[str] = NOBODY
    delete: frozenset[str] = NOBODY
    new: Callable[[str], Fields] | None = None
    new_path: str | None = None
    change: Mapping[str, object] = field(default_factory=lambda: {"touched": True})


def _own_message(role: str) -> Fields:
    return {"sender_ref": Ref(f"users/{PEOPLE[role].uid}"), "text": "よろしく", "created_at": SERVER_TIME}


MATRIX: Final = (
    # Consultation
    Access(f"tickets/{TICKET}", get=SEES | BOTH, list=SEES),
    Access(f"tickets/{TICKET}/history/3", get=SEES | BUYER, list=SEES | BUYER),
    Access("payment_intents/pi_1", get=SEES | BUYER, list=SEES),
    Access(f"chat_rooms/{TICKET}", get=SEES | BOTH, list=SEES),
    Access(f"chat_rooms/{TICKET}/messages/first", get=BOTH, list=BOTH, create=BOTH, new=_own_message),
    Access("ticket_types/dm_consultation", get=SIGNED_IN, list=SIGNED_IN),
    Access("imecons/consultant", get=SIGNED_IN, list=SIGNED_IN),
    # Events
    Access("organizers/org-1", get=SEES | STAFF, list=SEES),
    Access("organizers/org-door", get=SEES, list=SEES),
    Access("events/ev-1", get=SIGNED_IN, list=SEES),
    Access("events/ev-1/history/2", get=SEES | STAFF, list=SEES | STAFF),
    Access("events/ev-draft", get=SEES | STAFF, list=SEES),
    Access("events/ev-door", get=SIGNED_IN, list=SEES),
    Access("event_tiers/ev-1.ga", get=SIGNED_IN, list=SEES),
    Access("event_tiers/ev-draft.ga", get=SEES | STAFF, list=SEES),
    Access("event_orders/a1", get=SEES | BUYER_AND_STORE, list=SEES),
    Access("event_orders/a1/history/1", get=SEES | BUYER, list=SEES | BUYER),
    Access("event_orders/door", get=SEES | BUYER, list=SEES),
    Access("event_tickets/a1.0", get=SEES | BUYER_AND_STORE, list=SEES),
    Access("event_waitlist/ev-1.ga.buyer", get=BUYER),
    Access("event_entries/a1.0.1", get=SEES | STAFF, list=SEES),
    Access("event_entries/d1.0.1", get=SEES, list=SEES),
    Access("event_scans/scan-1", get=SEES | STAFF, list=SEES),
    Access("event_transfers/5e884898da28"),
    Access("event_blocks/ev-1.ga.0"),
    Access("event_buyers/ev-1.buyer"),
    Access("event_staff/ev-1"),
    Access("search_index/0"),
    Access("event_refunds/a1.1"),
    # Licences and day passes
    Access("devices/phone-1", get=SEES | BUYER, list=SEES),
    Access("devices/phone-1/history/2", get=SEES, list=SEES),
    Access(f"purchases/{PURCHASE}", get=SEES | BUYER, list=SEES),
    Access(f"purchases/{PURCHASE}/history/3", get=SEES | BUYER, list=SEES | BUYER),
    # Moved by its code: it names the device of whoever it was given to.
    Access(f"purchases/{MOVED}", get=SEES, list=SEES),
    Access(f"purchases/{MOVED}/history/4", get=SEES, list=SEES),
    Access("license_codes/5e884898da28"),
    Access("products/license", get=SIGNED_IN, list=SIGNED_IN),
    # People
    Access(
        "users/buyer",
        get=BUYER,
        update=BUYER,
        change={"display_name": "華子"},
        # Who has no profile yet may create it: their own.
        new_path="users/other",
        new=lambda _: PROFILE,
        create=OTHER,
    ),
    Access(f"users/consultant/pending_consultations/{TICKET}", get=CONSULTANT, list=CONSULTANT),
    Access("users/buyer/badges/first_visit", get=BUYER, list=BUYER),
    # Points
    Access("stores/store-1", get=SIGNED_IN, list=SIGNED_IN),
    Access("point_awards/store-1.nonce-1", get=SEES | BUYER_AND_STORE, list=SEES),
    Access("user_point_usage/usage-1", get=SEES | BUYER_AND_STORE, list=SEES),
    Access("store_point_usage/usage-1", get=SEES | BUYER_AND_STORE, list=SEES),
    Access("transactions/usage-1", get=SEES | BUYER, list=SEES),
    Access("stamps/store-1.buyer", get=SEES | BUYER_AND_STORE, list=SEES),
    # Administration
    Access("reconciliations/2024-04-01", get=SEES, list=SEES),
    Access("incidents/hold_lost.buyer", get=SEES, list=SEES),
    Access("schedule_runs/endOverdueSessions", get=SEES, list=SEES),
    Access("code_campaigns/admin.spring", get=SEES, list=SEES),
    Access("audit/entry-1", get=SEES, list=SEES),
    # Stores whose list of staff an operator wrote wrongly: nobody works there.
    *(Access(f"point_awards/{store}.nonce-1", get=SEES | BUYER, list=SEES) for store in STAFF_WRITTEN_WRONGLY),
    # The server's alone
    Access("ticket_codes/7M4QK2ZR9XCD"),
    Access("ticket_codes/7M4QK2ZR9XCD/redemptions/buyer"),
    Access("ticket_locks/buyer__consultant"),
    Access("consultation_lists/buyer"),
    Access("account_deletions/buyer"),
    Access("account_deletions/buyer/history/1"),
    Access("store_staff/store-1", get=SEES, list=SEES),
    Access("stripe_events/evt_1"),
    Access(f"ff_user_push_notifications/{TICKET}_1"),
    Access("mail/a1_1"),
    Access("qr_usage_history/nonce-1"),
    Access("point_balances/buyer"),
    Access("award_counts/store-1.2024-04-01"),
    Access("award_counts/store-1.2024-04-01.buyer"),
    Access("rate_limits/redeem_buyer"),
    Access("reconciliation_differences/consultation.pi_1"),
    Access("reconciliation_cursors/listed_payment_intents"),
    # Named by no rule
    Access("unlisted/document"),
    Access("users/buyer/unlisted/document"),
    Access("users/buyer/badges/first_visit/unlisted/document"),
    Access(f"tickets/{TICKET}/unlisted/document"),
    Access(f"chat_rooms/{TICKET}/messages/first/unlisted/document"),
)


def _get(row: Access, role: str, database: Database) -> bool:
    return database.may_get(PEOPLE[role], row.path)


def _list(row: Access, role: str, database: Database) -> bool:
    collection = row.path.rpartition("/")[0]
    query = {"from": [{"collectionId": collection.rpartition("/")[2]}]}
    return database.may_query(PEOPLE[role], collection, query)


def _create(row: Access, role: str, database: Database) -> bool:
    """Writes the seeded fields under a free id: whatever makes the document readable is in what is written."""
    path = row.new_path or f"{row.path}-new"
    fields = row.new(role) if row.new else DOCUMENTS[row.path]
    answer = database.may_set(PEOPLE[role], path, fields)
    if answer:
        database.seed({path: None})
    return answer


def _update(row: Access, role: str, database: Database) -> bool:
    return _undone(row, database, database.may_merge(PEOPLE[role], row.path, row.change))


def _delete(row: Access, role: str, database: Database) -> bool:
    return _undone(row, database, database.may_delete(PEOPLE[role], row.path))


def _undone(row: Access, database: Database, answer: bool) -> bool:
    if answer:
        database.seed({row.path: DOCUMENTS[row.path]})
    return answer


def cases() -> Iterator[Case]:
    """Every document × operation × person."""
    for row in MATRIX:
        for operation, attempt, allowed in (
            ("get", _get, row.get),
            ("list", _list, row.list),
            ("create", _create, row.create),
            ("update", _update, row.update),
            ("delete", _delete, row.delete),
        ):
            for role in PEOPLE:
                yield Case(f"{row.path} {operation}", role, role in allowed, partial(attempt, row, role))
