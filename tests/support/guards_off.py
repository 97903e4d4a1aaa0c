"""Guards taken away, for controls: without its guard a test must go wrong, or it proves nothing.

What these functions know of the inside of the functions they change stands here alone.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from common import documents
from common.documents import LostRace, Unit
from common.errors import CallReason, Refusal


def without_preconditions(patch: pytest.MonkeyPatch) -> None:
    """Compare-and-set: let every commit take effect, whatever became of the documents it was planned on."""

    def write_blindly(unit: Any, doc: Any, changes: dict[str, Any]) -> None:
        unit._plan(unit._codec.merge(doc.ref, changes), doc, {**(doc.data or {}), **changes})

    def set_blindly(unit: Any, reference: Any, data: dict[str, Any]) -> None:
        unit._plan(unit._codec.replacement(reference, data))

    patch.setattr(Unit, "create", write_blindly)
    patch.setattr(Unit, "update_as_read", write_blindly)
    patch.setattr(Unit, "create_unread", set_blindly)


def needing_what_is_shown(patch: pytest.MonkeyPatch) -> None:
    """What is shown on the app's documents stops no commit: let each depend on them as on those of our own."""

    def write_guarded(unit: Any, reference: Any, changes: dict[str, Any], **_: Any) -> None:
        (doc,) = documents.read(reference)
        (unit.update_as_read if doc.exists else unit.create)(doc, changes)

    patch.setattr(Unit, "show", write_guarded)


def without_decision_before_call(patch: pytest.MonkeyPatch) -> None:
    """Decision before call: ask Stripe first, and commit afterwards what was decided about the money."""
    from common.state_machine import Verdict
    from consultation import commands, decisions
    from consultation.settle import settle
    from consultation.states import Decision
    from consultation.transition import apply
    from payments import payment_intents
    from payments.failures import Rejected, Unavailable

    guarded = decisions.decide_and_carry_out

    def at_stripe(loaded: Any, target: Any, amount: int) -> Any:
        key, known = loaded.ticket.key("asked-first"), loaded.ticket.payment_intent_id
        try:
            if target is Decision.CAPTURE:
                return payment_intents.capture(known, amount, key)
            return payment_intents.cancel(known, key)
        except (Unavailable, Rejected) as error:
            raise Refusal(CallReason.BUSY) from error

    def decide_and_carry_out(loaded: Any, choose: Any) -> Any:
        happening, ticket, unit = choose(loaded.ticket), loaded.ticket, Unit()
        if happening is None or ticket.payment_intent_id is None:
            return guarded(loaded, choose)
        outcome = apply(unit, loaded, happening)
        decision = outcome.state.decision
        if outcome.verdict is not Verdict.MOVE or decision is None:
            return guarded(loaded, choose)
        fact = at_stripe(loaded, decision, happening.capture_amount or ticket.amount)
        try:
            unit.commit()
        except LostRace:
            loaded.reload()
            return decide_and_carry_out(loaded, choose)
        settle(fact, loaded=loaded)
        return outcome

    for module in (decisions, commands):
        patch.setattr(module, "decide_and_carry_out", decide_and_carry_out)


def without_monotonic_settle(patch: pytest.MonkeyPatch) -> None:
    """Monotonic settle: let every fact from Stripe move the ticket, also back to where it has been before."""
    from common.state_machine import Outcome, Verdict
    from consultation import states, transition

    targets = {
        states.Event.HOLD_PLACED: states.AUTHORIZED,
        states.Event.CAPTURED: states.COMPLETED,
        states.Event.CANCELED: states.CANCELLED,
    }
    decide = states.decide

    def always_move(state: Any, event: Any, kind: Any) -> Any:
        if event in targets:
            return Outcome(Verdict.MOVE, targets[event])
        return decide(state, event, kind)

    patch.setattr(transition, "decide", always_move)


def without_idempotency_keys(patch: pytest.MonkeyPatch) -> None:
    """Idempotency keys: send every request under a new key, so that Stripe takes a repetition for a new request."""
    from payments import gateway

    send = gateway._send

    def under_a_new_key(method: str, path: str, params: Any, **options: str) -> Any:
        return send(method, path, params, **{name: uuid.uuid4().hex for name in options})

    patch.setattr(gateway, "_send", under_a_new_key)


def without_looks_that_take_back(patch: pytest.MonkeyPatch) -> None:
    """What can be undone: let what a payment shows of refunds and disputes only grow."""
    from google.cloud.firestore import Maximum

    from consultation import aftermath
    from consultation.records import payment_ref
    from payments import event_ledger, payment_intents

    def only_grow(ticket: Any, line: Any = None) -> None:
        fact, unit = payment_intents.retrieve(ticket.payment_intent_id), Unit()
        unit.merge_blindly(payment_ref(fact.id), {"amountRefunded": Maximum(fact.amount_refunded)})
        unit.commit()
        if line is not None:
            event_ledger.write(line)

    patch.setattr(aftermath, "bring_up_to_date", only_grow)


def without_a_version_of_looks(patch: pytest.MonkeyPatch) -> None:
    """The version of looks: let a look that finds nothing new leave a payment's document as it was."""
    from payments import aftermath

    look = aftermath.next_look
    patch.setattr(aftermath, "next_look", lambda shown: look(shown) - 1)


def without_looks_of_purchases(patch: pytest.MonkeyPatch) -> None:
    """The count of looks: let one that finds nothing new leave a purchase as it was."""
    from checkout import aftermath

    plan = aftermath._plan

    def only_what_is_new(unit: Any, loaded: Any, now: Any, fields: dict[str, Any]) -> None:
        shown = aftermath._fields(now)
        if any(loaded.purchase.doc.get(name) != value for name, value in shown.items()):
            plan(unit, loaded, now, fields)

    patch.setattr(aftermath, "_plan", only_what_is_new)
