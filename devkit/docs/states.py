"""docs/states.md, from the tables of the state machines."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from admission import states as admission
from checkout import states as purchases
from common.state_machine import Outcome, Verdict
from consultation.states import PAID, PAID_STATES, PERK, PERK_STATES, Event, Kind, State, decide
from devkit.docs.markdown import GENERATED, table
from points.states import AWARD, AwardEvent, AwardStatus

_CAUSES = {
    Event.REDEEM: "The buyer, by `redeemTicketCode`.",
    Event.REOPEN: "The buyer, by `redeemTicketCode` for a room that ended less than `resume_minutes` ago.",
    Event.ACCEPT: "The consultant, by `answerConsultation`.",
    Event.DECLINE: "The consultant, by `answerConsultation`, or because they delete their account.",
    Event.CANCEL: "The buyer, the consultant or an administrator, by `cancelPaymentIntent`; the buyer, because they "
    "delete their account; or an unpaid purchase that makes way: for another, off sale, or after too many declines.",
    Event.END: "The buyer or the consultant, by `endConsultation`.",
    Event.CAPTURE: "The consultant or an administrator, by `capturePaymentIntent`.",
    Event.ABANDON: "The consultant, by `endConsultation` or `capturePaymentIntent` before `min_session_minutes`.",
    Event.EXPIRE: "The deadline: `voidExpiredAuthorizations`, or a purchase of the same pair that comes first.",
    Event.OVERDUE: "The deadline: `endOverdueSessions`, or a purchase of the same pair that comes first.",
    Event.HOLD_PLACED: "Stripe: the card is held (`requires_capture`).",
    Event.CAPTURED: "Stripe: the money was taken (`succeeded`), by us or in the dashboard.",
    Event.CANCELED: "Stripe: the hold is gone (`canceled`), by us, in the dashboard or because the bank let go.",
    Event.PAYMENT_MISSING: "Stripe does not know the payment: another account or mode, or deleted test data.",
    Event.WRITE_OFF: "An administrator, by `cancelPaymentIntent`, once `payment_missing_at` is set.",
}
_AWARDS = """\
The customer accepts (`awardPoints`) or declines (`declinePointAward`) what a store offered. An offer not answered
by its `expiresAt` lapses: it stays `pending` and is refused from then on. One whose points were taken back stays
`accepted` and has `reversedAt`. Answers say `expired` and `reversed` of these. `points/states.py` holds the states as
data."""
_PURCHASE_CAUSES = {
    purchases.Event.CANCEL: "The device's owner, by `cancelCheckout`, or because they delete their account.",
    purchases.Event.REPLACE: "The owner, by `createCheckoutSession`, where what is open is not on sale any more.",
    purchases.Event.EXPIRE: "The deadline: `settleCheckouts`, where Stripe has left a page open past its end.",
    purchases.Event.REFUND: "An administrator, by `refundPurchase`.",
    purchases.Event.WRITE_OFF: "An administrator, by `refundPurchase`, once `payment_missing_at` is set.",
    purchases.Event.PAID: "Stripe: it is paid, and can be granted, which is done in that commit.",
    purchases.Event.PAID_IN_VAIN: "Stripe: it is paid, but the device has one already, or the amount is another.",
    purchases.Event.AWAITING_PAYMENT: "Stripe: the buyer promised to pay at a convenience store.",
    purchases.Event.PAYMENT_FAILED: "Stripe: they did not.",
    purchases.Event.EXPIRED: "Stripe: the page has ended.",
    purchases.Event.MISSING: "Stripe does not know the session or the payment, or never made it.",
    purchases.Event.DISPUTED: "Stripe: a dispute is open (an inquiry is none). What was decided stays to be done.",
    purchases.Event.MONEY_GONE: "Stripe: it was refunded whole, or a dispute was lost.",
    purchases.Event.MONEY_BACK: "Stripe: the refund failed, or the dispute was won.",
    purchases.Event.MONEY_BACK_IN_VAIN: "The same, but the device has another licence or pass by now.",
}
_PURCHASES = """\
What a device buys on Stripe's Checkout page. A purchase's state is its `status` and the `decision` to `expire` its page
or to `refund` it, until that is carried out. `checkout/states.py` holds this as data."""
_EVENT_CAUSES = {
    admission.EventCommand.PUBLISH: "The organiser, by `publishEvent`.",
    admission.EventCommand.CLOSE: "The organiser, by `closeEvent`.",
    admission.EventCommand.CANCEL: "The organiser, by `cancelEvent`. What becomes of its orders is in their table.",
}
_ORDER_CAUSES = {
    admission.OrderEvent.ABANDON: "The buyer, by `abandonOrder`, or because they delete their account.",
    admission.OrderEvent.EXPIRE: "The time to pay is over: `expireOrders`, or Stripe refuses to make the payment.",
    admission.OrderEvent.TAKEN_OVER: "The time to pay is over, and another order takes its places.",
    admission.OrderEvent.ACCEPTED: "Whoever waited, by `payOrder` or `purchaseTicket`, where the places cost nothing.",
    admission.OrderEvent.AUTHORIZED: "Stripe: the card is held in time. The tickets are issued in that commit.",
    admission.OrderEvent.TAKEN_AGAIN: "Stripe: the card is held too late, and the places can still be had.",
    admission.OrderEvent.LATE_IN_VAIN: "Stripe: the same, and the places are gone or the event is closed.",
    admission.OrderEvent.WRONG_AMOUNT: "Stripe: the card is held for another amount than was ordered.",
    admission.OrderEvent.CAPTURED: "Stripe: the money was taken, by us or in the dashboard.",
    admission.OrderEvent.CANCELED: "Stripe: the hold is gone, by us, in the dashboard or because the bank let go.",
    admission.OrderEvent.MISSING: "Stripe does not know the payment, or never made it.",
    admission.OrderEvent.MONEY_BACK: "Stripe: every refund that was decided was asked for, or it was refunded by hand.",
    admission.OrderEvent.MONEY_GONE: "Stripe: all of it was refunded by hand, or a dispute was lost.",
    admission.OrderEvent.PART_RETURNED: "The buyer, by `cancelTicket`, with money; they keep other tickets.",
    admission.OrderEvent.ALL_RETURNED: "The same with the last ticket.",
    admission.OrderEvent.PART_GIVEN_UP: "The buyer, by `cancelTicket`, without money; they keep other tickets.",
    admission.OrderEvent.ALL_GIVEN_UP: "The same with the last ticket, or the event is cancelled and nothing was paid.",
    admission.OrderEvent.EVENT_CANCELLED: "`settleOrders`, for each order of an event that was cancelled.",
}
_ADMISSION = """\
An order holds places until it is paid. Its state is its `status` and the `decision` to `capture`, `void` or `refund`,
until that is carried out. `admission/states.py` holds the states of events, orders and tickets as data."""
_TICKET_CAUSES = {
    admission.TicketEvent.ENTER: "Whoever stands at the door, by `validateTicket`: `inside` is set.",
    admission.TicketEvent.LEAVE: "The same, with `direction` `exit`: nobody is `inside` any more.",
    admission.TicketEvent.COME_BACK: "The same, where the event has `reentry` and nobody is `inside`.",
    admission.TicketEvent.UNDO: "The same, by `undoEntry`; where an earlier entry stands it stays `used`.",
    admission.TicketEvent.CANCEL: "The buyer, by `cancelTicket`.",
    admission.TicketEvent.END: "The event is cancelled, or the money for it is gone.",
}
_SIGNS = {Verdict.REPEAT: "repeat", Verdict.IGNORE: "·", Verdict.REFUSE: "×"}


def states_page() -> str:
    """The whole page."""
    intro = """\
