"""What can become of captured money: stories told step by step at Stripe, and what the payment shows at their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .calls import Json
from .consultations import Consultation
from .driver import Driver

FIELDS = ("amountRefunded", "refundPending", "disputed", "disputeStatus")
Step = Callable[["Story"], object]


@dataclass
class Story:
    """One captured payment of 5,000 JPY, and the refunds and disputes that it has had."""

    driver: Driver
    consultation: Consultation
    refunds: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)

    def shown(self) -> tuple[object, ...]:
        """JPY refunded, whether some of it is under way, whether it is disputed, the dispute's status."""
        payment: Json = self.driver.payment(self.consultation)
        return tuple(payment.get(name) for name in FIELDS)


def refund(amount: int | None = None, status: str = "succeeded") -> Step:
    """A refund in the dashboard."""
    return lambda story: story.refunds.append(story.driver.refund(story.consultation, amount, status))


def then(status: str, which: int = -1) -> Step:
    """One of the refunds, by default the newest, goes on to a status."""
    return lambda story: story.driver.simulator.move_refund(story.refunds[which], status)


def dispute(status: str = "needs_response") -> Step:
    """The cardholder disputes it, or inquires."""
    return lambda story: story.disputes.append(story.driver.dispute(story.consultation, status))


def ends(status: str) -> Step:
    """The newest dispute goes on to a status."""
    return lambda story: story.driver.move_dispute(story.disputes[-1], status)


NOTHING = (0, False, False, None)
STORIES: dict[str, tuple[tuple[Step, ...], tuple[object, ...]]] = {
    "refunded whole": ((refund(),), (5000, False, False, None)),
    "refunded in two parts": ((refund(1000), refund(500)), (1500, False, False, None)),
    "refunded whole, which fails": ((refund(), then("failed")), NOTHING),
    "two parts, the first fails": ((refund(1000), refund(500), then("failed", 0)), (500, False, False, None)),
    "fails, and is refunded again": ((refund(), then("failed"), refund()), (5000, False, False, None)),
    "pending": ((refund(2000, "pending"),), (2000, True, False, None)),
    "pending, and succeeds": ((refund(2000, "pending"), then("succeeded")), (2000, False, False, None)),
    "pending, and fails": ((refund(2000, "pending"), then("failed")), NOTHING),
    "waits for the buyer, and is canceled": ((refund(2000, "requires_action"), then("canceled")), NOTHING),
    "succeeds, and fails all the same": ((refund(status="pending"), then("succeeded"), then("failed")), NOTHING),
    "disputed": ((dispute(),), (0, False, True, "needs_response")),
    "answered": ((dispute(), ends("under_review")), (0, False, True, "under_review")),
    "won": ((dispute(), ends("under_review"), ends("won")), (0, False, False, "won")),
    "lost": ((dispute(), ends("lost")), (0, False, True, "lost")),
    "lost, and won on appeal": (
        (dispute(), ends("lost"), ends("appeal_under_review"), ends("won")),
        (0, False, False, "won"),
    ),
    "an inquiry": ((dispute("warning_needs_response"),), (0, False, False, "warning_needs_response")),
    "an inquiry that is closed": (
        (dispute("warning_needs_response"), ends("warning_closed")),
        (0, False, False, "warning_closed"),
    ),
    "an inquiry that becomes a dispute": (
        (dispute("warning_needs_response"), ends("needs_response")),
        (0, False, True, "needs_response"),
    ),
    "prevented": ((dispute("prevented"),), (0, False, False, "prevented")),
    "won, and disputed again": ((dispute(), ends("won"), dispute()), (0, False, True, "needs_response")),
    "lost, and then only asked about": (
        (dispute(), ends("lost"), dispute("warning_needs_response")),
        (0, False, True, "lost"),
    ),
    "refunded in part, disputed, won": (
        (refund(1000), dispute(), ends("won")),
        (1000, False, False, "won"),
    ),
    "won, and then refunded, which fails": (
        (dispute(), ends("won"), refund(), then("failed")),
        (0, False, False, "won"),
    ),
}
