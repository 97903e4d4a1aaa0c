"""What the kill matrix runs of codes and points."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.driver import Driver
from tests.support.visits import Visit

from . import points_setup as at
from .kill_scenario import KillScenario

READ = "read:verified"
RECORDED = "read:used"
OFFERED = "award:pending read:used"
EARNED = "award:accepted points:50 read:used"
PAID = "award:accepted payment:completed points:45 read:used read:used"


def _by(call: Callable[[Visit], object]) -> Callable[[Driver, Visit], object]:
    """A call of the visit, as the matrix makes it."""
    return lambda _, visit: call(visit)


def _check(_: Driver, visit: Visit) -> None:
    assert visit.check()["used"] is False


POINTS_SCENARIOS = (
    KillScenario("issueSecureQR", "store", at.code_shown_staff_not_cached, _by(Visit.show_store_code), "", alone=True),
    KillScenario("verifySecureQR", "customer's", at.code_shown, _by(Visit.scan), READ, ("",)),
    KillScenario(
        "verifySecureQR",
        "staff not cached",
        at.code_shown_staff_not_cached,
        _by(Visit.scan),
        READ,
        ("",),
        alone=True,
    ),
    KillScenario("verifySecureQR", "store's", at.store_code_shown, _by(Visit.read_store_code), READ, ("",)),
    KillScenario("recordQRUsage", "customer's", at.scanned, _by(Visit.record), RECORDED, (READ,)),
    KillScenario("recordQRUsage", "store's", at.store_code_read, _by(Visit.record_store_code), RECORDED, (READ,)),
    KillScenario("checkQRUsage", "read", at.scanned, _check, READ),
    KillScenario("requestPointAward", "new", at.scanned, _by(Visit.offer_points), OFFERED, (READ,)),
    KillScenario("awardPoints", "first visit", at.offered, _by(at.accept), EARNED, (OFFERED,)),
    KillScenario(
        "awardPoints",
        "again",
        at.offered_again,
        _by(at.accept),
        "award:accepted award:accepted points:100 read:used read:used",
        ("award:accepted award:pending points:50 read:used read:used",),
    ),
    KillScenario(
        "declinePointAward", "pending", at.offered, _by(Visit.decline_points), "award:declined read:used", (OFFERED,)
    ),
    KillScenario("usePoints", "covered", at.ready_to_pay, _by(Visit.use_points), PAID, (f"{EARNED} {READ}",)),
    KillScenario(
        "reversePoints",
        "award",
        at.earned,
        _by(Visit.reverse_points),
        "award:accepted points:0 read:used",
        (EARNED,),
    ),
    KillScenario(
        "reversePoints",
        "payment",
        at.paid,
        _by(Visit.reverse_points),
        "award:accepted payment:reversed points:50 read:used read:used",
        (PAID,),
    ),
)
