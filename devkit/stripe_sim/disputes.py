"""Disputes: opened by a cardholder, answered with evidence, closed by the bank. Inquiries move no money.

In test mode the evidence says how a dispute ends (docs.stripe.com/testing). Every function expects the account's lock
to be held.
"""

from __future__ import annotations

from devkit.stripe_sim import dispute_objects, objects
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, unknown_parameter
from devkit.stripe_sim.events import AUTOMATIC, Origin, snapshot

INQUIRY = ("warning_needs_response", "warning_under_review", "warning_closed")
OPEN = ("needs_response", "under_review", "appeal_needs_response", "appeal_under_review")
ENDED = ("won", "lost", "warning_closed", "prevented")
STATUSES = (*INQUIRY, *OPEN, "won", "lost", "prevented")
_NEXT = {
    **dict.fromkeys(INQUIRY[:2], (*INQUIRY, "needs_response")),
    **dict.fromkeys(OPEN, (*OPEN, "won", "lost")),
    "lost": ("appeal_needs_response", "appeal_under_review"),
}
_DECIDED_BY = {"winning_evidence": "won", "losing_evidence": "lost"}
SECONDS = 1
"""How long the bank takes over evidence whose outcome the tester gave."""


def open_dispute(account: Account, charge: Json, status: str = "needs_response", reason: str = "fraudulent") -> Json:
    """The cardholder disputes a captured charge, or has the bank inquire about it."""
    if status not in STATUSES:
        raise ValueError(f"unknown status {status!r}; one of {', '.join(STATUSES)}")
    if charge["payment_method_details"]["type"] != "card":
        raise ApiError(400, "Only a card's charge can be disputed.")
    if not charge["captured"]:
        raise ApiError(400, "Only a captured charge can be disputed.")
    if any(known["status"] not in ENDED for known in _of(account, charge)):
        raise ApiError(400, "This charge has a dispute that is not closed.")
    dispute = dispute_objects.dispute(charge, account.now(), status, reason)
    account.disputes.add(dispute)
    charge["disputed"] = True
    account.events.record("charge.dispute.created", dispute, AUTOMATIC)
    _move_funds(account, dispute, AUTOMATIC)
    return dispute


def move(account: Account, dispute: Json, status: str, origin: Origin) -> Json:
    """Lets a dispute go on to another status, with the money that moves then."""
    if status not in _NEXT.get(dispute["status"], ()) or status == dispute["status"]:
        raise ApiError(400, f"A dispute that is {dispute['status']} cannot become {status}.")
    before = snapshot(dispute)
    dispute.update(status=status, is_charge_refundable=dispute_objects.refundable(status))
    kind = "charge.dispute.closed" if status in ENDED else "charge.dispute.updated"
    account.events.record(kind, dispute, origin, before=before)
    _move_funds(account, dispute, origin)
    return dispute


def update(account: Account, dispute: Json, params: Json, origin: Origin) -> Json:
    """Takes evidence and, unless `submit` is false, has the bank look at it."""
    evidence = params.get("evidence", {})
    submitted = "evidence" in params and params.get("submit", True)
    if submitted and dispute["status"] in ENDED:
        raise ApiError(400, f"This dispute is {dispute['status']}; it takes no evidence any more.")
    before, details = snapshot(dispute), dispute["evidence_details"]
    dispute["evidence"].update(evidence)
    dispute["metadata"] = objects.with_metadata(dispute["metadata"], params.get("metadata", {}))
    dispute["intended_submission_method"] = params.get(
        "intended_submission_method", dispute["intended_submission_method"]
    )
    details["has_evidence"] = any(value for name, value in dispute["evidence"].items() if name != "enhanced_evidence")
    if submitted:
        details.update(submission_count=details["submission_count"] + 1, submission_method="manual")
        inquiry = dispute["status"] in INQUIRY
        dispute["status"] = "warning_under_review" if inquiry else "under_review"
        _decide_later(account, dispute, evidence.get("uncategorized_text", ""))
    if dispute != before:
        account.events.record("charge.dispute.updated", dispute, origin, before=before)
    return dispute


def close(account: Account, dispute: Json, origin: Origin) -> Json:
    """Gives in: the dispute is lost."""
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise ApiError(400, f"This dispute is {dispute['status']} and cannot be closed.")
    return move(account, dispute, "warning_closed" if dispute["status"] in INQUIRY else "lost", origin)


def refuse_if_disputed(account: Account, charge: Json) -> None:
    """What is disputed cannot be refunded: the bank has the money."""
    if any(not known["is_charge_refundable"] for known in _of(account, charge)):
        raise ApiError(400, f"Charge {charge['id']} has been charged back.", code="charge_disputed")


def require(account: Account, dispute_id: str) -> Json:
    """A dispute."""
    return account.disputes.require(dispute_id, "dispute", in_path=True)


def evidence(name: str, value: object) -> Json:
    """The parameter of that name: texts, and ids of files."""
    if not isinstance(value, dict):
        raise invalid_parameter(name, f"Invalid object: {name}")
    for field in value:
        if field not in dispute_objects.EVIDENCE:
            raise unknown_parameter(f"{name}[{field}]")
    return value


def _of(account: Account, charge: Json) -> list[Json]:
    return [dispute for dispute in account.disputes if dispute["charge"] == charge["id"]]


def _move_funds(account: Account, dispute: Json, origin: Origin) -> None:
    """The bank takes the money when a dispute opens, and returns it when it is won."""
    moved, status = dispute["balance_transactions"], dispute["status"]
    if status in (*OPEN, "lost") and not moved:
        moved.append(dispute_objects.withdrawal(dispute, account.now()))
        account.events.record("charge.dispute.funds_withdrawn", dispute, origin)
    elif status == "won" and moved:
        moved.append(dispute_objects.reinstatement(dispute, account.now()))
        account.events.record("charge.dispute.funds_reinstated", dispute, origin)


def _decide_later(account: Account, dispute: Json, text: str) -> None:
    status = _DECIDED_BY.get(text)
    if status is None:
        return
    if dispute["status"] in INQUIRY:
        status = "warning_closed"

    def decide() -> None:
        if account.disputes.get(dispute["id"]) is not None and status in _NEXT.get(dispute["status"], ()):
            move(account, dispute, status, AUTOMATIC)

    account.later(account.now() + SECONDS, decide)
