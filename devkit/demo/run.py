"""A demo under way: the running stack, the time that passes on it, and the lines that tell what is seen meanwhile."""

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

from devkit.errors import DevkitError
from devkit.report import table
from devkit.stack import Stack

Answer = dict[str, Any]

_WEBHOOK_SECONDS = 20.0


def expect(what: str, actual: object, wanted: object) -> None:
    """A step must end as it was told to, or the demo is cut short."""
    if actual != wanted:
        raise DevkitError(f"{what}: expected {wanted}, found {actual}")


class Timeline:
    """Prints the run as short, aligned lines; titles are bold on a terminal only."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bold = out.isatty() and "NO_COLOR" not in os.environ

    def title(self, text: str) -> None:
        self.line(f"\n\033[1m{text}\033[0m" if self._bold else f"\n{text}")

    def row(self, seconds: float, who: str, what: str, outcome: str) -> None:
        """One step: when (since the story began), who, what they called, and what came of it, line by line."""
        minutes = int(seconds) // 60
        start = f"{f'+{minutes // 60}:{minutes % 60:02}':>8}  {who:<8} {what:<25} "
        for line in outcome.splitlines() or [""]:
            self.line(f"{start}{line}".rstrip())
            start = " " * len(start)

    def table(self, rows: Iterable[Sequence[str]], left: Container[int]) -> None:
        self.line(table(rows, left))

    def line(self, text: str = "") -> None:
        """A line as it is; shown at once, also through a pipe."""
        print(text, file=self._out, flush=True)


class Demo:
    """The running stack, its timeline, and the story that is being told on it."""

    def __init__(self, stack: Stack, timeline: Timeline, qr_image: Path) -> None:
        self.stack = stack
        self.qr_image = qr_image
        self._timeline = timeline
        self._began = 0

    @contextmanager
    def story(self, title: str, seen: str) -> Iterator[None]:
        """Tell a story: its title, what its user sees, its steps, and what Stripe did and sent meanwhile."""
        simulator = self.stack.simulator
        self._began = simulator.now()
        payments, deliveries = len(simulator.payment_intents()), len(simulator.deliveries())
        self._timeline.title(title)
        self._timeline.line(f"  {seen}")
        yield
        for payment in simulator.payment_intents()[payments:]:
            captured = f"{payment['amount_received']:,} of {payment['amount']:,} JPY captured"
            self.tell("Stripe", "PaymentIntent", f"{payment['status']}, {captured}\n{payment['id']}")
        delivered = self._delivered()[deliveries:]
        self.tell("Stripe", "webhooks", f"{len(delivered)} delivered" if delivered else "none, no card was used")

    def tell(self, who: str, what: str, outcome: str) -> None:
        self._timeline.row(self.stack.simulator.now() - self._began, who, what, outcome)

    def wait(self, **time: float) -> None:
        """Let time pass for the functions and for Stripe: `wait(hours=1, minutes=30)`."""
        # What was sent before belongs to the time before; Stripe gives up on events older than three days.
        self._delivered()
        self.stack.advance(timedelta(**time).total_seconds())
        self.tell("", f"... {', '.join(f'{count:g} {unit}' for unit, count in time.items())} later", "")

    def sweep(self, schedule: str, id_: str, leads_to: str, kind: str = "ticket") -> None:
        self.stack.run_schedule(schedule)
        self._look("schedule", schedule, kind, id_, leads_to)

    def webhooks_arrive(self, id_: str, leads_to: str, kind: str = "ticket") -> Answer:
        """Wait for Stripe's webhooks and look what they made of a ticket or a purchase; returns its document."""
        self._delivered()
        return self._look("Stripe", "stripeWebhook", kind, id_, leads_to)

    def _look(self, who: str, what: str, kind: str, id_: str, leads_to: str) -> Answer:
        found: Answer = self.stack.db.document(f"{kind}s/{id_}").get().to_dict() or {}
        status, reason = found.get("status"), found.get("cancel_reason") or found.get("end_reason")
        self.tell(who, what, ", ".join(filter(None, (f"{kind} {status}", reason))))
        expect(f"{what} on {id_}", status, leads_to)
        return found

    def _delivered(self) -> list[Answer]:
        simulator = self.stack.simulator
        if not simulator.wait_idle(_WEBHOOK_SECONDS):
            raise DevkitError(f"webhooks were still under way after {_WEBHOOK_SECONDS:.0f} s")
        deliveries = simulator.deliveries()
        for delivery in deliveries:
            expect(f"webhook {delivery['event']} ({delivery['type']})", delivery["state"], "delivered")
        return deliveries
