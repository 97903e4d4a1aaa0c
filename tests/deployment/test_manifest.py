"""The manifest, asked for exactly as the deployment tool does: the SDK's own server, over HTTP."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are not a requirement

from devkit.local import FUNCTIONS_DIR
from devkit.ports import free_port
from tests.support.deployed_process import deployed_env

STRIPE = ["STRIPE_SECRET_KEY"]
QR = ["QR_SIGNING_KEYS"]
CHECKOUT = ["CHECKOUT_KEYS"]
TICKETS = ["TICKET_KEYS"]
CALLABLES: dict[str, list[str]] = {
    "createPaymentIntent": STRIPE,
    "confirmTicket": STRIPE,
    "redeemTicketCode": STRIPE,
    "answerConsultation": STRIPE,
    "endConsultation": STRIPE,
    "capturePaymentIntent": STRIPE,
    "cancelPaymentIntent": STRIPE,
    "createTicketCodes": [],
    "stopCampaign": [],
    "saveTicketType": [],
    "saveConsultant": [],
    "createCheckoutSession": CHECKOUT + STRIPE,
    "confirmCheckout": CHECKOUT + STRIPE,
    "cancelCheckout": CHECKOUT + STRIPE,
    "getDevice": CHECKOUT + STRIPE,
    "restoreLicense": CHECKOUT,
    "findPurchases": [],
    "refundPurchase": CHECKOUT + STRIPE,
    "createEvent": [],
    "updateEvent": [],
    "publishEvent": [],
    "closeEvent": [],
    "deleteEvent": [],
    "setOrganizerMembers": [],
    "setEventStaff": [],
    "getEventDetails": [],
    "getSeatMap": [],
    "purchaseTicket": STRIPE,
    "payOrder": STRIPE,
    "confirmOrder": STRIPE,
    "abandonOrder": STRIPE,
    "cancelTicket": STRIPE,
    "cancelEvent": [],
    "getUserTickets": [],
    "exportAttendees": [],
    "getDoorBundle": TICKETS,
    "syncScans": TICKETS,
    "offerTransfer": [],
    "acceptTransfer": [],
    "getTicketQR": TICKETS,
    "validateTicket": TICKETS,
    "undoEntry": [],
    "findTickets": [],
    "searchEvents": [],
    "joinWaitlist": [],
    "leaveWaitlist": STRIPE,
    "issueSecureQR": QR,
    "verifySecureQR": QR,
    "recordQRUsage": [],
    "checkQRUsage": [],
    "requestPointAward": [],
    "awardPoints": [],
    "declinePointAward": [],
    "usePoints": [],
    "reversePoints": [],
    "saveStore": [],
    "saveStaff": [],
    "deleteAccount": STRIPE,
    "inspectTicket": STRIPE,
    "refundPayment": CHECKOUT + STRIPE,
    "resumeDecision": STRIPE,
    "runSchedule": CHECKOUT + STRIPE,
    "resolveIncident": [],
}
SCHEDULES = {
    "voidExpiredAuthorizations": "every 5 minutes",
    "endOverdueSessions": "every 1 minutes",
    "reconcilePayments": "every day 04:00",
    "settleCheckouts": "every 5 minutes",
    "expireOrders": "every 1 minutes",
    "settleOrders": "every 1 minutes",
}
WEBHOOK, PAGE = "stripeWebhook", "checkoutPage"
SERVING = {
    "concurrency": "{{ params.THREADS }}",
    "maxInstances": "{{ params.MAX_INSTANCES }}",
    "timeoutSeconds": "{{ params.CALL_TIMEOUT_SECONDS }}",
}
KEPT_WARM = {"minInstances": "{{ params.MIN_INSTANCES }}"}
WAITED_FOR = {
    "createPaymentIntent",
    "confirmTicket",
    "redeemTicketCode",
    "createCheckoutSession",
    "confirmCheckout",
    "getDevice",
    "purchaseTicket",
    "payOrder",
    "confirmOrder",
    "getTicketQR",
    "validateTicket",
    "issueSecureQR",
    "verifySecureQR",
    "requestPointAward",
    "awardPoints",
    "usePoints",
}


@pytest.fixture(scope="module")
def manifest() -> Iterator[dict[str, Any]]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "firebase_functions.private.serving"],
        env=deployed_env(ADMIN_PORT=str(port)),
        cwd=FUNCTIONS_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield yaml.safe_load(_fetch(server, f"http://127.0.0.1:{port}/__/functions.yaml"))
    finally:
        server.terminate()
        server.wait(10)


def _fetch(server: subprocess.Popen[bytes], url: str) -> str:
    while True:
        assert server.poll() is None, "the discovery server ended"
        try:
            # A cold import of everything happens inside this request.
            return httpx.get(url, timeout=60, trust_env=False).raise_for_status().text
        except httpx.ConnectError:
            time.sleep(0.05)


def test_exactly_the_declared_functions(manifest: dict[str, Any]) -> None:
    assert set(manifest["endpoints"]) == {*CALLABLES, *SCHEDULES, WEBHOOK, PAGE}
    assert all(endpoint["entryPoint"] == name for name, endpoint in manifest["endpoints"].items())


def test_every_function_has_a_whole_cpu_in_the_region_of_the_parameter(manifest: dict[str, Any]) -> None:
    for name, endpoint in manifest["endpoints"].items():
        # `gcf_gen1` or nothing would mean a sixth of a CPU and one request at a time.
        assert endpoint["cpu"] == 1, name
        assert endpoint["platform"] == "gcfv2", name
        assert endpoint["region"] == ["{{ params.REGION }}"], name

        assert endpoint["availableMemoryMb"] == "{{ params.MEMORY_MB }}", name


@pytest.mark.parametrize("name", CALLABLES)
def test_callables(manifest: dict[str, Any], name: str) -> None:
    endpoint = manifest["endpoints"][name]
    assert "callableTrigger" in endpoint
    assert _size(endpoint) == SERVING | (KEPT_WARM if name in WAITED_FOR else {})
    assert _secrets(endpoint) == CALLABLES[name]


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_run_alone(manifest: dict[str, Any], name: str) -> None:
    endpoint = manifest["endpoints"][name]
    trigger = endpoint["scheduleTrigger"]
    assert (trigger["schedule"], trigger["timeZone"]) == (SCHEDULES[name], "Asia/Tokyo")
    assert (endpoint["maxInstances"], endpoint["concurrency"]) == (1, 1)
    assert _secrets(endpoint) == (CHECKOUT + STRIPE if name == "settleCheckouts" else STRIPE)


def test_a_schedule_stops_itself_before_the_platform_does(manifest: dict[str, Any]) -> None:
    from common.deadline import STOP_AFTER_SECONDS
    from payments.gateway import NETWORK_RETRIES, TIMEOUT_SECONDS

    # What is under way when the run stops taking on work may take one Stripe call with its retries.
    last_call = TIMEOUT_SECONDS * (1 + NETWORK_RETRIES)
    for name in SCHEDULES:
        assert manifest["endpoints"][name]["timeoutSeconds"] >= STOP_AFTER_SECONDS + last_call


def test_the_webhook(manifest: dict[str, Any]) -> None:
    endpoint = manifest["endpoints"][WEBHOOK]
    assert "httpsTrigger" in endpoint
    assert _size(endpoint) == SERVING
    assert _secrets(endpoint) == ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS"]


def test_the_return_page(manifest: dict[str, Any]) -> None:
    endpoint = manifest["endpoints"][PAGE]
    assert "httpsTrigger" in endpoint
    # Its visitor waits for it.
    assert _size(endpoint) == SERVING | KEPT_WARM
    assert _secrets(endpoint) == CHECKOUT + STRIPE


def test_parameters_are_declared_once_with_safe_defaults(manifest: dict[str, Any]) -> None:
    params = {param["name"]: param for param in manifest["params"]}
    assert len(params) == len(manifest["params"])
    assert {name for name, param in params.items() if param["type"] == "secret"} == {
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRETS",
        "QR_SIGNING_KEYS",
        "CHECKOUT_KEYS",
        "TICKET_KEYS",
    }
    defaults = {name: param["default"] for name, param in params.items() if param["type"] != "secret"}
    assert defaults == {
        "REGION": "asia-northeast1",
        "ENFORCE_APP_CHECK": True,
        "THREADS": 32,
        "MEMORY_MB": 256,
        "MIN_INSTANCES": 0,
        "MAX_INSTANCES": 20,
        "CALL_TIMEOUT_SECONDS": 60,
        "POINTS_AWARD_MOST_JPY": 1_000_000,
        "POINTS_DAY_MOST_JPY": 1_000_000,
        "POINTS_DAY_MOST_AWARDS": 50,
        "POINTS_STORE_DAY_JPY": 3_000_000,
        "PUSH_NOTIFICATIONS": True,
        "MAIL": False,
        "DOMAINS": "all",
        "CHECKOUT_PAGE_URL": "",
        "CHECKOUT_APP_LINK": "",
        "CHECKOUT_APP_SCHEME": "",
        "CHECKOUT_ANDROID_PACKAGE": "",
        "CHECKOUT_ANDROID_FINGERPRINTS": "",
        "CHECKOUT_KONBINI": False,
    }


def _size(endpoint: dict[str, Any]) -> dict[str, Any]:
    return {name: endpoint[name] for name in (*SERVING, *KEPT_WARM) if endpoint.get(name) is not None}


def _secrets(endpoint: dict[str, Any]) -> list[str]:
    return sorted(secret["key"] for secret in endpoint.get("secretEnvironmentVariables") or [])
