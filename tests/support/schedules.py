"""What the schedules do, and the time that passes until they have done it."""

from __future__ import annotations

from dataclasses import dataclass

from .calls import Calls
from .clock import HOUR, MINUTE, ClockInHand


@dataclass(kw_only=True)
class Schedules(Calls, ClockInHand):
    """The sweeps and the daily comparison, run when the test says."""

    def run(self, *schedules: str) -> None:
        """Run schedules by their deployed names, once each; raises CallableError when one fails."""
        for schedule in schedules:
            self.functions.run_schedule(schedule)

    def sweep_holds(self) -> None:
        self.run("voidExpiredAuthorizations")

    def sweep_sessions(self) -> None:
        self.run("endOverdueSessions")

    def sweep(self) -> None:
        """Every sweep, once."""
        self.sweep_sessions()
        self.sweep_holds()
        self.sweep_checkouts()
        self.sweep_orders()

    def sweep_orders(self) -> None:
        self.run("expireOrders", "settleOrders")

    def sweep_checkouts(self) -> None:
        self.run("settleCheckouts")

    def reconcile(self) -> None:
        self.run("reconcilePayments")

    def minutes_pass(self) -> None:
        """The few minutes in which everything cut short is resumed."""
        for _ in range(2):
            self.advance(3 * MINUTE)
            self.sweep()

    def days_pass(self) -> None:
        """Every deadline passes, and what failed on the way is met again."""
        for step in (73 * HOUR, 2 * HOUR):
            self.advance(step)
            self.sweep()
