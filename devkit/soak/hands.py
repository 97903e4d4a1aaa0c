"""What people's hands do in a soak: edit and delete documents, edit payments at Stripe, change prices, leave for good.

Each takes effect on what is there at that moment, chosen by the soak's seed.
"""

import contextlib
import random
from collections.abc import Callable

from devkit.client import CallableError
from devkit.soak.purchase import PRICE_JPY
from devkit.soak.shared import GaveUp, Soak
from devkit.stripe_sim import ApiError
from devkit.stripe_sim.errors import Json

Hand = Callable[[Soak, random.Random], None]
_TYPE = "ticket_types/dm_consultation"
_PRICES_JPY = (PRICE_JPY, PRICE_JPY, PRICE_JPY + 1000)
_EDITS: tuple[dict[str, str] | None, ...] = (
    None,
    {"project": "another"},
    {"domain": "nobody"},
    {"ticket_id": "somebody.0123456789abcdef01234567", "user_id": "somebody"},
    {"ticket_id": "a/b", "terms": "{"},
)


def _payment(soak: Soak, rng: random.Random, status: str | None = None) -> Json | None:
    """A payment at Stripe, of a status if one is given; `None` when there is none yet."""
    found = [fact for fact in soak.stack.simulator.payment_intents() if status in (None, fact["status"])]
    return rng.choice(found[-20:]) if found else None


def edit_metadata(soak: Soak, rng: random.Random) -> None:
    """Somebody edits what a payment on record says of itself."""
    chosen = _payment(soak, rng)
    if chosen is not None and soak.stack.db.document(f"payment_intents/{chosen['id']}").get().exists:
        soak.stack.simulator.edit_metadata(chosen["id"], rng.choice(_EDITS))
        soak.tally.add("hands: edited metadata")


def delete_ticket(soak: Soak, rng: random.Random) -> None:
    """Somebody deletes the ticket of a payment that is still to be captured or voided."""
    chosen = _payment(soak, rng, "requires_capture")
    payment = soak.stack.db.document(f"payment_intents/{chosen['id']}").get() if chosen else None
    if payment is not None and payment.exists:
        soak.stack.db.document(f"tickets/{payment.get('ticketId')}").delete()
        soak.tally.add("hands: deleted a ticket")


def delete_user(soak: Soak, rng: random.Random) -> None:
    """Somebody deletes a person's document, which is the app's."""
    found = [user for user in soak.stack.db.collection("users").limit(50).get() if user.id.startswith("soak-")]
    if found:
        rng.choice(found).reference.delete()
        soak.tally.add("hands: deleted a user's document")


def change_price(soak: Soak, rng: random.Random) -> None:
    """What is on sale costs something else from now on; mostly the price comes back soon."""
    soak.stack.db.document(_TYPE).update({"amount": rng.choice(_PRICES_JPY)})
    soak.tally.add("hands: changed the price")


def delete_purchase(soak: Soak, rng: random.Random) -> None:
    """Somebody deletes the purchase of a page, open, paid or over."""
    found = soak.stack.simulator.checkout_sessions()[-20:]
    if found:
        soak.stack.db.document(f"purchases/{rng.choice(found)['client_reference_id']}").delete()
        soak.tally.add("hands: deleted a purchase")


def change_day_pass(soak: Soak, rng: random.Random) -> None:
    """Day passes cost something else from now on."""
    tiers = [{"from": 0, "amount": rng.choice([100, 150])}, {"from": 1, "amount": 200}]
    soak.stack.db.document("products/daypass").update({"tiers": tiers})
    soak.tally.add("hands: changed the price of day passes")


def refund(soak: Soak, rng: random.Random) -> None:
    """Somebody refunds in the dashboard; one in two refunds of consultations fails in the end."""
    chosen = _payment(soak, rng, "succeeded")
    if chosen is None:
        return
    with contextlib.suppress(ApiError):
        made = soak.stack.simulator.dashboard_refund(chosen["id"], rng.choice([None, 50]))
        soak.tally.add("hands: refunded")
        # A refund of what could not be granted must not fail: only a person could help its buyer then.
        if rng.random() < 0.5 and "purchase_id" not in chosen["metadata"]:
            soak.stack.simulator.fail_refund(made["id"])
            soak.tally.add("hands: refund failed")


def dispute(soak: Soak, rng: random.Random) -> None:
    """A cardholder disputes a payment, or inquires about it; the bank decides at once, or not yet."""
    chosen = _payment(soak, rng, "succeeded")
    if chosen is None:
        return
    with contextlib.suppress(ApiError):
        opened = soak.stack.simulator.dispute(chosen["id"])
        soak.tally.add("hands: disputed")
        if rng.random() < 0.7:
            soak.stack.simulator.move_dispute(opened["id"], rng.choice(["won", "lost"]))


def leave(soak: Soak, rng: random.Random) -> None:
    """A buyer deletes the account, whatever is open."""
    chosen = _payment(soak, rng)
    said = chosen["metadata"] if chosen else {}
    buyer = said.get("user_id") or said.get("buyer_uid") or ""
    if buyer.startswith(("soak-buyer-", "soak-owner-")):
        with contextlib.suppress(CallableError, GaveUp):
            soak.call("deleteAccount", {}, buyer)
            soak.tally.add("hands: deleted an account")


HANDS: dict[Hand, int] = {
    edit_metadata: 4,
    delete_ticket: 3,
    delete_user: 2,
    delete_purchase: 2,
    change_price: 2,
    change_day_pass: 1,
    refund: 3,
    dispute: 2,
    leave: 2,
}
