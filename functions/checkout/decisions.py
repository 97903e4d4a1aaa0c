"""What is done at Stripe about a purchase: decided first, carried out then, and settled.

Everything needed stands on the purchase, so the process that decided need not survive: what is cut short is found again
by ``due_at`` and finished here.
"""

from __future__ import annotations

from collections.abc import Callable

from checkout import aftermath, pages
from checkout import loaded as loading
from checkout.happening import Happening
from checkout.loaded import LoadedPurchase
from checkout.origin import NAME
from checkout.purchase import CheckoutPurchase
from checkout.settle import ASKED, Told, settle, settle_missing
from checkout.states import OPEN, PROCESSING, Decision, Event, State
from checkout.transition import apply
from common import clock, log
from common.documents import Unit
from common.retry import run_until_committed
from common.state_machine import Outcome
from payments import attempts, checkout_sessions, origin, refunds
from payments.decisions import decide_then_call
from payments.failures import Missing, Rejected, Unavailable
from payments.objects import CheckoutSession

Choose = Callable[[CheckoutPurchase], Happening | None]
"""What should happen to a purchase as it is now; ``None`` for nothing. May refuse."""


def decide_and_carry_out(loaded: LoadedPurchase, choose: Choose) -> Outcome[State] | None:
    """Apply what ``choose`` says, as often as it takes, and carry out the decision that then stands.

    Afterwards ``loaded`` is as it now stands. Trouble at Stripe leaves it decided and undone.

    Returns:
        What the state machine said, or ``None`` when there was nothing to do.
    """

    def decide(now: LoadedPurchase) -> Outcome[State] | None:
        happening = choose(now.purchase)
        if happening is None:
            return None
        unit = Unit()
        outcome = apply(unit, now, happening)
        if not unit.empty:
            unit.commit()
        return outcome

    return decide_then_call(loaded, decide, carry_out)


def carry_out(loaded: LoadedPurchase) -> None:
    """Do at Stripe what the decision says, and settle it."""
    match loaded.purchase.state.decision:
        case Decision.EXPIRE:
            closing = expire(loaded)
            if closing is not None:
                settle_and_look(closing, loaded)
        case Decision.REFUND:
            _refund(loaded)


def expire(loaded: LoadedPurchase) -> CheckoutSession | None:
    """Close the page, and give the session as it then is; ``None`` if Stripe has none, which is settled then."""
    session_id = _session(loaded)
    if session_id is None:
        return None
    try:
        return attempts.act(
            loaded,
            "expire",
            lambda key: checkout_sessions.expire(session_id, key),
            lambda: checkout_sessions.retrieve(session_id),
            lambda fact: fact.ended,
        )
    except Missing:
        settle_missing(loaded)
        return None


def _session(loaded: LoadedPurchase) -> str | None:
    """The session of a purchase, made now if that was cut short; ``None`` if Stripe has none, which is settled then.

    What Stripe refuses to create it has not, and never will.
    """
    if loaded.purchase.session_id is not None:
        return loaded.purchase.session_id
    try:
        return pages.obtain(loaded).id
    except (pages.NotCreated, Rejected, Missing):
        settle_missing(loaded)
        return None


def _refund(loaded: LoadedPurchase) -> None:
    purchase = loaded.purchase
    payment_intent_id = purchase.payment_intent_id
    if payment_intent_id is None:
        # Nothing was asked for, so nothing is given back.
        run_until_committed(lambda: _nothing_to_refund(loaded), loaded.reload)
        return
    metadata = origin.metadata(NAME, {"purchase_id": purchase.id})

    def send(key: str) -> str | None:
        return refunds.create(payment_intent_id, metadata, key)

    try:
        refund_id = attempts.act(loaded, "refund", send, lambda: None, lambda _: False)
        aftermath.bring_up_to_date(loaded, refund_id=refund_id)
        if refund_id is not None and _came_to_nothing(loaded.purchase):
            attempts.next_attempt(loaded)
            aftermath.bring_up_to_date(loaded, refund_id=send(loaded.purchase.key("refund")))
    except Rejected:
        # It may have been refunded by hand, or the bank may have taken it.
        aftermath.bring_up_to_date(loaded)
        if loaded.purchase.state.decision is not None:
            raise
    except Missing:
        settle_missing(loaded)


def _came_to_nothing(purchase: CheckoutPurchase) -> bool:
    """Whether a refund that Stripe made has failed since. Its key answers with it all the same."""
    return purchase.state.decision is Decision.REFUND and not purchase.doc.get("refund_pending")


def _nothing_to_refund(loaded: LoadedPurchase) -> None:
    unit = Unit()
    apply(unit, loaded, Happening(Event.MONEY_GONE, "stripe", clock.now()))
    if not unit.empty:
        unit.commit()


def passed_deadline(purchase: CheckoutPurchase) -> Happening | None:
    """The deadline event of a purchase whose page should have ended."""
    now = clock.now()
    if purchase.state != OPEN or not purchase.passed("expires_at", now):
        return None
    return Happening(Event.EXPIRE, "schedule", now, reason="expired")


def bring_up_to_date(loaded: LoadedPurchase, told: Told = ASKED) -> None:
    """Do now what a schedule would do next: ask Stripe about an unpaid purchase, carry out a decision.

    Raises:
        Unavailable: Stripe did not say whether it is paid.
        Rejected: likewise.
    """
    if loaded.purchase.state in (OPEN, PROCESSING):
        ask_stripe(loaded, told)
    decide_and_carry_out(loaded, passed_deadline)


def ask_stripe(loaded: LoadedPurchase, told: Told = ASKED) -> CheckoutSession | None:
    """Bring an unpaid purchase in step with its session, and what became of its money; the session as it is now.

    ``None`` if Stripe has none, which is settled then.

    Raises:
        Unavailable: Stripe did not say.
        Rejected: likewise.
    """
    session_id = _session(loaded)
    if session_id is None:
        return None
    try:
        fact = checkout_sessions.retrieve(session_id)
    except Missing:
        settle_missing(loaded)
        return None
    settle_and_look(fact, loaded, told)
    return fact


def settle_and_look(fact: CheckoutSession, loaded: LoadedPurchase, told: Told = ASKED) -> None:
    """Bring a purchase in step with its session, and with what became of the money before anybody heard of it."""
    settle(fact, told, loaded=loaded)
    if fact.payment is not None and aftermath.outdated(loaded.purchase, fact.payment):
        aftermath.bring_up_to_date(loaded)


def catch_up(purchase_id: str) -> CheckoutPurchase | None:
    """A purchase after what a schedule would do next; ``None`` if there is none."""
    loaded = load_up_to_date(purchase_id)
    return loaded.purchase if loaded is not None else None


def load_up_to_date(purchase_id: str) -> LoadedPurchase | None:
    """The same with its device."""
    loaded = loading.load(purchase_id)
    if loaded is not None:
        try_to_bring_up_to_date(loaded)
    return loaded


def try_to_bring_up_to_date(loaded: LoadedPurchase, told: Told = ASKED) -> None:
    """As ``bring_up_to_date``; while Stripe does not answer, it stays as it was last known."""
    try:
        bring_up_to_date(loaded, told)
    except (Unavailable, Rejected):
        log.warning("purchase waits for stripe", purchase=loaded.purchase.id)
