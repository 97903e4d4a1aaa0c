"""`make demo`: six stories on the local stack, told as a timeline, then Stripe's books beside Firestore's.

Everything goes over HTTP as in production: callables with ID tokens, schedules by POST, webhooks from the simulator to
the served stripeWebhook, and the app's PaymentSheet speaks to Stripe with nothing but the client secret. Each step says
what it expects, so the exit code is 0 only when all went as told and the invariants find no difference.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

import httpx
from google.cloud import firestore

from devkit import local
from devkit.cli import Stopped, run
from devkit.client import CallableError
from devkit.errors import DevkitError
from devkit.stack import Stack
from devkit.stripe_sim import StripeSimulator

# The invariants are deployed with the functions, which lie in a folder of their own.
sys.path.append(str(local.FUNCTIONS_DIR))
from consultation.invariants import World, violations
from devkit.world import load_world

Answer = dict[str, Any]

_WEBHOOK_SECONDS = 20.0
_CUT_SHORT = 130  # what a shell reports after Ctrl-C
_SHOWN = {
    "createPaymentIntent": "{status}, {amount:,} JPY\n{payment_intent_id}\nticket {ticket_id}",
    "confirmTicket": "{status}, code {ticket_code}\nvalid until {expires_at:.16}Z",
    "redeemTicketCode": "ticket {ticket_status}, room {status}\nroom {chat_room_id}",
    "answerConsultation": "ticket {ticket_status}, room {status}",
    "endConsultation": "ticket {ticket_status}, room {status}",
    "capturePaymentIntent": "{status}, {amount_captured:,} of {amount:,} JPY",
    "createTicketCodes": "code {codes[0]}\nvalid until {valid_until:.16}Z",
}
"""What the timeline shows of a callable's answer, a line for a line."""


class Timeline:
    """Prints the run as short, aligned lines; titles are bold on a terminal only."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bold = out.isatty() and "NO_COLOR" not in os.environ

    def title(self, text: str) -> None:
        """A new part."""
        self.line()
        self.line(f"\033[1m{text}\033[0m" if self._bold else text)

    def prose(self, text: str) -> None:
        """Plain words."""
        self.line(f"  {text}")

    def row(self, seconds: float, who: str, what: str, outcome: str) -> None:
        """One step: when (since the story began), who, what they called, and what came of it, line by line."""
        minutes = int(seconds) // 60
        start = f"{f'+{minutes // 60}:{minutes % 60:02}':>8}  {who:<9}{what:<26} "
        for line in outcome.splitlines() or [""]:
            self.line(f"{start}{line}".rstrip())
            start = " " * len(start)

    def table(self, rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Columns as wide as their widest cell; those numbered in `right` are right-aligned."""
        rows = list(rows)
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (f"{cell:{'>' if at in right else '<'}{widths[at]}}" for at, cell in enumerate(row))
            self.line(f"  {'  '.join(cells)}".rstrip())

    def line(self, text: str = "") -> None:
        """A line as it is; shown at once, also through a pipe."""
        print(text, file=self._out, flush=True)


