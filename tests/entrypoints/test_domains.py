"""A kind of purchase that nobody planned for, of one folder and one row, is served like the others; none is lost."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import Any

import pytest

from common import params
from common.alerts import Alert
from devkit.client import CallableError
from devkit.local import FUNCTIONS_DIR
from devkit.process import ROOT
from entrypoints import domains
from payments import origin, payment_intents
from payments.domain import Domain
from payments.objects import PaymentIntent
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.reports import texts
from tests.support.stripe_side import body_of, signature

PAID = "payment_intent.succeeded"


@pytest.fixture
def donations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row that makes donations a domain."""
    monkeypatch.setitem(domains.MODULES, "donation", "tests.support.donation.domain")


def donate(driver: Driver, id_: str, amount: int = 700) -> PaymentIntent:
    """A donation that is paid at Stripe, of which nothing was told to the functions yet."""
    from tests.support.donation.domain import open_donation

    intent = open_donation(id_, amount)
    driver.simulator.confirm(intent.id, "pm_card_visa")
    return intent


def paid_event(driver: Driver, intent: PaymentIntent) -> dict[str, Any]:
    (event,) = (event for event in driver.simulator.events() if _is_about(event, intent.id))
    return event


def _is_about(event: dict[str, Any], id_: str) -> bool:
    return bool(event["type"] == PAID and event["data"]["object"]["id"] == id_)


def reports(driver: Driver) -> dict[str, Any]:
    (report,) = (found.to_dict() or {} for found in driver.db.collection("reconciliations").stream())
    return report


def test_its_events_are_settled(driver: Driver, donations: None) -> None:
    event = paid_event(driver, donate(driver, "d1"))
    assert [driver.deliver(event) for _ in range(2)] == [200, 200]
    assert driver.document("donations/d1")["status"] == "paid"
    line = driver.document(f"stripe_events/{event['id']}")
    assert (line["outcome"], line["domain"]) == ("settled", "donation")


def test_its_due_work_is_swept(driver: Driver, donations: None) -> None:
    driver.deliver(paid_event(driver, donate(driver, "d1")))
    driver.sweep_holds()
    assert driver.document("donations/d1")["status"] == "paid"
    driver.sweep_sessions()
    assert driver.document("donations/d1")["status"] == "thanked"


def test_neither_domain_keeps_the_other_waiting(driver: Driver, donations: None) -> None:
    running = driver.active("buyer")
    for number in range(5):
        driver.deliver(paid_event(driver, donate(driver, f"d{number}")))
    driver.advance(31 * MINUTE)
    driver.sweep_sessions()
    assert {driver.document(f"donations/d{number}")["status"] for number in range(5)} == {"thanked"}
    assert driver.ticket(running)["status"] == "completed"


