"""A team deploys what it needs: the parameter DOMAINS decides which functions there are."""

from __future__ import annotations

import pytest

from tests.support.deployed_process import answer_of, deployed_env

NAMES = """
import json
import main
print(json.dumps(sorted(main.MODULES)))
"""
POINTS = {
    *("issueSecureQR", "verifySecureQR", "recordQRUsage", "checkQRUsage"),
    *("requestPointAward", "awardPoints", "declinePointAward", "usePoints", "reversePoints"),
}
OF_EVERY_PURCHASE = {"stripeWebhook", "voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments"}


def declared(domains: str) -> set[str]:
    return set(answer_of(NAMES, env=deployed_env(DOMAINS=domains)))


def test_all_is_everything() -> None:
    assert declared("all") == declared("consultation,points")
    assert len(declared("all")) == 21


def test_points_alone_need_no_stripe() -> None:
    assert declared("points") == POINTS


def test_a_purchase_comes_with_what_serves_every_purchase() -> None:
    assert declared("consultation") == declared("all") - POINTS
    assert declared("consultation") >= OF_EVERY_PURCHASE


@pytest.mark.parametrize("domains", ["", "nothing"])
def test_nothing_is_nothing(domains: str) -> None:
    assert declared(domains) == set()
