"""The closing tables: Stripe's books beside Firestore's, balances beside their entries, and every difference."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from google.cloud import firestore

from admission.states import OrderStatus
from consultation.states import Kind
from devkit.demo.run import Timeline
from devkit.stripe_sim import StripeSimulator
from devkit.world import AdmissionRecords, CheckoutRecords, ConsultationRecords, PointsRecords, load_world, violations


def compare_books(timeline: Timeline, db: firestore.Client, simulator: StripeSimulator) -> int:
    """Print both sides of every book and every difference; returns the exit code, 0 without any."""
    world = load_world(db, simulator, datetime.fromtimestamp(simulator.now(), UTC))
    timeline.title("The books: Stripe beside Firestore (JPY)")
    timeline.table(_books(world.consultation), left=(0, 3, 6, 7))
    unpaid = [
        f"{ticket.id} {ticket.state}" for ticket in world.consultation.tickets.values() if ticket.kind is Kind.PERK
    ]
    timeline.line(f"  tickets without a payment: {', '.join(unpaid) or 'none'}")
    deliveries = [delivery["state"] for delivery in simulator.deliveries()]
    timeline.line(f"  webhooks: {deliveries.count('delivered')} of {len(deliveries)} delivered")
    timeline.title("The licences and day passes: Stripe beside Firestore (JPY)")
    timeline.table(_purchases(world.checkout), left=(0, 3, 6, 7))
    timeline.title("The event tickets: Stripe beside Firestore (JPY)")
    timeline.table(_orders(world.admission), left=(0, 3, 6, 7))
    timeline.title("The points: balances beside the entries of the ledger")
    timeline.table(_points(world.points), left=(0,))
    timeline.line()
    differences = violations(world)
    for difference in differences:
        timeline.line(f"  difference: {difference}")
    timeline.line("1 difference" if len(differences) == 1 else f"{len(differences)} differences")
    return 1 if differences else 0


def _books(world: ConsultationRecords) -> Iterator[tuple[str, ...]]:
    """The table: one row for each payment that either side knows. A side without it shows 0 and a dash."""
    yield "", "Stripe", "", "", "Firestore", "", "", ""
    yield "payment", "held", "captured", "status", "held", "captured", "payment", "ticket"
    tickets = {ticket.payment_intent_id: str(ticket.state) for ticket in world.tickets.values()}
    rows = []
    for id_ in dict.fromkeys([*world.intents, *world.payments]):
        fact, payment = world.intents.get(id_), world.payments.get(id_)
        at_stripe = (fact.amount, fact.amount_received, fact.status) if fact else (0, 0, "-")
        here = (payment["amount"], payment.get("amountCaptured", 0), payment["status"]) if payment else (0, 0, "-")
        rows.append((id_, *at_stripe, *here, tickets.get(id_, "-")))
    yield from _with_sums(rows)


def _purchases(world: CheckoutRecords) -> Iterator[tuple[str, ...]]:
    """The table: one row for each paid purchase that either side knows."""
    yield "", "Stripe", "", "", "Firestore", "", "", ""
    yield "payment", "paid", "refunded", "session", "paid", "refunded", "purchase", "device"
    paid = {fact.payment.id: fact for fact in world.sessions.values() if fact.paid and fact.payment is not None}
    purchases = {each.payment_intent_id: each for each in world.purchases.values() if each.payment_intent_id}
    rows = []
    for id_ in dict.fromkeys([*paid, *purchases]):
        fact, purchase = paid.get(id_), purchases.get(id_)
        payment = fact.payment if fact else None
        at_stripe = (payment.amount_received, payment.amount_refunded, fact.status) if fact and payment else (0, 0, "-")
        here = (purchase.amount, purchase.amount_refunded, str(purchase.state)) if purchase else (0, 0, "-")
        rows.append((id_, *at_stripe, *here, purchase.device_id if purchase else "-"))
    yield from _with_sums(rows)


def _orders(world: AdmissionRecords) -> Iterator[tuple[str, ...]]:
    """The table: one row for each payment of an order that either side knows."""
    yield "", "Stripe", "", "", "Firestore", "", "", ""
    yield "payment", "captured", "refunded", "status", "captured", "refunded", "order", "buyer"
    orders = {order.payment_intent_id: order for order in world.orders.values() if order.payment_intent_id}
    rows = []
    for id_ in dict.fromkeys([*world.intents, *orders]):
        fact, order = world.intents.get(id_), orders.get(id_)
        at_stripe = (fact.amount_received, fact.amount_refunded, fact.status) if fact else (0, 0, "-")
        taken = order is not None and order.state.status in (OrderStatus.PAID, OrderStatus.CANCELLED)
        amounts = (order.amount, order.doc["refunded_amount"]) if order and taken else (0, 0)
        rows.append((id_, *at_stripe, *amounts, str(order.state) if order else "-", order.buyer if order else "-"))
    yield from _with_sums(rows)


def _with_sums(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, ...]]:
    """The rows as texts, with the sums of the amounts on both sides."""
    first, second, first_here, second_here = (sum(row[at] for row in rows) for at in (1, 2, 4, 5))
    for row in (*rows, ("sum", first, second, "", first_here, second_here, "", "")):
        yield tuple(f"{cell:,}" if isinstance(cell, int) else cell for cell in row)


def _points(points: PointsRecords) -> Iterator[tuple[str, ...]]:
    """The table: one row for each customer whom a balance, an entry or a stamp names."""
    yield "", "Balance", "", "Ledger", "", "", ""
    yield "customer", "available", "ever earned", "available", "ever earned", "stamps", "badges"
    entries = points.transactions.values()
    for uid in sorted({*points.balances, *(entry["userId"] for entry in entries)}):
        balance = points.balances.get(uid, {})
        mine = [entry for entry in entries if entry["userId"] == uid]
        numbers = (
            balance.get("availablePoints", 0),
            balance.get("totalPoints", 0),
            sum(entry["delta"] for entry in mine),
            sum(entry["earned"] for entry in mine),
            sum(card["count"] for card in points.stamps.values() if card["userId"] == uid),
            len(points.badges.get(uid, ())),
        )
        yield uid, *(f"{number:,}" for number in numbers)