class Stage:
    """The running stack, its timeline, and the story that is being told on it."""

    def __init__(self, stack: Stack, timeline: Timeline) -> None:
        self.stack = stack
        self._timeline = timeline
        self._began = 0

    @contextmanager
    def story(self, title: str, seen: str) -> Iterator[None]:
        """Tell a story: its title, what its user sees, its steps, and what Stripe did and sent meanwhile."""
        simulator = self.stack.simulator
        self._began = simulator.now()
        payments, deliveries = len(simulator.payment_intents()), len(simulator.deliveries())
        self._timeline.title(title)
        self._timeline.prose(seen)
        yield
        for payment in simulator.payment_intents()[payments:]:
            captured = f"{payment['amount_received']:,} of {payment['amount']:,} JPY captured"
            self.tell("Stripe", "PaymentIntent", f"{payment['status']}, {captured}\n{payment['id']}")
        delivered = self._delivered()[deliveries:]
        self.tell("Stripe", "webhooks", f"{len(delivered)} delivered" if delivered else "none, no payment was made")

    def tell(self, who: str, what: str, outcome: str) -> None:
        """Add a step to the timeline."""
        self._timeline.row(self.stack.simulator.now() - self._began, who, what, outcome)

    def wait(self, **time: float) -> None:
        """Let time pass for the functions and for Stripe: `wait(hours=1, minutes=30)`."""
        # What was sent before belongs to the time before; Stripe gives up on events older than three days.
        self._delivered()
        self.stack.advance(timedelta(**time).total_seconds())
        self.tell("", f"... {', '.join(f'{count:g} {unit}' for unit, count in time.items())} later", "")

    def sweep(self, schedule: str, ticket_id: str, leads_to: str) -> None:
        """Run a schedule once and look what it made of the ticket."""
        self.stack.run_schedule(schedule)
        self._look("schedule", schedule, ticket_id, leads_to)

    def webhooks_arrive(self, ticket_id: str, leads_to: str) -> Answer:
        """Wait for Stripe's webhooks and look what they made of the ticket; returns its document."""
        self._delivered()
        return self._look("Stripe", "stripeWebhook", ticket_id, leads_to)

    def _look(self, who: str, what: str, ticket_id: str, leads_to: str) -> Answer:
        ticket: Answer = self.stack.db.document(f"tickets/{ticket_id}").get().to_dict() or {}
        status = ticket.get("status")
        self.tell(who, what, ", ".join(filter(None, (f"ticket {status}", ticket.get("cancel_reason")))))
        _expect(f"{what} on {ticket_id}", status, leads_to)
        return ticket

    def _delivered(self) -> list[Answer]:
        simulator = self.stack.simulator
        if not simulator.wait_idle(_WEBHOOK_SECONDS):
            raise DevkitError(f"webhooks were still under way after {_WEBHOOK_SECONDS:.0f} s")
        deliveries = simulator.deliveries()
        for delivery in deliveries:
            _expect(f"webhook {delivery['event']} ({delivery['type']})", delivery["state"], "delivered")
        return deliveries


