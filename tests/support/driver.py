"""The one driver of all suites: what people, Stripe and the schedules do, one line each, and what can be looked at."""

from __future__ import annotations

from dataclasses import dataclass

from devkit.emulator import Emulator
from devkit.seed import seed
from devkit.travel import Travel

from .admissions import Admissions
from .checkouts import Checkouts
from .clock import HOUR
from .consultations import Consultation, Consultations
from .phones import Phones
from .points import PointsAndCodes
from .records import Records
from .schedules import Schedules
from .stripe_side import StripeSide


@dataclass(kw_only=True)
class Driver(Consultations, Checkouts, Admissions, Phones, PointsAndCodes, StripeSide, Schedules, Records):
    """The functions (in process or over HTTP), the clock, Stripe's simulator and Firestore of one test.

    ``Driver(functions=..., clock=..., simulator=..., db=...)``. What needs the functions in this process says so.
    """

    def more_consultants(self, count: int) -> list[str]:
        """Consultants beside the seeded ones."""
        uids = [f"consultant-{number}" for number in range(count)]
        for uid in uids:
            self.db.document(f"imecons/{uid}").set({"active": True, "display_name": uid})
        return uids

    def stuck(self) -> Consultation:
        """A void that was decided while Stripe was away, and tried in vain so often that a person was told."""
        consultation = self.held()
        self.simulator.fault("500", method="POST", path=".*/cancel", times=100)
        self.cancel(consultation)
        for _ in range(4):
            self.advance(HOUR)
            self.sweep()
        self.simulator.clear_faults()
        return consultation

    def wait_for_webhooks(self) -> None:
        """Over HTTP the simulator delivers by itself: nothing of it may arrive in the middle of what follows."""
        assert self.simulator.wait_idle()

    def start_over(self, emulator: Emulator) -> None:
        """Seeded documents only, an empty simulator, the present, nothing remembered. In process only."""
        from admission import details, inventory, search
        from common import cache, clock
        from payments.limits import FIRST_FEW_CALLS

        emulator.clear()
        seed(self.db)
        self.simulator.reset()
        self.clock = travel = Travel(self.simulator)
        clock._source = travel.now
        self._taken.clear()
        cache.forget()
        inventory.forget()
        details.forget()
        search.engine.forget()
        FIRST_FEW_CALLS.forget()
