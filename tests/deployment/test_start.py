"""What a starting instance loads, what it must not do meanwhile, and when it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.deployed_process import answer_of, deployed_env, run_python

IMPORT_WITHOUT_IO = """
import json, sys

forbidden = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "subprocess.Popen")

def refuse(event, args):
    if event in forbidden or (event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
                              and not str(args[0]).endswith(".pyc") and "__pycache__" not in str(args[0])):
        raise AssertionError(f"{event}{args!r} at import")

sys.addaudithook(refuse)
from firebase_functions.private import serving
functions = sorted(serving.get_functions())

import socket
import firebase_admin
from common import documents
from payments import gateway
try:
    socket.create_connection(("127.0.0.1", 9))
    control = "connected"
except AssertionError:
    control = "refused"
print(json.dumps({
    "functions": functions,
    "clients": [len(documents.connection), len(gateway._client), len(firebase_admin._apps)],
    "control": control,
}))
"""

LOAD_ONE = """
import gc, json, os, sys
from functions_framework import create_app
target = os.environ["FUNCTION_TARGET"]
app = create_app(target, "main.py")
ours = ("admission", "backoffice", "checkout", "consultation", "entrypoints", "payments", "points", "qr", "shops")
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ours)
answer = app.test_client().get("/")
print(json.dumps({"loaded": loaded, "stripe": "stripe" in sys.modules,
                  "pydantic": "pydantic" in sys.modules, "status": answer.status_code,
                  "collects": gc.isenabled(), "kept": gc.get_freeze_count()}))
"""

FIRST_CALLS_AT_ONCE = """
import functools, json, threading, time
import firebase_admin
from functions_framework import create_app
app = create_app("createTicketCodes", "main.py")
from common import callable as callables

def slowly(initialize=firebase_admin.initialize_app):
    time.sleep(0.2)
    return initialize()

firebase_admin.initialize_app = slowly
if GUARD_OFF:
    callables._app = functools.cache(callables._app._make)
together, statuses = threading.Barrier(8), []

def call():
    together.wait()
    statuses.append(app.test_client().post("/", json={"data": {}}).status_code)