class Person:
    """Somebody with the app in their hand. What they do is a request over HTTP and a step of the timeline."""

    def __init__(self, stage: Stage, uid: str, **claims: Any) -> None:
        self._stage = stage
        self._uid = uid
        self._claims = claims

    def calls(self, function: str, leads_to: str | None = None, **data: Any) -> Answer:
        """Call a function; `leads_to` is the status that the ticket (or else the payment) must have then."""
        answer: Answer = self._call(function, data)
        self._stage.tell(self._uid, function, _SHOWN[function].format(**answer))
        if leads_to is not None:
            _expect(f"{function} by {self._uid}", answer.get("ticket_status", answer["status"]), leads_to)
        return answer

    def is_refused(self, function: str, reason: str, **data: Any) -> None:
        """Call a function that must refuse with `reason`."""
        try:
            answer = self._call(function, data)
        except CallableError as refused:
            self._stage.tell(self._uid, function, f"refused, {refused.reason}\n{refused.message}")
            _expect(f"{function} by {self._uid}", refused.reason, reason)
        else:
            raise DevkitError(f"{function} by {self._uid} must be refused, but answered {answer}")

    def buys(self) -> Answer:
        """Buy a ticket with a card that simply works; returns the ticket."""
        order = self.orders()
        self.pays(order, "pm_card_visa", leads_to="requires_capture")
        return self.confirms(order)

    def orders(self) -> Answer:
        """Open a purchase with the first consultant; returns it with its client secret."""
        return self.calls("createPaymentIntent", "pending_payment", imecon_id="imecon-1", amount=5000)

    def pays(self, order: Answer, card: str, leads_to: str) -> None:
        """Confirm in PaymentSheet, which knows the publishable key and the client secret and nothing else."""
        payment_id, secret = order["payment_intent_id"], order["client_secret"]
        form = {"client_secret": secret, "payment_method": card, "use_stripe_sdk": "true"}
        key = {"Authorization": "Bearer pk_test_kippu_local"}
        answer = self._post(f"/v1/payment_intents/{payment_id}/confirm", data=form, headers=key)
        failure = answer.get("error", {})
        payment = failure.get("payment_intent", answer)
        outcome = f"declined, {failure['decline_code']}" if failure else f"{payment['amount']:,} JPY"
        self._stage.tell(self._uid, "PaymentSheet", f"{payment['status']}, {outcome}\n{card}")
        _expect(f"PaymentSheet of {self._uid}", payment["status"], leads_to)

    def approves(self, order: Answer) -> None:
        """Pass the 3-D Secure challenge on the bank's page."""
        path = f"/_sim/payment_intents/{order['payment_intent_id']}/authenticate"
        payment = self._post(path, json={"outcome": "pass"})
        self._stage.tell(self._uid, "bank's 3-D Secure page", f"{payment['status']}, approved")
        _expect(f"3-D Secure of {self._uid}", payment["status"], "requires_capture")

    def confirms(self, order: Answer) -> Answer:
        """Come back from PaymentSheet; returns the ticket."""
        return self.calls("confirmTicket", "authorized", payment_intent_id=order["payment_intent_id"])

    def redeems(self, code: str, **data: Any) -> str:
        """Open the chat room of a code; returns the room's id."""
        room = self.calls("redeemTicketCode", "used", ticket_code=code, **data)
        return str(room["chat_room_id"])

    def _call(self, function: str, data: Answer) -> Answer:
        english = {"Accept-Language": "en"}
        answer: Answer = self._stage.stack.call(function, data, uid=self._uid, claims=self._claims, headers=english)
        return answer

    def _post(self, path: str, **request: Any) -> Answer:
        answer = httpx.post(self._stage.stack.stripe_url + path, trust_env=False, **request)
        # 402 is Stripe's answer to a declined card, which is a part of the story.
        if answer.status_code not in (200, 402):
            raise DevkitError(f"Stripe answered {answer.status_code} to {path}: {answer.text}")
        body: Answer = answer.json()
        return body


def purchase_to_capture(stage: Stage) -> None:
    """The ordinary course: held, confirmed, redeemed, accepted, ended, captured."""
    buyer, consultant = Person(stage, "hanako"), Person(stage, "imecon-1")
    with stage.story(
        "(a) A purchase, from the hold to the capture",
        "Hanako pays, enters her ticket's code and talks for ten minutes. Only then is her card charged.",
    ):
        ticket = buyer.buys()
        room = buyer.redeems(ticket["ticket_code"])
        consultant.calls("answerConsultation", "active", chat_room_id=room, accept=True)
        stage.wait(minutes=10)
        buyer.calls("endConsultation", "completed", chat_room_id=room)


def unused_for_72_hours(stage: Stage) -> None:
    """The app is closed right after paying; the hold is voided after its deadline, and not a minute before."""
    buyer = Person(stage, "kenji")
    with stage.story(
        "(b) A ticket nobody used, voided after 72 hours",
        "Kenji pays and forgets. After three days his ticket has expired, and his card was never charged.",
    ):
        order = buyer.orders()
        buyer.pays(order, "pm_card_visa", leads_to="requires_capture")
        ticket = stage.webhooks_arrive(order["ticket_id"], leads_to="authorized")
        stage.wait(hours=71, minutes=59)
        stage.sweep("voidExpiredAuthorizations", order["ticket_id"], leads_to="authorized")
        stage.wait(minutes=2)
        stage.sweep("voidExpiredAuthorizations", order["ticket_id"], leads_to="cancelled")
        buyer.is_refused("redeemTicketCode", "TICKET_EXPIRED", ticket_code=ticket["ticket_code"])


