"""`make demo`: its stories end in agreement, and a difference, a surprise or an interruption is an exit code."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from google.cloud import firestore

from devkit.demo import __main__ as command
from devkit.demo.admission import Fan
from devkit.demo.books import compare_books
from devkit.demo.checkout import Phone
from devkit.demo.person import Buyer
from devkit.demo.points import earning, spending
from devkit.demo.run import Demo, Timeline
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.inprocess import InProcessFunctions
from devkit.ports import free_port, listen
from devkit.process import ROOT
from devkit.qr_image import read
from devkit.seed import connect
from devkit.stack import Stack
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel

_SECONDS = 110

# The demo with one ordinary story, and after it one step that the test brings along.
_SCRIPT = """
import sys
from devkit.cli import run
from devkit.demo.consultation import purchase_to_capture
from devkit.demo.person import Person
from devkit.demo.__main__ import main

def step(demo):
    payment = next(iter(demo.stack.db.collection("payment_intents").stream())).reference
    person = Person(demo, "hanako")
    STEP

sys.exit(run(lambda: main((purchase_to_capture, step))))
"""


@contextlib.contextmanager
def started(
    *arguments: str, firestore_host: str = "", env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A demo under way, on an emulator of its own or the one at `firestore_host`; killed if it is left running."""
    env = {**os.environ, "FIRESTORE_EMULATOR_HOST": firestore_host, **(env or {})}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, *arguments], env=env, cwd=ROOT, text=True, stdout=pipe, stderr=pipe
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(*arguments: str, firestore_host: str = "") -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a demo that ends by itself."""
    with started(*arguments, firestore_host=firestore_host) as process:
        output, errors = process.communicate(timeout=_SECONDS)
        return process.returncode, output, errors


def assert_stopped(output: str, *parts: str) -> None:
    """Nobody listens any more at the addresses that the run named for `parts`."""
    ports = dict(re.findall(r"^  (\w+) +(?:http://)?127\.0\.0\.1:(\d+)", output, re.MULTILINE))
    for part in parts:
        listen(int(ports[part])).close()


def test_with_stay_it_goes_on_afterwards_until_it_is_stopped() -> None:
    script = _SCRIPT.replace("STEP", "pass").replace("(purchase_to_capture, step)", "(purchase_to_capture,), stay=True")
    ports = {f"KIPPU_{part}_PORT": str(free_port()) for part in ("FUNCTIONS", "FIRESTORE", "STRIPE", "DOOR", "CONSOLE")}
    with started("-c", script, env=ports) as process:
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "Ctrl-C stops it\n"))
        assert (
            lines[-1] == f"the console: http://127.0.0.1:{ports['KIPPU_CONSOLE_PORT']}/ (sign in as "
            "admin@kippu.test, password kippu-local)\n"
        )
        page = httpx.get(f"http://127.0.0.1:{ports['KIPPU_CONSOLE_PORT']}/", trust_env=False)
        assert page.status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    for port in ports.values():
        listen(int(port)).close()


def test_the_whole_demo_ends_without_a_difference(tmp_path: Path) -> None:
    image = tmp_path / "shown.png"
    code, output, errors = run("-m", "devkit.demo", "--qr-image", str(image))
    assert (code, errors) == (0, "")
    lines = output.splitlines()
    assert lines[-1] == "0 differences"
    assert max(len(line) for line in lines if str(image) not in line) <= 100
    assert "\033" not in output
    assert re.findall(r"^\((.)\)", output, re.MULTILINE) == list("abcdefghijklmnopq")
    cells = [line.split() for line in lines]
    assert [row[1:] for row in cells if len(row) == 8 and row[0].startswith("pi_")] == [
        ["5,000", "5,000", "succeeded", "5,000", "5,000", "captured", "completed"],
        ["5,000", "0", "canceled", "5,000", "0", "canceled", "cancelled"],
        ["5,000", "5,000", "succeeded", "5,000", "5,000", "captured", "completed"],
        ["5,000", "3,000", "succeeded", "5,000", "3,000", "captured", "completed"],
        ["5,000", "0", "canceled", "5,000", "0", "canceled", "cancelled"],
        ["3,000", "0", "complete", "3,000", "0", "fulfilled", "aoi-1"],
        ["100", "0", "complete", "100", "0", "fulfilled", "sakura-1"],
        ["200", "0", "complete", "200", "0", "fulfilled", "sakura-1"],
        ["100", "100", "complete", "100", "100", "refunded", "daichi-1"],
        ["3,000", "0", "complete", "3,000", "0", "fulfilled", "daichi-1"],
        ["3,000", "0", "complete", "3,000", "0", "fulfilled", "mio-2"],
        ["3,000", "3,000", "complete", "3,000", "3,000", "revoked", "riku-1"],
        ["3,000", "0", "succeeded", "3,000", "0", "paid", "nana"],
        ["0", "0", "canceled", "0", "0", "expired", "kaito"],
        ["3,000", "0", "succeeded", "3,000", "0", "paid", "ren"],
        ["6,000", "6,000", "succeeded", "6,000", "6,000", "cancelled", "yui"],
        ["3,000", "3,000", "succeeded", "3,000", "3,000", "cancelled", "sora"],
    ]
    assert ["sum", "25,000", "13,000", "25,000", "13,000"] in cells
    assert ["sum", "12,400", "3,100", "12,400", "3,100"] in cells
    assert ["sum", "15,000", "9,000", "15,000", "9,000"] in cells
    assert "100 seats sold, 100 times SOLD_OUT" in output
    assert "280 came in, 40 were in already" in output
    assert "300 sold, 300 entered, 300 inside, 3 duplicates" in output
    assert ["hanako", "28", "128", "28", "128", "1", "1"] in cells
    assert "QR version 13-M" in output
    assert read(image).version == 13
    assert_stopped(output, "functions", "firestore", "stripe")


@pytest.mark.usefixtures("clean")
def test_a_document_changed_behind_its_back_is_a_difference(emulator: Emulator) -> None:
    script = _SCRIPT.replace("STEP", "payment.update({'status': 'canceled'})")
    code, output, errors = run("-c", script, firestore_host=emulator.host)
    assert (code, errors) == (1, "")
    assert re.search(r"^  difference: pi_\w+: payment is canceled, ", output, re.MULTILINE)
    assert output.splitlines()[-1] == "1 difference"
    assert_stopped(output, "functions", "stripe")


@pytest.mark.usefixtures("clean")
def test_a_step_that_is_refused_against_expectation_ends_the_demo(emulator: Emulator) -> None:
    script = _SCRIPT.replace("STEP", "person.calls('confirmTicket', payment_intent_id='pi_none')")
    code, output, errors = run("-c", script, firestore_host=emulator.host)
    assert code == 1
    [line] = errors.splitlines()
    assert line.startswith("kippu: ")
    assert "PAYMENT_NOT_FOUND" in line
    assert "difference" not in output
    assert_stopped(output, "functions", "stripe")


@pytest.mark.usefixtures("clean")
def test_a_demo_that_is_interrupted_shows_no_agreement_and_leaves_nothing(emulator: Emulator) -> None:
    with started("-m", "devkit.demo", firestore_host=emulator.host) as process:
        assert process.stdout is not None
        read = []
        for line in process.stdout:
            read.append(line)
            if line.startswith("(a)"):
                break
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=_SECONDS)
    assert (process.returncode, errors) == (130, "")
    assert "difference" not in rest
    assert_stopped("".join(read), "functions", "stripe")


def test_it_leaves_an_emulator_alone_that_holds_tickets(clean: None, emulator: Emulator, db: firestore.Client) -> None:
    db.document("tickets/somebodys").set({"status": "authorized"})
    code, output, errors = run("-m", "devkit.demo", firestore_host=emulator.host)
    assert code == 1
    [line] = errors.splitlines()
    assert emulator.host in line
    assert "(a)" not in output
    assert [ticket.to_dict() for ticket in db.collection("tickets").stream()] == [{"status": "authorized"}]


@pytest.fixture
def demo(clean: None, stack: Stack, tmp_path: Path) -> Demo:
    """A demo on the shared stack, whose timeline nobody reads."""
    return Demo(stack, Timeline(io.StringIO()), tmp_path / "shown.png")


def test_a_step_must_lead_to_the_status_it_was_told_to(demo: Demo) -> None:
    buyer = Buyer(demo, "hanako")
    order = buyer.orders()
    with pytest.raises(DevkitError, match="expected authorized, found pending_payment"):
        buyer.confirms(order)
    with pytest.raises(DevkitError, match="expected requires_capture, found requires_payment_method"):
        buyer.pays(order, "pm_card_chargeDeclined", leads_to="requires_capture")
    with pytest.raises(DevkitError, match="expected cancelled, found pending_payment"):
        demo.sweep("voidExpiredAuthorizations", order["ticket_id"], leads_to="cancelled")


def test_a_refusal_must_come_and_with_its_reason(demo: Demo) -> None:
    buyer = Buyer(demo, "hanako")
    with pytest.raises(DevkitError, match="expected TICKET_EXPIRED, found CODE_INVALID"):
        buyer.is_refused("redeemTicketCode", "TICKET_EXPIRED", ticket_code="AAAA-AAAA-AAAA")
    with pytest.raises(DevkitError, match="must be refused"):
        buyer.is_refused("redeemTicketCode", "TICKET_ALREADY_USED", ticket_code=buyer.buys()["ticket_code"])


def test_a_story_ends_only_when_its_webhooks_were_delivered(demo: Demo) -> None:
    demo.stack.simulator.webhooks("outage")
    with (
        pytest.raises(DevkitError, match=r"webhook evt_\w+ \(payment_intent\.\w+\): expected delivered, found held"),
        demo.story("A purchase", "Nothing of it arrives."),
    ):
        Buyer(demo, "hanako").buys()


def test_points_that_do_not_add_up_are_named_beside_their_entries(demo: Demo) -> None:
    earning(demo)
    spending(demo)
    demo.stack.db.document("point_balances/hanako").update({"availablePoints": 29})
    output = io.StringIO()
    assert compare_books(Timeline(output), demo.stack.db, demo.stack.simulator) == 1
    assert ["hanako", "29", "128", "28", "128", "1", "1"] in [line.split() for line in output.getvalue().splitlines()]
    assert re.search(r"^  difference: point_balances/hanako: .*29.*28", output.getvalue(), re.MULTILINE)


@pytest.mark.parametrize("collection", ["transactions", "purchases", "event_orders"])
def test_it_leaves_an_emulator_alone_that_holds_points_or_purchases_or_orders(
    demo: Demo, collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.stack.db.document(f"{collection}/somebodys").set({"delta": 1})
    monkeypatch.setattr(command, "Stack", lambda **_: contextlib.nullcontext(demo.stack))
    with pytest.raises(DevkitError, match=f"{demo.stack.emulator.host} holds {collection}"):
        command.main()


def test_a_licence_that_differs_is_named_beside_what_stripe_has(demo: Demo) -> None:
    Phone(demo, "aoi", "aoi-1").buys("license", 3000)
    (bought,) = demo.stack.db.collection("purchases").get()
    bought.reference.update({"amount_refunded": 3000})
    output = io.StringIO()
    assert compare_books(Timeline(output), demo.stack.db, demo.stack.simulator) == 1
    payment = bought.get("payment_intent_id")
    wanted = [payment, "3,000", "0", "complete", "3,000", "3,000", "fulfilled", "aoi-1"]
    assert wanted in [line.split() for line in output.getvalue().splitlines()]
    assert f"  difference: {bought.id}: 0 JPY refunded at Stripe, 3000 on the purchase" in output.getvalue()


def test_an_order_that_differs_is_named_beside_what_stripe_has(demo: Demo) -> None:
    fan = Fan(demo, "nana")
    order = fan.wants("ev-1")
    fan.pays(order, "pm_card_visa", leads_to="requires_capture")
    fan.confirms(order)
    demo.stack.db.document(f"event_orders/{order['order_id']}").update({"refunded_amount": 3000})
    output = io.StringIO()
    assert compare_books(Timeline(output), demo.stack.db, demo.stack.simulator) == 1
    wanted = [order["payment_id"], "3,000", "0", "succeeded", "3,000", "3,000", "paid", "nana"]
    assert wanted in [line.split() for line in output.getvalue().splitlines()]
    assert f"  difference: {order['order_id']}" in output.getvalue()


def test_somebody_must_have_the_tickets_that_were_told(demo: Demo) -> None:
    with pytest.raises(DevkitError, match=r"the tickets of nana: expected \['valid'\], found \[\]"):
        Fan(demo, "nana").has("valid")


def test_a_device_must_have_what_it_was_told_to(demo: Demo) -> None:
    phone = Phone(demo, "aoi", "aoi-1")
    with pytest.raises(DevkitError, match=r"expected \{'license_purchased': True\}, found .*False"):
        phone.starts(license_purchased=True)
    with pytest.raises(DevkitError, match="Stripe's page answered 402"):
        phone.pays(phone.orders("license", 3000), "pm_card_chargeDeclined")


def test_a_page_that_nobody_paid_is_no_row_of_the_books(demo: Demo) -> None:
    Phone(demo, "aoi", "aoi-1").orders("license", 3000)
    output = io.StringIO()
    assert compare_books(Timeline(output), demo.stack.db, demo.stack.simulator) == 0
    assert "aoi-1" not in output.getvalue()


@pytest.fixture
def bought(api: InProcessFunctions, simulator: StripeSimulator, travel: Travel) -> str:
    """The id of a payment that is held, with its ticket authorized."""
    order = api.call("createPaymentIntent", {"imeconId": "imecon-1"}, uid="hanako")
    simulator.confirm(order["payment_intent_id"])
    api.call("confirmTicket", {"paymentIntentId": order["payment_intent_id"]}, uid="hanako")
    return str(order["payment_intent_id"])


def books(emulator: Emulator, simulator: StripeSimulator) -> tuple[int, str]:
    output = io.StringIO()
    with contextlib.closing(connect(emulator.host)) as db:
        return compare_books(Timeline(output), db, simulator), output.getvalue()


def test_books_that_agree(bought: str, emulator: Emulator, simulator: StripeSimulator) -> None:
    code, output = books(emulator, simulator)
    assert code == 0
    assert output.endswith("\n0 differences\n")
    [row] = [line.split() for line in output.splitlines() if bought in line]
    assert row[1:] == ["5,000", "0", "requires_capture", "5,000", "0", "requires_capture", "authorized"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "captured"},
        {"amountCaptured": 5000},
        {"amountRefunded": 1000},
        {"disputed": True},
        {"amount": 4000},
        {"userId": "somebody"},
        None,
    ],
    ids=str,
)
def test_a_payment_that_differs_is_named(
    change: dict[str, object] | None,
    bought: str,
    emulator: Emulator,
    simulator: StripeSimulator,
    db: firestore.Client,
) -> None:
    payment = db.document(f"payment_intents/{bought}")
    if change is None:
        payment.delete()
    else:
        payment.update(change)
    code, output = books(emulator, simulator)
    assert code == 1
    assert f"  difference: {bought}: " in output
    assert not output.endswith(" 0 differences\n")


def test_a_payment_stripe_does_not_know_is_named(
    bought: str, emulator: Emulator, simulator: StripeSimulator, db: firestore.Client
) -> None:
    simulator.reset()
    code, output = books(emulator, simulator)
    assert code == 1
    assert f"  difference: {bought}: payment unknown at Stripe" in output
    [row] = [line.split() for line in output.splitlines() if line.startswith(f"  {bought} ")]
    assert row[1:4] == ["0", "0", "-"]
