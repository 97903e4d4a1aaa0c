"""What the kill matrix runs of codes and points."""

from __future__ import annotations

from . import visits
from .scenario import Scenario

READ = "read:verified"
RECORDED = "read:used"
OFFERED = "award:pending read:used"
EARNED = "award:accepted points:50 read:used"
PAID = "award:accepted payment:completed points:45 read:used read:used"

VISITS = (
    Scenario("issueSecureQR", "store", visits.staff_unknown, visits.show_store, "", alone=True),
    Scenario("verifySecureQR", "customer's", visits.shown, visits.scan, READ, ("",)),
    Scenario("verifySecureQR", "staff not cached", visits.staff_unknown, visits.scan, READ, ("",), alone=True),
    Scenario("verifySecureQR", "store's", visits.store_shown, visits.read, READ, ("",)),
    Scenario("recordQRUsage", "customer's", visits.scanned, visits.record, RECORDED, (READ,)),
    Scenario("recordQRUsage", "store's", visits.store_read, visits.record_store, RECORDED, (READ,)),
    Scenario("checkQRUsage", "read", visits.scanned, visits.check, READ),
    Scenario("requestPointAward", "new", visits.scanned, visits.offer, OFFERED, (READ,)),
    Scenario("awardPoints", "first visit", visits.offered, visits.accept, EARNED, (OFFERED,)),
    Scenario(
        "awardPoints",
        "again",
        visits.offered_again,
        visits.accept,
        "award:accepted award:accepted points:100 read:used read:used",
        ("award:accepted award:pending points:50 read:used read:used",),
    ),
    Scenario("declinePointAward", "pending", visits.offered, visits.decline, "award:declined read:used", (OFFERED,)),
    Scenario("usePoints", "covered", visits.ready_to_pay, visits.pay, PAID, (f"{EARNED} {READ}",)),
    Scenario("reversePoints", "award", visits.earned, visits.reverse, "award:accepted points:0 read:used", (EARNED,)),
    Scenario(
        "reversePoints",
        "payment",
        visits.paid,
        visits.reverse,
        "award:accepted payment:reversed points:50 read:used read:used",
        (PAID,),
    ),
)