def three_d_secure(stage: Stage) -> None:
    """The bank asks first; afterwards nobody ends the session, so the schedule does."""
    buyer, consultant = Person(stage, "yuki"), Person(stage, "imecon-1")
    with stage.story(
        "(c) A card with 3-D Secure, and a session that ends by itself",
        "Yuki's bank asks her to approve the payment. After half an hour of talking the room closes.",
    ):
        order = buyer.orders()
        buyer.pays(order, "pm_card_threeDSecure2Required", leads_to="requires_action")
        buyer.approves(order)
        ticket = buyer.confirms(order)
        room = buyer.redeems(ticket["ticket_code"])
        consultant.calls("answerConsultation", "active", chat_room_id=room, accept=True)
        stage.wait(minutes=30)
        stage.sweep("endOverdueSessions", ticket["ticket_id"], leads_to="completed")


def declined_then_paid(stage: Stage) -> None:
    """A second card on the same PaymentIntent; the consultant captures a part of the hold."""
    buyer, consultant = Person(stage, "sora"), Person(stage, "imecon-1")
    with stage.story(
        "(d) A declined card, then a good one, and a partial capture",
        "Sora's first card is declined; the sheet stays open, the second works. He is charged 3,000 JPY.",
    ):
        order = buyer.orders()
        buyer.pays(order, "pm_card_chargeDeclinedInsufficientFunds", leads_to="requires_payment_method")
        buyer.pays(order, "pm_card_mastercard", leads_to="requires_capture")
        room = buyer.redeems(buyer.confirms(order)["ticket_code"])
        consultant.calls("answerConsultation", "active", chat_room_id=room, accept=True)
        stage.wait(minutes=15)
        payment = {"payment_intent_id": order["payment_intent_id"], "amount": 3000}
        consultant.calls("capturePaymentIntent", "captured", **payment)


def perk_code(stage: Stage) -> None:
    """A code that was given away: a consultation without a payment."""
    admin, buyer, consultant = Person(stage, "admin", admin=True), Person(stage, "mei"), Person(stage, "imecon-2")
    with stage.story(
        "(e) A perk code",
        "Mei types a code from a campaign and chooses a consultant. She talks without paying.",
    ):
        until = datetime.fromtimestamp(stage.stack.simulator.now(), UTC) + timedelta(days=7)
        batch = admin.calls("createTicketCodes", count=1, max_redemptions=100, valid_until=until.isoformat())
        code = batch["codes"][0]
        room = buyer.redeems(code, imecon_id="imecon-2")
        consultant.calls("answerConsultation", "active", chat_room_id=room, accept=True)
        stage.wait(minutes=20)
        buyer.calls("endConsultation", "completed", chat_room_id=room)
        buyer.is_refused("redeemTicketCode", "CODE_ALREADY_REDEEMED", ticket_code=code, imecon_id="imecon-2")


def used_code(stage: Stage) -> None:
    """A code opens one room, for its buyer; the consultant declines, so the hold is voided."""
    buyer, stranger, consultant = Person(stage, "ren"), Person(stage, "stranger"), Person(stage, "imecon-1")
    with stage.story(
        "(f) A used code, redeemed again",
        "Ren's code opens one room, once, for him alone. The consultant declines; nothing is charged.",
    ):
        code = buyer.buys()["ticket_code"]
        stranger.is_refused("redeemTicketCode", "CODE_INVALID", ticket_code=code)
        room = buyer.redeems(code)
        buyer.is_refused("redeemTicketCode", "TICKET_ALREADY_USED", ticket_code=code)
        consultant.calls("answerConsultation", "cancelled", chat_room_id=room, accept=False)


STORIES: tuple[Callable[[Stage], None], ...] = (
    purchase_to_capture,
    unused_for_72_hours,
    three_d_secure,
    declined_then_paid,
    perk_code,
    used_code,
)


