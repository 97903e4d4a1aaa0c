"""What is done at Stripe about an order: decided in the commit that moves its places, carried out then, and settled.

Everything needed stands on the order, so the process that decided need not survive: what is cut short is found again by
``due_at`` and finished here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from admission import aftermath
from admission import order as orders
from admission.order import LoadedOrder, Order
from admission.origin import NAME, order_of
from admission.records import refund_ref
from admission.settle import settle, settle_missing
from admission.states import CAPTURING, PENDING, Decision, OrderEvent, State
from admission.transition import Happening, apply
from common import clock, log
from common.documents import Unit
from common.errors import Refusal
from common.retry import run_until_committed
from common.state_machine import Outcome
from payments import aftermath as money
from payments import attempts, event_ledger, objects, origin, payment_intents, refunds
from payments.decisions import decide_then_call
from payments.event_ledger import Line
from payments.failures import Missing, Rejected, Unavailable
from payments.objects import PaymentIntent
from payments.reasons import PaymentReason

WHOLE = "all"
"""The refund of an order that was paid for nothing, which no ticket is about."""


def end(loaded: LoadedOrder, event: OrderEvent, actor: str, reason: str | None = None) -> None:
    """Give an unpaid order up: its places are free at once, and what may be held on a card is voided."""

    def decide(now: LoadedOrder) -> Outcome[State] | None:
        unit = Unit()
        outcome = apply(unit, now.order, Happening(event, actor, clock.now(), reason=reason))
        if not unit.empty:
            unit.commit()
        return outcome

    decide_then_call(loaded, decide, carry_out)


def accept(loaded: LoadedOrder, actor: str) -> None:
    """Take an offer up that costs nothing."""

    def decide() -> None:
        unit = Unit()
        apply(unit, loaded.order, Happening(OrderEvent.ACCEPTED, actor, clock.now()))
        if not unit.empty:
            unit.commit()

    run_until_committed(decide, loaded.reload)


def resume(loaded: LoadedOrder) -> None:
    """Carry out the decision that stands, if there is one. Trouble at Stripe leaves it to a schedule."""
    decide_then_call(loaded, lambda _: None, carry_out)


def carry_out(loaded: LoadedOrder) -> None:
    """Do at Stripe what the decision says, and settle it."""
    match loaded.order.state.decision:
        case Decision.CAPTURE:
            _capture(loaded)
        case Decision.VOID:
            _void(loaded)
        case Decision.REFUND:
            _refund(loaded)


def _capture(loaded: LoadedOrder) -> None:
    payment_id = str(loaded.order.payment_intent_id)
    _act(loaded, "capture", lambda key: payment_intents.capture(payment_id, loaded.order.amount, key), payment_id)


def _void(loaded: LoadedOrder) -> None:
    """Void what is held; first look whether it was paid meanwhile and its places are still to be had."""
    if not loaded.order.amount:
        settle_missing(loaded)
        return
    try:
        payment_id = loaded.order.payment_intent_id or obtain(loaded).id
        if not loaded.order.given_up and loaded.order.payment_intent_id is not None:
            settle(payment_intents.retrieve(payment_id), loaded=loaded)
            if loaded.order.state.decision is not Decision.VOID:
                carry_out(loaded)
                return
    except (Missing, Rejected):
        settle_missing(loaded)
        return
    _act(loaded, "void", lambda key: payment_intents.cancel(payment_id, key), payment_id)


def _act(loaded: LoadedOrder, operation: str, send: Callable[[str], PaymentIntent], payment_id: str) -> None:
    try:
        fact = attempts.act(
            loaded, operation, send, lambda: payment_intents.retrieve(payment_id), lambda fact: fact.ended
        )
    except Missing:
        settle_missing(loaded)
        return
    settle(fact, loaded=loaded)


def _refund(loaded: LoadedOrder) -> None:
    """Ask for all that was decided to be given back, each under a key of its own, and then say so.

    What Stripe refuses may have come back by hand, or be disputed: then what it says of the payment decides.
    """
    decided = loaded.order.open_refunds or {WHOLE: loaded.order.captured}
    sent = {number: _send_refund(loaded, number, amount) for number, amount in decided.items()}
    made = {number: refund_id for number, refund_id in sent.items() if refund_id is not None}
    if made:
        run_until_committed(lambda: _given_back(loaded, made), loaded.reload)
    if len(made) < len(sent):
        log.warning("refund refused", purchase=loaded.order.id)
        aftermath.bring_up_to_date(loaded)


def _send_refund(loaded: LoadedOrder, number: str, amount: int) -> str | None:
    """The refund's id; ``None`` where Stripe refuses it. What is more than is left there is cut down to that."""
    payment_id = str(loaded.order.payment_intent_id)
    metadata = origin.metadata(NAME, {"order_id": loaded.order.id, "refund": number})

    def ask(operation: str, wanted: int) -> str | None:
        def send(key: str) -> str | None:
            return refunds.create(payment_id, metadata, key, wanted)

        return attempts.act(loaded, operation, send, lambda: None, lambda _: False)

    refund_id = ask(f"refund.{number}", amount)
    if refund_id is not None:
        return refund_id
    fact = payment_intents.retrieve(payment_id)
    left = fact.amount_received - fact.amount_refunded
    return ask(f"refund.{number}.{left}", left) if 0 < left < amount else None