threads = [threading.Thread(target=call) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(statuses))
"""

# Starting them one by one is a minute's work for a busy machine.
pytestmark = pytest.mark.timeout(300)

# The module of each function, and the modules of other functions it works with.
LOADS = {
    "createPaymentIntent": ("consultation.purchase", True),
    "confirmTicket": ("consultation.confirm", True),
    "redeemTicketCode": ("consultation.redeem", False),
    "answerConsultation": ("consultation.session", True),
    "endConsultation": ("consultation.session", True),
    "capturePaymentIntent": ("consultation.capture_and_cancel", True),
    "cancelPaymentIntent": ("consultation.capture_and_cancel", True),
    "createTicketCodes": ("consultation.campaign", False),
    "stopCampaign": ("consultation.stop_campaign", False),
    "saveTicketType": ("consultation.saving", False),
    "saveConsultant": ("consultation.saving", False),
    "createCheckoutSession": ("checkout.create", True),
    "confirmCheckout": ("checkout.confirm", True),
    "cancelCheckout": ("checkout.confirm", True),
    "getDevice": ("checkout.get_device", True),
    "restoreLicense": ("checkout.restore", False),
    "findPurchases": ("checkout.administration", True),
    "refundPurchase": ("checkout.administration", True),
    "settleCheckouts": ("checkout.schedule", True),
    "checkoutPage": ("checkout.return_page", True),
    "createEvent": ("admission.create_event", False),
    "updateEvent": ("admission.update_event", False),
    "publishEvent": ("admission.publish_event", False),
    "closeEvent": ("admission.publish_event", False),
    "deleteEvent": ("admission.publish_event", False),
    "cancelEvent": ("admission.cancel_event", False),
    "setOrganizerMembers": ("admission.members", False),
    "setEventStaff": ("admission.members", False),
    "exportAttendees": ("admission.export", False),
    "getTicketQR": ("admission.door.ticket_qr", False),
    "validateTicket": ("admission.door.validate", False),
    "undoEntry": ("admission.door.undo", False),
    "findTickets": ("admission.door.find_tickets", False),
    "getEventDetails": ("admission.details", False),
    "getSeatMap": ("admission.details", False),
    "purchaseTicket": ("admission.purchase", True),
    "payOrder": ("admission.purchase", True),
    "confirmOrder": ("admission.confirm", True),
    "abandonOrder": ("admission.confirm", True),
    "cancelTicket": ("admission.cancel_ticket", True),
    "getUserTickets": ("admission.user_tickets", False),
    "getDoorBundle": ("admission.door.bundle", False),
    "syncScans": ("admission.door.sync", False),
    "offerTransfer": ("admission.door.transfer", False),
    "acceptTransfer": ("admission.door.transfer", False),
    "searchEvents": ("admission.search", False),
    "joinWaitlist": ("admission.join_waitlist", False),
    "leaveWaitlist": ("admission.leave_waitlist", True),
    "expireOrders": ("admission.schedule", True),
    "settleOrders": ("admission.schedule", True),
    "stripeWebhook": ("entrypoints.stripe_webhook", True),
    "voidExpiredAuthorizations": ("entrypoints.sweeps", True),
    "endOverdueSessions": ("entrypoints.sweeps", True),
    "reconcilePayments": ("entrypoints.reconcile", True),
    "issueSecureQR": ("qr.issue", False),
    "verifySecureQR": ("qr.verify", False),
    "recordQRUsage": ("qr.usage", False),
    "checkQRUsage": ("qr.usage", False),
    "requestPointAward": ("points.offer_award", False),
    "awardPoints": ("points.answer_award", False),
    "declinePointAward": ("points.answer_award", False),
    "usePoints": ("points.spend", False),
    "reversePoints": ("points.reverse", False),
    "saveStore": ("shops.saving", False),
    "saveStaff": ("shops.saving", False),
    "deleteAccount": ("entrypoints.delete_account", True),
    "inspectTicket": ("backoffice.inspect_ticket", True),
    "refundPayment": ("backoffice.refund_payment", True),
    "resumeDecision": ("backoffice.resume_decision", True),
    "runSchedule": ("backoffice.run_schedule", True),
    "resolveIncident": ("backoffice.resolve_incident", False),
}
SCHEDULES = {
    *("voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments"),
    *("settleCheckouts", "expireOrders", "settleOrders"),
}
ENTRY_MODULES = {module for module, _ in LOADS.values()}
# What differs between the functions of one module is their name, and that the manifest shows.
ONE_OF_EACH_MODULE = sorted({module: name for name, (module, _) in LOADS.items()}.values())


def test_importing_everything_does_no_io_and_makes_no_client() -> None:
    found = answer_of(IMPORT_WITHOUT_IO, env=deployed_env())
    assert set(found["functions"]) == set(LOADS)
    assert found["clients"] == [0, 0, 0]
    assert found["control"] == "refused"


@pytest.fixture(scope="module")
def instances() -> dict[str, Any]:
    """A function of each module started alone, as the platform does, and asked with a GET nobody should send."""

    def start(name: str) -> Any:
        return answer_of(LOAD_ONE, env=deployed_env(FUNCTION_TARGET=name, K_SERVICE=name.lower()))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(ONE_OF_EACH_MODULE, pool.map(start, ONE_OF_EACH_MODULE), strict=True))


@pytest.mark.parametrize("name", ONE_OF_EACH_MODULE)
def test_an_instance_loads_only_its_own_function(instances: dict[str, Any], name: str) -> None:
    module, needs_stripe = LOADS[name]
    assert ENTRY_MODULES & set(instances[name]["loaded"]) == {module}
    # A sixth of a second of every cold start, for those that never call Stripe.
    assert instances[name]["stripe"] is needs_stripe
    # As much of those that no person calls, so that nobody else needs their fields checked; but for those of orders,
    # which issue tickets as a call does.
    without = {*SCHEDULES, "stripeWebhook"} - {"expireOrders", "settleOrders"}
    assert instances[name]["pydantic"] is (name not in without)


def test_a_started_instance_collects_garbage_but_not_its_modules(instances: dict[str, Any]) -> None:
    for name, instance in instances.items():
        assert instance["collects"], name
        assert instance["kept"] > 100_000, name


@pytest.mark.parametrize("name", sorted(set(ONE_OF_EACH_MODULE) - SCHEDULES))
def test_an_instance_refuses_a_get_by_itself(instances: dict[str, Any], name: str) -> None:
    # The webhook says 500 for want of secrets, or 400 for the method: both before anything else.
    assert instances[name]["status"] in (400, 405)


@pytest.mark.parametrize(("guard", "statuses"), [("on", {401}), ("off", {401, 500})])
def test_the_first_calls_of_an_instance_may_come_at_once(guard: str, statuses: set[int]) -> None:
    """With the guard off, as with ``functools.cache``, each of them makes the app, which only the first may."""
    code = FIRST_CALLS_AT_ONCE.replace("GUARD_OFF", str(guard == "off"))
    answers = answer_of(code, env=deployed_env(FUNCTION_TARGET="createTicketCodes", K_SERVICE="createticketcodes"))
    assert (len(answers), set(answers)) == (8, statuses)


START = "from firebase_functions.private import serving; serving.get_functions(); print('started')"


@pytest.mark.parametrize(
    "name", ["FIREBASE_AUTH_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "FIREBASE_EMULATOR_HUB", "STRIPE_API_BASE"]
)
@pytest.mark.parametrize("target", [None, "createTicketCodes"])
def test_a_deployed_instance_with_a_local_variable_does_not_start(name: str, target: str | None) -> None:
    one = {} if target is None else {"FUNCTION_TARGET": target}
    done = run_python(START, env=deployed_env(K_SERVICE="kippu", **{name: "127.0.0.1:9"}, **one))
    assert done.returncode != 0
    assert f"refusing to start: {name}" in done.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"K_SERVICE": "kippu"},
        {"K_SERVICE": "kippu", "FUNCTIONS_EMULATOR": "true", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"},
    ],
    ids=["deployed", "emulated"],
)
def test_control_without_that_it_starts(variables: dict[str, str]) -> None:
    done = run_python(START, env=deployed_env(FUNCTION_TARGET="createTicketCodes", **variables))
    assert (done.returncode, done.stdout.strip()) == (0, "started"), done.stderr


def test_an_unknown_target_does_not_start() -> None:
    done = run_python(START, env=deployed_env(FUNCTION_TARGET="noSuchFunction"))
    assert done.returncode != 0
