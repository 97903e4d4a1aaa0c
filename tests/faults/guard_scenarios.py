"""The guards of the money, each with a switch that takes it away and a story in which that must show.

A story is told once with the guard and once without; it gives everything that went wrong. Two calls are interleaved on
purpose: the second runs whole while the first stands at a chosen round trip, so no race is left to luck.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from consultation import capture_and_cancel, decisions, session, states
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Moment, Named, RoundTrips

from . import visits
from .scene import Act, Sale, Scene, reason


@dataclass(frozen=True)
class Guard:
    """What protects, how it is taken away, and the story that shows why it is there."""

    name: str
    off: Callable[[pytest.MonkeyPatch], None]
    story: Callable[[Scene, RoundTrips], list[str]]

    def __str__(self) -> str:
        return f"{self.name}: {self.story.__name__}".replace(" ", "-")


def _between(scene: Scene, wire: RoundTrips, first: Act, moment: Moment, call: str, second: Act) -> tuple[str, str]:
    """Run ``second`` whole while ``first`` stands before or after its first round trip of that name; both answers."""
    answers = []
    with wire.interrupted(Named(call, moment), lambda: answers.append(reason(second))):
        answered = reason(first)
    return answered, answers[0]


# Compare-and-set: a commit that does not find the world as it was read fails whole.


def cancelled_while_accepted(scene: Scene, wire: RoundTrips) -> list[str]:
    """The buyer cancels, all of it, between what the consultant's acceptance read and its commit."""
    sale = scene.used("buyer")
    answers = _between(
        scene, wire, lambda: scene.answer(sale), "before", "firestore commit", lambda: scene.cancel(sale)
    )
    return [*_both_won(answers), *scene.problems()]


def bought_twice_at_once(scene: Scene, wire: RoundTrips) -> list[str]:
    """Two devices of one buyer tap at the same instant."""
    _between(scene, wire, lambda: scene.buy("buyer"), "before", "firestore commit", lambda: scene.buy("buyer"))
    return [*_more_than_one_payment(scene), *scene.problems()]


def redeemed_twice_at_once(scene: Scene, wire: RoundTrips) -> list[str]:
    """Two people use the last of a perk code at the same instant."""
    code = scene.perk_code()
    one, other = Sale("one", code=code), Sale("other", code=code)
    answers = _between(
        scene, wire, lambda: scene.redeem(one), "before", "firestore commit", lambda: scene.redeem(other)
    )
    return [*_both_won(answers), *scene.problems()]


def spent_twice_at_once(scene: Scene, wire: RoundTrips) -> list[str]:
    """A customer pays all there is with one code, between what a payment with another code read and its commit."""
    one, other = visits.ready_to_pay(scene, "customer"), visits.store_read(scene, "customer")
    answers = _between(
        scene,
        wire,
        lambda: visits.pay_all(scene, one),
        "before",
        "firestore commit",
        lambda: visits.pay_all(scene, other),
    )
    return [*_both_won(answers), *scene.problems()]


def accepted_again_when_spent(scene: Scene, wire: RoundTrips) -> list[str]:
    """An award is accepted and all of it spent, between what another device's acceptance read and its commit."""
    award, reading = visits.offered(scene, "customer"), visits.store_read(scene, "customer")

    def meanwhile() -> None:
        visits.accept(scene, award)
        visits.pay_all(scene, reading)

    _between(scene, wire, lambda: visits.accept(scene, award), "before", "firestore commit", meanwhile)
    return scene.problems()


# Decision before call: what will be done with the money is committed before Stripe is asked to do it.


def _asking_first(patch: pytest.MonkeyPatch) -> None:
    from common.documents import LostRace, Unit
    from common.errors import CallReason, Refusal
    from consultation.settle import settle
    from consultation.states import Decision, Verdict
    from consultation.transition import apply
    from payments import gateway

    guarded = decisions.decide_and_carry_out

    def at_stripe(case: Any, target: Any, amount: int) -> Any:
        key, known = case.ticket.key("asked-first"), case.ticket.payment_intent_id
        try:
            return gateway.capture(known, amount, key) if target is Decision.CAPTURE else gateway.cancel(known, key)
        except (gateway.Unavailable, gateway.Rejected) as error:
            raise Refusal(CallReason.BUSY) from error

    def decide_and_carry_out(case: Any, choose: Any) -> Any:
        happening, ticket, unit = choose(case.ticket), case.ticket, Unit()
        if happening is None or ticket.payment_intent_id is None:
            return guarded(case, choose)
        outcome = apply(unit, case, happening)
        decision = outcome.state.decision
        if outcome.verdict is not Verdict.MOVE or decision is None:
            return guarded(case, choose)
        fact = at_stripe(case, decision, happening.capture_amount or ticket.amount)
        try:
            unit.commit()
        except LostRace:
            case.refresh()
            return decide_and_carry_out(case, choose)
        case.ticket = settle(fact, case=case)
        return outcome

    for module in (decisions, capture_and_cancel, session):
        patch.setattr(module, "decide_and_carry_out", decide_and_carry_out)


