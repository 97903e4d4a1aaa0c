"""Decide, then call: the decision about the money is committed before Stripe is asked to carry it out.

That ends every race: whoever finds the decision does exactly the same, with what is stored. The process that decided
need not survive, because the purchase is due again until the outcome is settled (``payments.due_work``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from common import incidents, log
from common.alerts import Alert
from common.documents import LostRace, Unit
from common.retry import Busy, run_until_committed
from common.state_machine import Outcome, Verdict
from payments.failures import Missing, Rejected, Unavailable
from payments.purchase import Loaded

L = TypeVar("L", bound=Loaded)
H = TypeVar("H")
S = TypeVar("S")


def choose_then_call(
    loaded: L,
    choose: Callable[[L], H | None],
    apply: Callable[[Unit, L, H], Outcome[S]],
    call: Callable[[L], None],
) -> Outcome[S] | None:
    """As ``decide_then_call``, for what should happen to a purchase as it is now.

    Args:
        loaded: the documents; afterwards they are as they now stand.
        choose: what should happen; ``None`` for nothing. May refuse.
        apply: decides on it by the state machine of the purchase's kind, and plans the writes.
        call: as in ``decide_then_call``.
    """

    def decide(now: L) -> Outcome[S] | None:
        happening = choose(now)
        if happening is None:
            return None
        unit = Unit()
        outcome = apply(unit, now, happening)
        if not unit.empty:
            unit.commit()
        return outcome

    return decide_then_call(loaded, decide, call)


def decide_then_call(
    loaded: L, decide: Callable[[L], Outcome[Any] | None], call: Callable[[L], None]
) -> Outcome[Any] | None:
    """Commit what ``decide`` plans, however many rounds that takes; then carry out the decision that now stands.

    Args:
        loaded: the documents; afterwards they are as they now stand.
        decide: plans and commits, on documents read anew after each lost race. ``None``: there was nothing to do.
        call: does at Stripe what the purchase's decision says, and settles it. Must find out by itself whether there
            is a decision.

    Returns:
        What ``decide`` returned. A refused command calls nothing.
    """
    outcome = run_until_committed(lambda: decide(loaded), loaded.reload)
    if outcome is None or outcome.verdict is not Verdict.REFUSE:
        _call(loaded, call)
    return outcome


def _call(loaded: L, call: Callable[[L], None]) -> None:
    """Trouble at Stripe is not the caller's: the decision stands, and the schedule resumes it."""
    purchase = loaded.purchase
    what = {"purchase": purchase.id, "decision": purchase.doc.get("decision")}
    try:
        call(loaded)
    except (Unavailable, LostRace, Busy):
        log.warning("decision left to the schedule", **what)
    except (Rejected, Missing) as error:
        collection, due = purchase.doc.ref.parent.id, purchase.doc.get("due_action")
        what |= {"problem": repr(error), "collection": collection, "id": purchase.id, "due_action": due, "tries": 0}
        incidents.reported(Alert.DECISION_NOT_CARRIED_OUT, purchase.domain, purchase.id, what)