def _given_back(loaded: LoadedOrder, made: dict[str, str]) -> None:
    order, unit, now = loaded.order, Unit(), clock.now()
    still_open = {number: amount for number, amount in order.open_refunds.items() if number not in made}
    if still_open or order.state.decision is not Decision.REFUND:
        # Another was decided meanwhile, or refused: each is asked for again, under its own key, which gives the same.
        return
    for number, refund_id in made.items():
        if number != WHOLE:
            fields = {"status": "sent", "refund_id": refund_id, "sent_at": now}
            unit.merge_blindly(refund_ref(order.id, int(number)), fields)
    whole = {"refunded_amount": order.captured} if WHOLE in made else {}
    apply(unit, order, Happening(OrderEvent.MONEY_BACK, "stripe", now), whole)
    unit.commit()


def obtain(loaded: LoadedOrder) -> PaymentIntent:
    """The PaymentIntent of an order that has none on record: its create replayed, or found past the replay window.

    Raises:
        Rejected: Stripe refuses to create it.
        Unavailable: try again later.
    """
    return attempts.create(
        loaded,
        lambda key: payment_intents.create(loaded.order.doc["create_params"], key),
        lambda since: _created_for(loaded.order, since),
    )


def _created_for(order: Order, since: datetime) -> PaymentIntent | None:
    return next((fact for fact in payment_intents.created_since(since) if order_of(fact) == order.id), None)


def ask_stripe(loaded: LoadedOrder) -> PaymentIntent | None:
    """Bring an unpaid order in step with its payment; the payment, ``None`` if Stripe has none, which is settled then.

    What costs nothing has none, and waits for its buyer.

    Raises:
        Unavailable: Stripe did not say.
        Rejected: likewise.
    """
    known = loaded.order.payment_intent_id
    if not loaded.order.amount:
        return None
    try:
        fact = payment_intents.retrieve(known) if known is not None else obtain(loaded)
    except Missing:
        settle_missing(loaded)
        return None
    settle(fact, loaded=loaded)
    if known is None and loaded.order.payment_intent_id not in (None, fact.id):
        # A twin of this call was first; only the payment on the order is ever given out.
        fact = payment_intents.retrieve(str(loaded.order.payment_intent_id))
    return fact


def settle_event(fact: object, line: Line | None) -> bool:
    """Settle what an event tells of, and do at once what that decides. Whether it is for an order of this project."""
    if not isinstance(fact, PaymentIntent):
        return False
    looked_at = line is not None and money.possible(fact)
    loaded = settle(fact, line=None if looked_at else line)
    if loaded is None:
        return False
    if looked_at:
        _look(loaded, fact, line)
    decided = loaded.order.state.decision
    ended = line is not None and line.about_a_dispute and not loaded.order.disputed
    if (fact.status == objects.HELD and decided is Decision.CAPTURE) or (ended and decided is Decision.REFUND):
        resume(loaded)
    return True


def _look(loaded: LoadedOrder, fact: PaymentIntent, line: Line | None) -> None:
    if loaded.order.payment_intent_id == fact.id:
        aftermath.bring_up_to_date(loaded, line)
    elif line is not None:
        event_ledger.write(line)


def catch_up(order_id: str) -> Order | None:
    """An order after what a schedule would do next; ``None`` if there is none."""
    loaded = orders.load(order_id)
    if loaded is None:
        return None
    try:
        bring_up_to_date(loaded)
    except (Unavailable, Rejected):
        log.warning("order waits for stripe", purchase=order_id)
    return loaded.order


def bring_up_to_date(loaded: LoadedOrder) -> None:
    """Do now what a schedule would do next. A deadline asks first: what was paid at the last second is taken up.

    Raises:
        Unavailable: Stripe did not say whether it is paid.
        Rejected: likewise.
    """
    if loaded.order.state == PENDING:
        if not loaded.order.passed("expires_at", clock.now()):
            return
        if loaded.order.payment_intent_id is not None:
            ask_stripe(loaded)
    if loaded.order.state == PENDING:
        end(loaded, OrderEvent.EXPIRE, "schedule")
    elif loaded.order.state.decision is not None:
        resume(loaded)


def capture_first(loaded: LoadedOrder) -> None:
    """Carry a capture out that was cut short: only what was taken can be given back.

    Raises:
        Refusal: ``PAYMENT_UNAVAILABLE``: Stripe did not take it yet.
    """
    try:
        bring_up_to_date(loaded)
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    if loaded.order.state == CAPTURING:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)