def test_an_item_that_fails_is_postponed_and_reported(
    driver: Driver, donations: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from payments import due_work

    driver.deliver(paid_event(driver, donate(driver, "d1")))
    monkeypatch.setattr(due_work, "REPORTED_TRIES", 1)
    work = domains.named("donation").due  # type: ignore[union-attr]
    assert work is not None
    stuck = due_work.DueWork("donation", "donations", ("thank",), (), _as_it_is)
    assert due_work.catch_up(stuck, "d1") is False
    assert driver.document("donations/d1")["tries"] == 1
    assert '"sweep_stuck"' in capsys.readouterr().err


def _as_it_is(id_: str) -> Any:
    from common import documents
    from payments.purchase import Purchase

    (doc,) = documents.read(documents.ref("donations", id_))
    return Purchase(doc)


def test_its_differences_are_reported(driver: Driver, donations: None) -> None:
    donate(driver, "d1")
    driver.db.document("donations/d1").update({"amount": 900})
    driver.reconcile()
    assert texts(reports(driver)) == ["donation d1: 900 JPY, 700 at Stripe"]
    assert (reports(driver)["intents"], reports(driver)["captured_at_stripe"]) == (1, 700)


def test_without_its_row_an_event_is_refused_for_an_hour_and_then_deferred(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    event = paid_event(driver, donate(driver, "d1"))
    assert driver.deliver(event) == 500
    assert driver.document(f"stripe_events/{event['id']}") == {}
    driver.advance(HOUR)
    body = body_of(event)
    assert driver.post_event(body, signature(body)).status_code == 200
    line = driver.document(f"stripe_events/{event['id']}")
    assert (line["outcome"], line["domain"]) == ("deferred", "donation")
    told = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
    assert [(line["message"], line["domain"]) for line in told] == [("event deferred", "donation")]
    assert driver.document("donations/d1")["status"] == "open"


def test_a_deferred_event_is_settled_once_its_domain_is_there(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    event = paid_event(driver, donate(driver, "d1"))
    driver.advance(HOUR)
    assert driver.deliver(event) == 200
    monkeypatch.setitem(domains.MODULES, "donation", "tests.support.donation.domain")
    driver.reconcile()
    assert driver.document("donations/d1")["status"] == "paid"
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "settled"
    assert reports(driver)["events_recovered"] == 1


def test_what_was_ignored_by_a_version_that_followed_less_is_settled_later(
    driver: Driver, donations: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.donation import domain as donation

    event = paid_event(driver, donate(driver, "d1"))
    with monkeypatch.context() as older:
        older.setattr(donation, "DOMAIN", replace(donation.DOMAIN, event_types=()))
        assert driver.deliver(event) == 200
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "ignored_type"
    driver.reconcile()
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "settled"


def test_what_was_ignored_under_the_key_of_the_other_mode_is_settled_under_its_own(
    driver: Driver, donations: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payments import gateway

    event = paid_event(driver, donate(driver, "d1"))
    with monkeypatch.context() as other:
        other.setattr(gateway, "live_mode", lambda: True)
        assert driver.deliver(event) == 200
        driver.reconcile()
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "ignored_mode"
    driver.advance(1)
    driver.reconcile()
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "settled"


def test_a_domain_whose_due_work_cannot_be_read_keeps_no_other_waiting(
    driver: Driver, donations: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support.donation import domain as donation

    running = driver.active("buyer")
    driver.advance(31 * MINUTE)
    assert donation.DOMAIN.due is not None
    broken = replace(donation.DOMAIN.due, collection="__reserved__")
    monkeypatch.setattr(donation, "DOMAIN", replace(donation.DOMAIN, due=broken))
    with pytest.raises(CallableError):
        driver.sweep_sessions()
    assert driver.ticket(running)["status"] == "completed"
    assert '"sweep item failed"' in capsys.readouterr().err


def test_a_payment_of_a_domain_that_is_not_served_is_a_difference(driver: Driver) -> None:
    intent = donate(driver, "d1")
    driver.reconcile()
    assert texts(reports(driver)) == [f"{intent.id}: nothing here serves donation"]


def test_another_projects_event_is_ignored(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from common import documents

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(documents, "project", lambda: "demo-other")
        metadata = origin.metadata("donation", {"donation_id": "d1"})
    intent = payment_intents.create({"amount": 700, "currency": "jpy", "metadata": metadata}, "other:create:1")
    driver.simulator.confirm(intent.id, "pm_card_visa")
    event = paid_event(driver, intent)
    assert driver.deliver(event) == 200
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "ignored_foreign"
    driver.reconcile()
    assert driver.document(f"stripe_events/{event['id']}")["outcome"] == "ignored_foreign"


@pytest.mark.parametrize(
    ("setting", "served"),
    [
        ("all", {"consultation", "checkout", "admission", "points"}),
        ("points", {"points"}),
        ("checkout", {"checkout"}),
        ("admission", {"admission"}),
        (" consultation , points", {"consultation", "points"}),
    ],
)
def test_a_team_deploys_what_it_needs(monkeypatch: pytest.MonkeyPatch, setting: str, served: set[str]) -> None:
    monkeypatch.setenv(params.DOMAINS.name, setting)
    assert {domain.name for domain in domains.every()} == served
    assert bool(domains.event_types()) is bool(served - {"points"})


def test_every_row_is_a_domain_of_its_name() -> None:
    import main

    assert [domain.name for domain in domains.every()] == list(domains.MODULES)
    assert {*main.PURCHASES, *main.OTHERS} == set(domains.MODULES)


def test_a_domain_raises_the_alerts_it_names() -> None:
    for domain in domains.every():
        code = "".join(file.read_text(encoding="utf-8") for file in (FUNCTIONS_DIR / domain.name).glob("*.py"))
        raised = {alert for alert in Alert if f"Alert.{alert.name}" in code.replace("alerts=(", "", 1)}
        # Which every entry point raises.
        assert set(domain.alerts) == raised - {Alert.UNEXPECTED_EXCEPTION}


def test_a_domain_names_the_reasons_of_its_own() -> None:
    own = {domain.reasons.__module__.partition(".")[0] for domain in domains.every()}
    assert own == set(domains.MODULES)


def test_every_domain_says_what_leaving_means() -> None:
    nothing = Domain.__dataclass_fields__["leave"].default
    assert [domain.name for domain in domains.every() if domain.leave is nothing] == []


def test_a_domain_not_served_settles_nothing(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    held = driver.bought("buyer")
    driver.simulator.confirm(held.payment, "pm_card_visa")
    event = driver.events(held)[-1]
    monkeypatch.setenv(params.DOMAINS.name, "points")
    assert driver.deliver(event) == 500
    assert driver.ticket(held)["status"] == "pending_payment"
    with pytest.raises(CallableError):
        driver.call("createPaymentIntent", {}, None)


def test_the_import_contract_guards_every_domain() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contracts = {contract["name"]: contract for contract in linter["contracts"]}
    siblings = contracts["Imports run downwards only; no domain imports another"]["layers"][2]
    guarded = {
        "root_packages": linter["root_packages"],
        "siblings": siblings.split(" | "),
        "not named by entrypoints": contracts["What serves every domain names none"]["forbidden_modules"],
        "without cycles": contracts["No import cycle inside a folder"]["ancestors"],
        "without codes and stores": [*contracts["Only points know codes and stores"]["source_modules"], "points"],
    }
    assert {where for where, named in guarded.items() if not set(domains.MODULES) <= set(named)} == set()


def test_what_a_domain_without_a_comparison_sells_is_no_difference(
    driver: Driver, donations: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.donation import domain as donation

    donate(driver, "d1")
    monkeypatch.setattr(donation, "DOMAIN", replace(donation.DOMAIN, comparison=None))
    driver.reconcile()
    assert texts(reports(driver)) == []
