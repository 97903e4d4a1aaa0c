"""The people and the documents every rules test starts from: one ticket in session, one point awarded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from .rest import Fields, Person, Ref

PEOPLE: Final[dict[str, Person]] = {
    "signed-out": Person(None, {}),
    "buyer": Person("buyer", {}),
    "other": Person("other", {}),
    "consultant": Person("consultant", {}),
    "other-consultant": Person("other-consultant", {}),
    "staff": Person("staff", {}),
    "other-staff": Person("other-staff", {}),
    "admin": Person("admin", {"admin": True}),
    "support": Person("support", {"support": True}),
}

NOBODY: Final[frozenset[str]] = frozenset()
SIGNED_IN: Final = frozenset(PEOPLE) - {"signed-out"}

PAST: Final = datetime(2024, 4, 1, 3, 0, tzinfo=UTC)
# Far enough that no machine running these tests has passed it.
FUTURE: Final = datetime(2100, 4, 1, 3, 0, tzinfo=UTC)

BUYER: Final = Ref("users/buyer")
CONSULTANT: Final = Ref("users/consultant")
TICKET: Final = "buyer.7f3k9x2m"
PURCHASE: Final = "p_7f3k9x2m"
MOVED: Final = "p_2n8d4w6q"

PROFILE: Final[Fields] = {
    # What FlutterFlow's own sign-up writes.
    "uid": "buyer",
    "email": "hanako@example.com",
    "display_name": "花子",
    "photo_url": "",
    "phone_number": "",
    "created_time": PAST,
}

SERVER_FIELDS: Final[Fields] = {
    "available_ticket_codes": ["7M4QK2ZR9XCD"],
    "pending_ticket_ids": [TICKET],
    "has_pending_consultation": True,
    "dm_requests": [{"user_id": "other", "ticket_code": "3WTB8HNP6JFA"}],
    "availablePoints": 120,
    "totalPoints": 300,
    "visitedStores": 2,
}

_LEDGER: Final[Fields] = {"userId": "buyer", "storeId": "store-1", "points": 50, "createdAt": PAST}
_USAGE: Final[Fields] = {
    "userId": "buyer", "storeId": "store-1", "pointsUsed": 50, "usedAt": PAST, "status": "completed"
}  # fmt: skip

STAFF_WRITTEN_WRONGLY: Final[dict[str, Fields]] = {
    "store-map": {"uids": {"staff": True}},
    "store-text": {"uids": "staff,other-staff"},
    "store-null": {"uids": None},
    "store-without": {},
}

DOCUMENTS: Final[dict[str, Fields]] = {
    f"tickets/{TICKET}": {
        "user_ref": BUYER,
        "imecon_ref": CONSULTANT,
        "status": "active",
        "amount": 5000,
        "created_at": PAST,
        "version": 3,
    },
    f"tickets/{TICKET}/history/3": {"from": "used", "to": "active", "event": "accept", "at": PAST},
    "ticket_codes/7M4QK2ZR9XCD": {"kind": "ticket", "ticket_ref": Ref(f"tickets/{TICKET}")},
    "ticket_codes/7M4QK2ZR9XCD/redemptions/buyer": {"at": PAST},
    "ticket_locks/buyer__consultant": {"ticket_id": TICKET},
    "account_deletions/buyer": {"status": "begun", "deleted_at": None},
    "account_deletions/buyer/history/1": {"event": "begun", "actor": "buyer"},
    "consultation_lists/buyer": {"pending_ticket_ids": [TICKET], "available_ticket_codes": [], "version": 2},
    "ticket_types/dm_consultation": {"amount": 5000, "currency": "jpy", "active": True},
    "organizers/org-1": {"name": "主催", "members": {"staff": "manager", "consultant": "door"}, "version": 1},
    "organizers/org-door": {"name": "主催", "members": {"staff": "door"}, "version": 1},
    "events/ev-1": {"organizer_id": "org-1", "status": "published", "title": "音楽会", "event_date": FUTURE},
    "events/ev-1/history/2": {"from": "draft", "to": "published", "event": "publish", "at": PAST},
    "events/ev-draft": {"organizer_id": "org-1", "status": "draft", "title": "音楽会", "event_date": FUTURE},
    "events/ev-door": {"organizer_id": "org-door", "status": "published", "title": "音楽会", "event_date": FUTURE},
    "event_tiers/ev-1.ga": {"event_id": "ev-1", "tier": "ga", "price": 3000},
    "event_tiers/ev-draft.ga": {"event_id": "ev-draft", "tier": "ga", "price": 3000},
    "event_orders/a1": {"purchaser_id": "buyer", "organizer_id": "org-1", "status": "paid", "created_at": PAST},
    "event_orders/a1/history/1": {"from": None, "to": "pending_payment", "event": "hold", "at": PAST},
    "event_orders/door": {"purchaser_id": "buyer", "organizer_id": "org-door", "status": "paid", "created_at": PAST},
    "event_tickets/a1.0": {"holder_id": "buyer", "organizer_id": "org-1", "status": "valid", "event_date": FUTURE},
    "event_entries/a1.0.1": {"event_id": "ev-1", "ticket_id": "a1.0", "direction": "entry", "duplicate": False},
    "event_entries/d1.0.1": {"event_id": "ev-door", "ticket_id": "d1.0", "direction": "entry", "duplicate": False},
    "event_scans/scan-1": {"event_id": "ev-1", "ticket_id": "a1.0", "result": "already_used"},
    "event_transfers/5e884898da28": {"ticket_id": "a1.0", "from_uid": "buyer", "to_uid": None, "status": "offered"},
    "event_waitlist/ev-1.ga.buyer": {"user_id": "buyer", "status": "waiting", "quantity": 1},
    "event_blocks/ev-1.ga.0": {"size": 20, "places": {}},
    "event_buyers/ev-1.buyer": {"owned": 1, "held": {}},
    "event_refunds/a1.1": {"order_id": "a1", "amount": 3000, "status": "sent"},
    "search_index/0": {"rows": "", "version": 1},
    "event_staff/ev-1": {"uids": {"staff": {"gates": [], "until": None}}},
    "devices/phone-1": {"owner_uid": "buyer", "license_purchased": True, "version": 2},
    "devices/phone-1/history/2": {"event": "paid", "actor": "stripe"},
    f"purchases/{PURCHASE}": {"buyer_uid": "buyer", "device_id": "phone-1", "status": "fulfilled", "created_at": PAST},
    f"purchases/{PURCHASE}/history/3": {"from": "open", "to": "fulfilled", "event": "paid", "at": PAST},
    f"purchases/{MOVED}": {
        "buyer_uid": "other",
        "device_id": "phone-2",
        "status": "fulfilled",
        "created_at": PAST,
        "transfers": [PAST],
    },
    f"purchases/{MOVED}/history/4": {"from": "fulfilled", "to": "fulfilled", "event": "move", "reason": "phone-2"},
    "license_codes/5e884898da28": {"purchase_id": PURCHASE, "device_id": "phone-1"},
    "products/license": {"amount": 3000, "currency": "jpy", "active": True},
    "imecons/consultant": {"active": True, "display_name": "太郎"},
    "payment_intents/pi_1": {
        "userId": "buyer",
        "imeconId": "consultant",
        "status": "requires_capture",
        "createdAt": PAST,
    },
    f"chat_rooms/{TICKET}": {
        "user_ref": BUYER,
        "imecon_ref": CONSULTANT,
        "status": "active",
        "created_at": PAST,
        "ends_at": FUTURE,
    },
    f"chat_rooms/{TICKET}/messages/first": {"sender_ref": BUYER, "text": "はじめまして", "created_at": PAST},
    "users/buyer": {**PROFILE, **SERVER_FIELDS},
    f"users/consultant/pending_consultations/{TICKET}": {"user_ref": BUYER, "created_at": PAST},
    "users/buyer/badges/first_visit": {"awardedAt": PAST},
    "stripe_events/evt_1": {"type": "payment_intent.succeeded", "outcome": "settled", "expireAt": FUTURE},
    "mail/a1_1": {"to": ["buyer@example.com"], "message": {"subject": "ご注文"}},
    f"ff_user_push_notifications/{TICKET}_1": {"notification_title": "ご相談"},
    "qr_usage_history/nonce-1": {"nonce": "nonce-1", "readerId": "store-1", "userId": "buyer"},
    "point_balances/buyer": {"userId": "buyer", "availablePoints": 120},
    "award_counts/store-1.2024-04-01": {"awards": 1, "amount": 5000, "expireAt": FUTURE},
    "award_counts/store-1.2024-04-01.buyer": {"userId": "buyer", "awards": 1, "amount": 5000, "expireAt": FUTURE},
    "rate_limits/redeem_buyer": {"count": 1, "expireAt": FUTURE},
    "reconciliations/2024-04-01": {"differences": 0},
    "incidents/hold_lost.buyer": {"kind": "hold_lost", "status": "open", "opened_at": PAST},
    "schedule_runs/endOverdueSessions": {"ok": True, "done": 1, "started_at": PAST},
    "code_campaigns/admin.spring": {"count": 10, "created_at": PAST},
    "audit/entry-1": {"who": "admin", "what": "resolveIncident", "at": PAST},
    "reconciliation_cursors/listed_payment_intents": {"at": "pi_1"},
    "reconciliation_differences/consultation.pi_1": {"domain": "consultation", "walk": "purchases", "id": "pi_1"},
    "point_awards/store-1.nonce-1": {**_LEDGER, "status": "pending"},
    "user_point_usage/usage-1": _USAGE,
    "store_point_usage/usage-1": _USAGE,
    "transactions/usage-1": {**_LEDGER, "type": "redeem", "delta": -50},
    "stamps/store-1.buyer": {**_LEDGER, "count": 3},
    "stores/store-1": {"name": "渋谷店", "address": "東京都渋谷区"},
    "store_staff/store-1": {"uids": ["staff"]},
    "store_staff/store-2": {"uids": ["other-staff"]},
    **{f"store_staff/{store}": fields for store, fields in STAFF_WRITTEN_WRONGLY.items()},
    **{f"point_awards/{store}.nonce-1": {**_LEDGER, "storeId": store} for store in STAFF_WRITTEN_WRONGLY},
    # Named by no rule, and so closed: a collection and subcollections that nobody thought of.
    "unlisted/document": {"userId": "buyer"},
    "users/buyer/unlisted/document": {"userId": "buyer"},
    "users/buyer/badges/first_visit/unlisted/document": {"userId": "buyer"},
    f"tickets/{TICKET}/unlisted/document": {"user_ref": BUYER},
    f"chat_rooms/{TICKET}/messages/first/unlisted/document": {"user_ref": BUYER},
}
"""Document path → fields. Every collection the functions write to is here."""
