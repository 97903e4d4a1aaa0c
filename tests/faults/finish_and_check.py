"""When the town comes to rest: nothing is under way any more, and then everything must agree."""

from __future__ import annotations

from collections.abc import Iterator

from .scene import HOUR, MINUTE, Json, Scene

_CAPTURED_ANYWAY = "captured after a void was decided"


def come_to_rest(scene: Scene, touched: set[str]) -> None:
    """Stripe works, delivers everything, and every decision cut short is resumed.

    Args:
        scene: the world.
        touched: the PaymentIntents that somebody changed behind our back.

    Raises:
        AssertionError: an invariant does not hold.
    """
    scene.simulator.clear_faults()
    scene.deliver_all()
    for _ in range(20):
        unfinished = [ticket["due_at"] for ticket in _tickets(scene) if ticket["due_action"] == "resume"]
        overdue = [ticket["due_at"] for ticket in _tickets(scene) if ticket["due_at"] and _late(scene, ticket)]
        if not unfinished and not overdue:
            break
        ahead = min(unfinished + overdue) - scene.travel.now()
        scene.travel.advance(max(0.0, ahead.total_seconds()) + 1)
        scene.sweep()
    scene.run("reconcilePayments")
    _all_agrees(scene, touched)


def let_days_pass(scene: Scene, touched: set[str]) -> None:
    """Stripe works but delivers nothing; every deadline passes, and then no money may wait for anything.

    Late events, all of them and each twice, must change nothing any more.
    """
    scene.simulator.clear_faults()
    for step in (10 * MINUTE, 73 * HOUR, *[2 * HOUR] * 10):
        scene.travel.advance(step)
        scene.sweep()
        if step > HOUR and not _live(scene):
            break
    assert _live(scene) == []
    _all_agrees(scene, touched)
    before = _ends(scene)
    for seed in (1, 2):
        scene.deliver_all(seed)
    assert _ends(scene) == before
    _all_agrees(scene, touched)


def _late(scene: Scene, ticket: Json) -> bool:
    return bool(ticket["due_at"] <= scene.travel.now())


def _tickets(scene: Scene) -> list[Json]:
    return [{**(found.to_dict() or {}), "id": found.id} for found in scene.db.collection("tickets").stream()]


def _live(scene: Scene) -> list[str]:
    return [
        f"{ticket['id']} is {ticket['status']}, {ticket.get('decision')}"
        for ticket in _tickets(scene)
        if ticket["status"] not in ("completed", "cancelled")
    ]


def _ends(scene: Scene) -> dict[str, list[str]]:
    return {buyer: sorted(ends) for buyer, ends in scene.ends().items()}


def _all_agrees(scene: Scene, touched: set[str]) -> None:
    payments = {ticket["id"]: ticket.get("payment_intent_id") for ticket in _tickets(scene)}
    wrong = [
        problem
        for problem in scene.problems()
        # A person captured in the dashboard what was to be voided. It is reported, and for people to settle.
        if not (problem.endswith(_CAPTURED_ANYWAY) and payments[problem.partition(": ")[0]] in touched)
    ]
    assert [*wrong, *_unexplained(scene, touched)] == []


def _unexplained(scene: Scene, touched: set[str]) -> Iterator[str]:
    """Money nobody of ours decided to take, and sessions nobody paid, unless somebody else did that at Stripe."""
    intents = {fact["id"]: fact for fact in scene.simulator.payment_intents()}
    for ticket in _tickets(scene):
        known = ticket.get("payment_intent_id")
        if known is None or known in touched:
            continue
        if ticket["status"] == "completed" and ticket["decision"] != "capture":
            yield f"{ticket['id']}: captured without a decision"
        lapsed = intents[known]["cancellation_reason"] == "automatic"
        if ticket.get("cancel_reason") == "hold_lost" and not lapsed:
            yield f"{ticket['id']}: its hold was lost by our own doing"
