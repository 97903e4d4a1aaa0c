"""What the kill matrix runs of accounts that are deleted."""

from __future__ import annotations

from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.visits import Visit

from . import points_setup
from .kill_scenario import KillScenario
from .kill_scenarios_consultation import AUTHORIZED, USED, VOIDED
from .kill_scenarios_points import EARNED


def _buyer_leaves(driver: Driver, consultation: Consultation) -> object:
    return driver.call("deleteAccount", {}, consultation.buyer)


def _customer_leaves(driver: Driver, visit: Visit) -> object:
    return driver.call("deleteAccount", {}, visit.customer)


ACCOUNT_SCENARIOS = (
    KillScenario("deleteAccount", "held", Driver.held, _buyer_leaves, VOIDED, (AUTHORIZED,)),
    KillScenario("deleteAccount", "redeemed", Driver.used, _buyer_leaves, VOIDED, (USED,)),
    KillScenario("deleteAccount", "perk", Driver.perk, _buyer_leaves, "cancelled:-", ("used:-",)),
    KillScenario(
        "deleteAccount", "points", points_setup.earned, _customer_leaves, "award:accepted read:used", (EARNED,)
    ),
)
