"""Guards taken away, for controls: without its guard a test must go wrong, or it proves nothing.

What these functions know of the inside of the functions they change stands here alone.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from common.documents import LostRace, Unit
from common.errors import CallReason, Refusal


def without_preconditions(patch: pytest.MonkeyPatch) -> None:
    """Compare-and-set: let every commit take effect, whatever became of the documents it was planned on."""

    def write_blindly(unit: Any, doc: Any, changes: dict[str, Any] | None) -> None:
        if changes is None:
            unit._batch.delete(doc.ref)
            unit._after.append((doc, None))
        else:
            unit._batch.set(doc.ref, changes, merge=True)
            unit._after.append((doc, {**(doc.data or {}), **changes}))

    def set_blindly(unit: Any, reference: Any, data: dict[str, Any]) -> None:
        unit._batch.set(reference, data)
        unit._after.append((None, None))

    patch.setattr(Unit, "create", write_blindly)
    patch.setattr(Unit, "update_as_read", write_blindly)
    patch.setattr(Unit, "delete_as_read", lambda unit, doc: write_blindly(unit, doc, None))
    patch.setattr(Unit, "create_unread", set_blindly)


def without_decision_before_call(patch: pytest.MonkeyPatch) -> None:
    """Decision before call: ask Stripe first, and commit afterwards what was decided about the money."""
    from consultation import capture_and_cancel, decisions, session
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


def without_monotonic_settle(patch: pytest.MonkeyPatch) -> None:
    """Monotonic settle: let every fact from Stripe move the ticket, also back to where it has been before."""
    from consultation import states, transition

    targets = {
        states.Event.HOLD_PLACED: states.AUTHORIZED,
        states.Event.CAPTURED: states.COMPLETED,
        states.Event.CANCELED: states.CANCELLED,
    }
    decide = states.decide

    def always_move(state: Any, event: Any, *, perk: bool = False) -> Any:
        if event in targets:
            return states.Outcome(states.Verdict.MOVE, targets[event])
        return decide(state, event, perk=perk)

    patch.setattr(transition, "decide", always_move)


def without_idempotency_keys(patch: pytest.MonkeyPatch) -> None:
    """Idempotency keys: send every request under a new key, so that Stripe takes a repetition for a new request."""
    from payments import gateway

    patch.setattr(gateway, "_keyed", lambda _: {"idempotency_key": uuid.uuid4().hex})