def compare_books(timeline: Timeline, db: firestore.Client, simulator: StripeSimulator) -> int:
    """Print Stripe's books beside Firestore's and every difference; returns the exit code, 0 without any."""
    world = load_world(db, simulator, datetime.fromtimestamp(simulator.now(), UTC))
    timeline.title("The books: Stripe beside Firestore (JPY)")
    timeline.table(_books(world), right=(1, 2, 4, 5))
    unpaid = [f"{ticket.id} {ticket.state}" for ticket in world.tickets.values() if ticket.perk]
    timeline.line(f"  tickets without a payment: {', '.join(unpaid) or 'none'}")
    deliveries = [delivery["state"] for delivery in simulator.deliveries()]
    timeline.line(f"  webhooks: {deliveries.count('delivered')} of {len(deliveries)} delivered")
    differences = violations(world)
    for difference in differences:
        timeline.line(f"  difference: {difference}")
    timeline.line("1 difference" if len(differences) == 1 else f"{len(differences)} differences")
    return 1 if differences else 0


def _books(world: World) -> Iterator[tuple[str, ...]]:
    """The table: one row for each payment that either side knows. A side without it shows 0 and a dash."""
    yield ("", "Stripe", "", "", "Firestore", "", "", "")
    yield ("payment", "held", "captured", "status", "held", "captured", "payment", "ticket")
    tickets = {ticket.payment_intent_id: ticket for ticket in world.tickets.values()}
    sums = [0, 0, 0, 0]
    for id_ in dict.fromkeys([*world.intents, *world.payments]):
        fact, payment, ticket = world.intents.get(id_), world.payments.get(id_), tickets.get(id_)
        amounts = [
            *((fact.amount, fact.amount_received) if fact else (0, 0)),
            *((payment["amount"], payment.get("amountCaptured", 0)) if payment else (0, 0)),
        ]
        sums = [total + amount for total, amount in zip(sums, amounts, strict=True)]
        states = (fact.status if fact else "-", payment["status"] if payment else "-")
        yield _book_row(id_, amounts, *states, str(ticket.state) if ticket else "-")
    yield _book_row("sum", sums, "", "", "")


def _book_row(id_: str, amounts: Sequence[int], stripe: str, payment: str, ticket: str) -> tuple[str, ...]:
    held, captured, held_here, captured_here = (f"{amount:,}" for amount in amounts)
    return (id_, held, captured, stripe, held_here, captured_here, payment, ticket)


def _expect(what: str, actual: object, wanted: object) -> None:
    if actual != wanted:
        raise DevkitError(f"{what}: expected {wanted}, found {actual}")


def _refuse_foreign_tickets(stack: Stack) -> None:
    """A shared emulator (FIRESTORE_EMULATOR_HOST) may hold somebody's work: not ours to count, nor to drop."""
    if stack.db.collection("tickets").limit(1).get():
        raise DevkitError(f"the emulator at {stack.firestore_host} holds tickets already: the demo needs an empty one")


def main() -> int:
    """Start the stack on free ports, tell the stories, compare the books; everything is stopped on any way out."""
    timeline = Timeline(sys.stdout)
    timeline.line("Kippu demo: starting the Firestore emulator, the Stripe simulator and the functions")
    try:
        with Stack() as stack:
            return _run_on(stack, timeline)
    except (CallableError, httpx.HTTPError) as error:
        raise DevkitError(f"the demo was cut short: {error!r}") from error
    except Stopped:
        # A demo that was cut short has not shown that the books agree.
        return _CUT_SHORT


def _run_on(stack: Stack, timeline: Timeline) -> int:
    _refuse_foreign_tickets(stack)
    timeline.table([*stack.addresses().items(), ("times", "hours:minutes since a story began")])
    stage = Stage(stack, timeline)
    for tell in STORIES:
        tell(stage)
    return compare_books(timeline, stack.db, stack.simulator)


if __name__ == "__main__":
    sys.exit(run(main))
