"""What becomes of a payment at Stripe without the app ever asking about it: the webhook alone brings the news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .scene import Json, Sale, Scene

Fate = Callable[[Scene, Sale], object]


def _held(scene: Scene, sale: Sale) -> object:
    return scene.simulator.confirm(sale.pi)


def _held_after_a_decline(scene: Scene, sale: Sale) -> object:
    scene.simulator.confirm(sale.pi, "pm_card_chargeDeclined")
    return _held(scene, sale)


def _held_after_3d_secure(scene: Scene, sale: Sale) -> object:
    scene.simulator.confirm(sale.pi, "pm_card_threeDSecure2Required")
    return scene.simulator.authenticate(sale.pi, "pass")


def _refused(scene: Scene, sale: Sale) -> object:
    scene.simulator.confirm(sale.pi, "pm_card_threeDSecure2Required")
    return scene.simulator.authenticate(sale.pi, "fail")


def _captured(scene: Scene, sale: Sale) -> object:
    _held(scene, sale)
    return scene.simulator.dashboard_capture(sale.pi)


def _captured_in_part(scene: Scene, sale: Sale) -> object:
    _held(scene, sale)
    return scene.simulator.dashboard_capture(sale.pi, 3000)


def _canceled(scene: Scene, sale: Sale) -> object:
    _held(scene, sale)
    return scene.simulator.dashboard_cancel(sale.pi)


def _lapsed(scene: Scene, sale: Sale) -> object:
    _held(scene, sale)
    return scene.simulator.set_capture_before(sale.pi, scene.simulator.now() - 1)


def _refunded(scene: Scene, sale: Sale) -> object:
    _captured(scene, sale)
    scene.simulator.dashboard_refund(sale.pi, 2000)
    return scene.simulator.dashboard_refund(sale.pi, 1000)


def _disputed(scene: Scene, sale: Sale) -> object:
    _captured(scene, sale)
    return scene.simulator.dispute(sale.pi)


FATES: tuple[Fate, ...] = (
    _held,
    _held_after_a_decline,
    _held_after_3d_secure,
    _refused,
    _captured,
    _captured_in_part,
    _canceled,
    _lapsed,
    _refunded,
    _disputed,
)


def befall(scene: Scene, payments: int) -> list[Sale]:
    """That many purchases, each of another buyer, with one fate after another; nobody has told the functions yet."""
    sales = [scene.buy(f"buyer-{number:03}", f"imecon-{number % 2 + 1}") for number in range(payments)]
    for number, sale in enumerate(sales):
        FATES[number % len(FATES)](scene, sale)
    return sales


def outcome(scene: Scene) -> dict[str, Json]:
    """Everything that must not depend on how the events came, by buyer: no ids, no codes, no times."""
    found: dict[str, Json] = {}
    for snapshot in scene.db.collection("tickets").stream():
        ticket = snapshot.to_dict() or {}
        buyer = ticket["user_ref"].id
        payment = _fields(scene, "payment_intents", ticket["payment_intent_id"])
        user = _fields(scene, "users", buyer)
        found[buyer] = {
            "ticket": {name: ticket.get(name) for name in ("status", "decision", "cancel_reason", "capture_amount")},
            "due": ticket["due_action"],
            "payment": {name: payment.get(name) for name in ("status", "amountCaptured", "amountRefunded", "disputed")},
            "codes": len(user.get("available_ticket_codes", [])),
            "pending": user.get("has_pending_consultation", False),
            "locked": bool(_fields(scene, "ticket_locks", f"{buyer}__{ticket['imecon_ref'].id}")),
        }
    return found


def _fields(scene: Scene, collection: str, id_: str) -> dict[str, Any]:
    return scene.db.collection(collection).document(id_).get().to_dict() or {}