A ticket's state is its `status` and, once it is made, the `decision` about its money: `capture` or `void`. A decision
is made once, before Stripe is asked to act on it, and ends every race. A ticket is live until it is `completed` or
`cancelled`. A completed one that an administrator refunds is due with `refund` until that is carried out; its state
stays. `consultation/states.py` holds this as data."""
    events = table(("event", "cause"), ((f"`{event}`", _CAUSES[event]) for event in Event))
    return "\n\n".join(
        [
            f"{GENERATED}\n# States\n\n{intro}",
            f"## Tickets with a payment\n\n{_diagram(PAID, PAID_STATES, 'pending_payment: purchase')}",
            f"## Tickets from a perk code\n\nNo Stripe at any step.\n\n{_diagram(PERK, PERK_STATES, 'used: redeem')}",
            f"## Events\n\n{events}",
            "## Every event in every state\n\nThe state it leads to; `repeat`: the outcome already stands and the "
            "stored result is the answer; ·: a fact or a deadline that changes nothing; ×: refused with a reason.",
            f"With a payment:\n\n{_matrix(PAID_STATES, Event, partial(decide, kind=Kind.PAID))}",
            f"From a perk code:\n\n{_matrix(PERK_STATES, Event, partial(decide, kind=Kind.PERK))}",
            f"## Licences and day passes\n\n{_PURCHASES}",
            _machine(_PURCHASE_CAUSES, purchases.Event, purchases.STATES, purchases.decide),
            f"## Orders of event tickets\n\n{_ADMISSION}",
            _machine(_ORDER_CAUSES, admission.OrderEvent, admission.STATES, admission.ORDER.decide),
            "## Events on sale",
            _machine(_EVENT_CAUSES, admission.EventCommand, admission.EventStatus, admission.EVENT.decide),
            "## Event tickets",
            _machine(_TICKET_CAUSES, admission.TicketEvent, admission.TicketStatus, admission.TICKET.decide),
            f"## Awards of points\n\n{_AWARDS}\n\n{_matrix(AwardStatus, AwardEvent, AWARD.decide)}\n",
        ]
    )


def _machine(
    causes: Mapping[Any, str], events: Iterable[Any], states: Iterable[Any], decided: Callable[[Any, Any], Outcome[Any]]
) -> str:
    """What can happen, why, and what follows."""
    rows = [(f"`{event}`", causes[event]) for event in events]
    return f"{table(('event', 'cause'), rows)}\n\n{_matrix(states, causes, decided)}"


def _matrix(states: Iterable[Any], events: Iterable[Any], decided: Callable[[Any, Any], Outcome[Any]]) -> str:
    def cell(outcome: Outcome[Any]) -> str:
        return _SIGNS.get(outcome.verdict) or f"**{outcome.state}**"

    rows = ((f"`{event}`", *(cell(decided(state, event)) for state in states)) for event in events)
    return table(("", *map(str, states)), rows)


def _diagram(rows: Mapping[tuple[State, Event], State], states: tuple[State, ...], first: str) -> str:
    """A Mermaid diagram; what happens alike in every live state is drawn once, from the box around them."""
    live = [state for state in states if state.live]
    targets = {event: [rows.get((state, event)) for state in live] for event in Event}
    shared = {event: to[0] for event, to in targets.items() if to[0] and len(set(to)) == 1}
    edges: dict[tuple[State, State], list[str]] = {}
    for (source, event), target in rows.items():
        if event not in shared:
            edges.setdefault((source, target), []).append(str(event))
    lines = {True: [f"[*] --> {first}"], False: [f"live --> {_id(to)}: {event}" for event, to in shared.items()]}
    for (source, target), events in edges.items():
        lines[target.live].append(f"{_id(source)} --> {_id(target)}: {', '.join(events)}")
    inner = [f'    state "{state}" as {_id(state)}' for state in live] + [f"    {line}" for line in lines[True]]
    after = [f"  {line}" for line in (*lines[False], "completed --> [*]", "cancelled --> [*]")]
    return "\n".join(["```mermaid", "stateDiagram-v2", "  state live {", *inner, "  }", *after, "```"])


def _id(state: State) -> str:
    return re.sub(r"\W+", "_", str(state))
