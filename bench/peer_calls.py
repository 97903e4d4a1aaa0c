"""The peers, which the folder `bench/peer` holds: how they are called and served, and what documents they find."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.arena import Arena
from bench.calls import BY_NAME
from bench.served import ServedProcess, Wire
from devkit import local
from devkit.errors import DevkitError
from devkit.process import ROOT

FOLDER = ROOT / "bench" / "peer"
PEERS: Mapping[str, dict[str, Any]] = {
    "createPaymentIntent": {"amount": 5000, "currency": "jpy", "imeconId": "{imecon}", "sessionId": "{n}"},
    "redeemTicketCode": {"ticketCode": "{code}"},
    "capturePaymentIntent": {"paymentIntentId": "{payment}"},
    "cancelPaymentIntent": {"paymentIntentId": "{payment}"},
    "verifySecureQR": {"token": "{token}", "readerId": "store-1"},
    "recordQRUsage": {"nonce": "{nonce}", "readerId": "store-1", "targetId": "{uid}", "timestamp": 1735689600000},
    "checkQRUsage": {"nonce": "{nonce}", "readerId": "store-1"},
}
"""The data of each peer's call, whose strings may name ids of the item; `bench.calls` says who calls, and after what.

To compare another function: a row here, and a function of its name among what `bench/peer/index.js` exports.
"""
_ENV = {
    "JWT_SECRET": base64.b64decode(local.QR_KEYS["local"]).decode(),
    "NODE_ENV": "production",
    # As in firebase-tools' emulator: tokens are decoded. Else the Admin SDK for Node would look up each caller.
    "FIREBASE_DEBUG_MODE": "true",
    "FIREBASE_DEBUG_FEATURES": '{"skipTokenVerification": true}',
}


class ServedPeer(ServedProcess):
    """The peer of the function `name`, served by functions-framework for Node."""

    def __init__(self, place: Arena, name: str, firestore_host: str) -> None:
        """Start it; it may not listen yet. Raises DevkitError when it is not installed."""
        program = FOLDER / "node_modules" / ".bin" / "functions-framework"
        if not program.exists():
            raise DevkitError("bench/peer is not installed: `make bench ARGS=peer` does it, with Node 20 or newer")
        env = local.functions_env(
            firestore_host=firestore_host,
            stripe_url=place.simulator.url,
            auth_host=os.environ["FIREBASE_AUTH_EMULATOR_HOST"],
        )
        command = ["node", str(program), "--target", name, "--source", str(FOLDER)]
        super().__init__(name, command, env | _ENV, place.folder, FOLDER)


def peer_wires(place: Arena, name: str, count: int) -> list[Wire]:
    """So many calls of the peer, each about an item of its own."""
    call = BY_NAME[name]._replace(data=PEERS[name])
    items = place.items(call.after, count)
    for item in items:
        if "payment" in item.ids:
            _write(place, item.ids)
    return [call.wire(item) for item in items]


def _write(place: Arena, ids: Mapping[str, str]) -> None:
    """Replace an item's documents by those of the source documents, which hold less."""
    db, batch = place.db, place.db.batch()
    for path, fields in _documents(place, ids).items():
        batch.set(db.document(path), fields)
    batch.commit()


def _documents(place: Arena, ids: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    now = datetime.now(UTC)
    times = {"created_at": now, "expires_at": now + timedelta(hours=72)}
    people = {
        who: place.db.document(f"users/{ids[id_]}") for who, id_ in (("user_ref", "uid"), ("imecon_ref", "imecon"))
    }
    type_ = "dm_consultation"
    return {
        f"tickets/{ids['ticket']}": {
            **people,
            **times,
            "status": "authorized",
            "ticket_code": ids["code"],
            "payment_intent_id": ids["payment"],
            "type": type_,
        },
        f"payment_intents/{ids['payment']}": {
            "userId": ids["uid"],
            "sessionId": ids["ticket"],
            "amount": 5000,
            "status": "requires_capture",
            "createdAt": now,
            "capturedAt": None,
            "metadata": {"user_id": ids["uid"], "imecon_id": ids["imecon"], "ticket_type": type_},
        },
        f"chat_rooms/{ids['ticket']}": {**people, **times, "status": "active"},
        f"users/{ids['uid']}": {"available_ticket_codes": [ids["code"]], "has_pending_consultation": True},
    }