def accepted_while_cancelling(scene: Scene, wire: RoundTrips) -> list[str]:
    """The consultant accepts after Stripe carried out the buyer's cancellation, before that is on record."""
    sale = scene.used("buyer")
    answers = _between(scene, wire, lambda: scene.cancel(sale), "after", "stripe POST", lambda: scene.answer(sale))
    served = scene.ticket(sale)["status"] == "active"
    free = scene.simulator.payment_intent(sale.pi)["status"] == "canceled"
    return [*(["a session runs whose hold is gone"] if served and free else []), *_both_won(answers)]


def killed_while_capturing_a_part(scene: Scene, wire: RoundTrips) -> list[str]:
    """The process dies after Stripe captured a part; the buyer sees no end and ends the session himself."""
    sale = scene.active("buyer")
    scene.travel.advance(600)
    with wire.killed(Named("stripe POST", "after")):
        scene.capture(sale, 3000)
    decided = scene.ticket(sale).get("capture_amount")
    return [] if decided == 3000 else ["money was taken that nobody had decided to take"]


# Monotonic settle: a fact moves a ticket only forward.


def _facts_always_move(patch: pytest.MonkeyPatch) -> None:
    from consultation import transition

    targets = {
        states.Event.HOLD_PLACED: states.AUTHORIZED,
        states.Event.CAPTURED: states.COMPLETED,
        states.Event.CANCELED: states.CANCELLED,
    }
    decide = states.decide

    def always(state: Any, event: Any, *, perk: bool = False) -> Any:
        if event in targets:
            return states.Outcome(states.Verdict.MOVE, targets[event])
        return decide(state, event, perk=perk)

    patch.setattr(transition, "decide", always)


def confirmed_while_cancelled(scene: Scene, wire: RoundTrips) -> list[str]:
    """The buyer cancels after confirmTicket saw the hold at Stripe, before it brought the news."""
    sale = scene.held("buyer")
    _between(scene, wire, lambda: scene.confirm(sale), "after", "stripe GET", lambda: scene.cancel(sale))
    return scene.problems()


def authorized_again_in_its_session(scene: Scene, wire: RoundTrips) -> list[str]:
    """Stripe delivers the news of the hold when the session already runs."""
    sale = scene.active("buyer")
    (event,) = scene.events(sale, "payment_intent.amount_capturable_updated")
    scene.deliver(event)
    return [*scene.problems(), *([] if scene.ticket(sale)["status"] == "active" else ["the session is gone"])]


# Idempotency keys: a request whose answer was lost is the same request when it is sent again.


def _fresh_keys(patch: pytest.MonkeyPatch) -> None:
    from payments import gateway

    patch.setattr(gateway, "_keyed", lambda _: {"idempotency_key": uuid.uuid4().hex})


def killed_while_buying(scene: Scene, wire: RoundTrips) -> list[str]:
    """The process dies after Stripe made the PaymentIntent, before its id is on record; the buyer tries again."""
    with wire.killed(Named("stripe POST", "after")):
        scene.buy("buyer")
    scene.buy("buyer")
    return [*_more_than_one_payment(scene), *scene.problems()]


def _more_than_one_payment(scene: Scene) -> list[str]:
    made = len(scene.simulator.payment_intents())
    return [] if made == 1 else [f"{made} PaymentIntents for one purchase"]


def _both_won(answers: tuple[str, str]) -> list[str]:
    return ["both were told they did it"] if answers == ("ok", "ok") else []


GUARDS = (
    Guard("compare-and-set", without_preconditions, cancelled_while_accepted),
    Guard("compare-and-set", without_preconditions, bought_twice_at_once),
    Guard("compare-and-set", without_preconditions, redeemed_twice_at_once),
    Guard("compare-and-set", without_preconditions, spent_twice_at_once),
    Guard("compare-and-set", without_preconditions, accepted_again_when_spent),
    Guard("decision before call", _asking_first, accepted_while_cancelling),
    Guard("decision before call", _asking_first, killed_while_capturing_a_part),
    Guard("monotonic settle", _facts_always_move, confirmed_while_cancelled),
    Guard("monotonic settle", _facts_always_move, authorized_again_in_its_session),
    Guard("idempotency keys", _fresh_keys, killed_while_buying),
)
