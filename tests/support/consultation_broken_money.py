"""Worlds in which money, deadlines or the history of a ticket are wrong. Each function's name says what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from devkit.world import ConsultationRecords
from tests.support.broken_worlds import breaks
from tests.support.consultation_worlds import EARLIER, NOW, intent, rewrite

# Money


@breaks("pi_lost: requires_capture at Stripe but no ticket has it")
def hold_without_ticket(world: ConsultationRecords) -> None:
    world.intents["pi_lost"] = intent("pi_lost", "requires_capture")


@breaks("pi_lost: succeeded at Stripe but no ticket has it")
def capture_without_ticket(world: ConsultationRecords) -> None:
    world.intents["pi_lost"] = intent("pi_lost", "succeeded", 5000)


@breaks("pi_lost: requires_payment_method at Stripe but no ticket has it")
def open_intent_without_ticket(world: ConsultationRecords) -> None:
    world.intents["pi_lost"] = intent("pi_lost", "requires_payment_method")


@breaks("pi_active_active: canceled at Stripe, ticket active.t is active")
def canceled_at_stripe_only(world: ConsultationRecords) -> None:
    world.intents["pi_active_active"] = intent("pi_active_active", "canceled")


@breaks("pi_pending_payment_pending_payment: requires_capture at Stripe")
def held_at_stripe_only(world: ConsultationRecords) -> None:
    id_ = "pi_pending_payment_pending_payment"
    world.intents[id_] = intent(id_, "requires_capture")


@breaks("pi_cancelled_cancelled: requires_capture at Stripe")
def hold_survived_its_cancellation(world: ConsultationRecords) -> None:
    world.intents["pi_cancelled_cancelled"] = intent("pi_cancelled_cancelled", "requires_capture")


@breaks("pi_completed_completed: requires_capture at Stripe")
def completed_but_not_captured(world: ConsultationRecords) -> None:
    world.intents["pi_completed_completed"] = replace(
        world.intents["pi_completed_completed"], status="requires_capture"
    )


@breaks("pi_used_used: no payment document")
def payment_document_missing(world: ConsultationRecords) -> None:
    del world.payments["pi_used_used"]


@breaks("pi_used_used: payment is captured, ticket used.t is used")
def payment_status_differs(world: ConsultationRecords) -> None:
    world.payments["pi_used_used"]["status"] = "captured"


@breaks("pi_used_used: 5000 JPY asked for at Stripe, 4999 on the payment")
def amount_held_differs(world: ConsultationRecords) -> None:
    world.payments["pi_used_used"]["amount"] = 4999


@breaks("pi_completed_completed: 4000 JPY at Stripe, 5000 on the payment")
def amount_captured_differs(world: ConsultationRecords) -> None:
    world.intents["pi_completed_completed"] = intent("pi_completed_completed", "succeeded", 4000)


@breaks("pi_completed_completed: 0 JPY refunded at Stripe, 1000 on the payment")
def refund_failed_and_still_shown(world: ConsultationRecords) -> None:
    world.intents["pi_completed_completed"] = replace(world.intents["pi_completed_completed"], charge_known=True)
    world.payments["pi_completed_completed"]["amountRefunded"] = 1000


@breaks("pi_completed_completed: 1000 JPY refunded at Stripe, 0 on the payment")
def refund_not_shown(world: ConsultationRecords) -> None:
    world.intents["pi_completed_completed"] = replace(
        world.intents["pi_completed_completed"], charge_known=True, amount_refunded=1000
    )


@breaks("completed.t: 1000 JPY were to be given back, 0 are on the payment")
def refund_came_to_nothing(world: ConsultationRecords) -> None:
    rewrite(world, "completed.t", refund_total=1000)


@breaks("completed.t: completed, overdue since")
def refund_not_carried_out(world: ConsultationRecords) -> None:
    rewrite(world, "completed.t", refund_total=1000, due_action="refund", due_at=EARLIER)


@breaks("cancelled.t: cancelled but something is due")
def refund_due_of_what_was_voided(world: ConsultationRecords) -> None:
    rewrite(world, "cancelled.t", due_action="refund", due_at=EARLIER)


@breaks("pi_completed_completed: disputed at Stripe, the payment does not show it")
def dispute_not_shown(world: ConsultationRecords) -> None:
    world.intents["pi_completed_completed"] = replace(
        world.intents["pi_completed_completed"], charge_known=True, disputed=True
    )


@breaks("pi_completed_completed: nobody ever disputed it at Stripe, the payment says so")
def dispute_made_up(world: ConsultationRecords) -> None:
    world.intents["pi_completed_completed"] = replace(world.intents["pi_completed_completed"], charge_known=True)
    world.payments["pi_completed_completed"] |= {"disputed": True, "disputeStatus": "lost"}
    world.disputes["pi_completed_completed"] = ["lost"]


@breaks("pi_completed_completed: its dispute is won at Stripe, needs_response on the payment")
def dispute_won_and_still_shown(world: ConsultationRecords) -> None:
    world.payments["pi_completed_completed"] |= {"disputed": False, "disputeStatus": "needs_response"}
    world.disputes["pi_completed_completed"] = ["won"]


@breaks("pi_completed_completed: its dispute is won at Stripe, disputed is True")
def won_dispute_still_counted(world: ConsultationRecords) -> None:
    world.payments["pi_completed_completed"] |= {"disputed": True, "disputeStatus": "won"}
    world.disputes["pi_completed_completed"] = ["won"]


@breaks("pi_used_used: payment names somebody, used.t")
def payment_of_another_user(world: ConsultationRecords) -> None:
    world.payments["pi_used_used"]["userId"] = "somebody"


@breaks("pi_used_used: payment names used, other.t")
def payment_of_another_ticket(world: ConsultationRecords) -> None:
    world.payments["pi_used_used"]["ticketId"] = "other.t"


@breaks("pi_gone: payment unknown at Stripe")
def payment_unknown(world: ConsultationRecords) -> None:
    world.payments["pi_gone"] = {"status": "created", "userId": "u", "ticketId": "u.t"}


@breaks("completed.t")
def completed_without_any_payment(world: ConsultationRecords) -> None:
    del world.payments["pi_completed_completed"], world.intents["pi_completed_completed"]


# Life cycle


@breaks("active.t: active but nothing is due")
def nothing_due(world: ConsultationRecords) -> None:
    rewrite(world, "active.t", due_at=None, due_action=None)


@breaks("active.t: active but nothing is due")
def due_without_an_action(world: ConsultationRecords) -> None:
    rewrite(world, "active.t", due_action=None)


@breaks("completed.t: completed but something is due")
def finished_but_due(world: ConsultationRecords) -> None:
    rewrite(world, "completed.t", due_at=NOW, due_action="end")


@breaks("authorized.t: authorized, overdue since")
def overdue(world: ConsultationRecords) -> None:
    rewrite(world, "authorized.t", due_at=NOW - timedelta(minutes=5, seconds=1))


@breaks("cancelled.t: a session was voided, requested_by_customer")
def active_session_voided(world: ConsultationRecords) -> None:
    rewrite(world, "cancelled.t", started_at=EARLIER, cancel_reason="requested_by_customer")


@breaks("completed.t: captured after a void was decided")
def captured_against_the_decision(world: ConsultationRecords) -> None:
    rewrite(world, "completed.t", decision="void")


# History


@breaks("active.t: history [1, 2, 4] for version 4")
def history_gap(world: ConsultationRecords) -> None:
    del world.histories["active.t"][3]


@breaks("active.t: history [] for version 4")
def history_missing(world: ConsultationRecords) -> None:
    del world.histories["active.t"]


@breaks("active.t: history [1, 2, 3, 4, 5] for version 4")
def history_ahead(world: ConsultationRecords) -> None:
    world.histories["active.t"][5] = {"from": "active", "to": "active"}


@breaks("active.t: history does not connect")
def history_jumps(world: ConsultationRecords) -> None:
    world.histories["active.t"][3]["from"] = "pending_payment"


@breaks("active.t: history ends in used, status is active")
def history_ends_elsewhere(world: ConsultationRecords) -> None:
    world.histories["active.t"][4]["to"] = "used"
