"""A team deploys what it needs: the parameter DOMAINS decides which functions there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.deployed_process import answer_of, deployed_env, run_python

NAMES = """
import json
import main
print(json.dumps(sorted(main.MODULES)))
"""
SECRETS = """
import json
import main
endpoints = [getattr(main, name).__firebase_endpoint__ for name in main.MODULES]
print(json.dumps(sorted({secret["key"] for each in endpoints for secret in each.secretEnvironmentVariables or []})))
"""
POINTS = {
    *("issueSecureQR", "verifySecureQR", "recordQRUsage", "checkQRUsage"),
    *("requestPointAward", "awardPoints", "declinePointAward", "usePoints", "reversePoints"),
    *("saveStore", "saveStaff"),
}
CHECKOUT = {
    *("createCheckoutSession", "confirmCheckout", "cancelCheckout", "getDevice", "restoreLicense"),
    *("findPurchases", "refundPurchase", "settleCheckouts", "checkoutPage"),
}
ADMISSION = {
    *("createEvent", "updateEvent", "publishEvent", "closeEvent", "cancelEvent", "deleteEvent"),
    *("setOrganizerMembers", "setEventStaff", "exportAttendees", "getEventDetails", "getSeatMap"),
    *("purchaseTicket", "payOrder", "confirmOrder", "abandonOrder", "cancelTicket", "getUserTickets"),
    *("getDoorBundle", "syncScans", "offerTransfer", "acceptTransfer"),
    *("getTicketQR", "validateTicket", "undoEntry", "findTickets"),
    *("searchEvents", "joinWaitlist", "leaveWaitlist", "expireOrders", "settleOrders"),
}
OF_EVERY_DOMAIN = {"deleteAccount"}
OF_EVERY_PURCHASE = {
    *("stripeWebhook", "voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments"),
    *("inspectTicket", "refundPayment", "resumeDecision", "runSchedule", "resolveIncident"),
}


def declared(domains: str) -> set[str]:
    return set(answer_of(NAMES, env=deployed_env(DOMAINS=domains)))


def test_all_is_everything() -> None:
    assert declared("all") == declared("consultation,checkout,admission,points")
    assert len(declared("all")) > len(POINTS | OF_EVERY_PURCHASE)


def test_points_alone_need_no_stripe() -> None:
    assert declared("points") == POINTS | OF_EVERY_DOMAIN
    assert answer_of(SECRETS, env=deployed_env(DOMAINS="points")) == ["QR_SIGNING_KEYS"]
    assert "STRIPE_SECRET_KEY" in answer_of(SECRETS, env=deployed_env(DOMAINS="all"))


def test_a_purchase_comes_with_what_serves_every_purchase() -> None:
    assert declared("consultation") == declared("all") - POINTS - CHECKOUT - ADMISSION
    assert declared("admission") == ADMISSION | OF_EVERY_PURCHASE | OF_EVERY_DOMAIN
    assert declared("checkout") == CHECKOUT | OF_EVERY_PURCHASE | OF_EVERY_DOMAIN
    assert declared("consultation") >= OF_EVERY_PURCHASE


def test_an_unknown_name_is_an_error_at_once() -> None:
    done = run_python(NAMES, env=deployed_env(DOMAINS="consultaton"))
    assert done.returncode != 0
    assert "DOMAINS in functions/.env: nothing here is called consultaton" in done.stderr


def test_discovery_which_sets_no_parameters_reads_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from common import served

    monkeypatch.setattr(served, "_FOLDER", tmp_path)
    monkeypatch.delenv("DOMAINS", raising=False)
    monkeypatch.setenv("GCLOUD_PROJECT", "shop")
    assert served.served() == {"all"}
    (tmp_path / ".env").write_text("# DOMAINS=x\nTHREADS=32\nDOMAINS=points\n", encoding="utf-8")
    assert served.served() == {"points"}
    (tmp_path / ".env.shop").write_text('DOMAINS="consultation,points"\n', encoding="utf-8")
    assert served.served() == {"consultation", "points"}
    monkeypatch.setenv("DOMAINS", "consultation")
    assert served.served() == {"consultation"}
