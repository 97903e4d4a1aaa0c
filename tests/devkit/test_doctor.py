"""`make doctor` against the local stack: all green, and each seeded misconfiguration turns exactly its line red."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from google.cloud import firestore

from devkit import local
from devkit.doctor.__main__ import main
from devkit.doctor.checks import Case, Line
from devkit.doctor.local_stack import LocalProject
from devkit.doctor.project import Repository
from devkit.doctor.table import CHECKS
from devkit.emulator import Emulator
from devkit.process import ROOT
from devkit.stack import Stack
from devkit.stripe_sim import StripeSimulator
from entrypoints import domains

from .doctor_secrets import LIVE_KEY, QR_KEY, SECRETS, STRIPE_KEY, WEBHOOK_SECRET, qr_keys

FILES = (
    "firebase.json",
    "firestore.rules",
    "storage.rules",
    "firestore.indexes.json",
    "docs/deploying.md",
    "docs/flutterflow.md",
    "docs/operations.md",
    "functions/.env",
)
WEBHOOK_LINES = {"webhook URL", "webhook events", "webhook API version", "webhook status"}
NAMES = [check.name for check in CHECKS]


@dataclass
class Setup:
    """A project that is set up well, to be disturbed before it is examined: it poses as a deployed one, `shop`."""

    root: Path
    emulator: Emulator
    db: firestore.Client
    environment: dict[str, str] = field(default_factory=lambda: dict(SECRETS))
    endpoint: dict[str, Any] = field(
        default_factory=lambda: {"enabled_events": list(domains.event_types()), "api_version": "2026-10-28.endive"}
    )
    path: str = "stripeWebhook"
    disabled: bool = False
    live: bool = False

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.root / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, name: str, line: str) -> None:
        with (self.root / name).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def edit_indexes(self, change: Callable[[Any], None]) -> None:
        file = self.root / "firestore.indexes.json"
        content = json.loads(file.read_text(encoding="utf-8"))
        change(content)
        file.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def setup(tmp_path: Path, emulator: Emulator, db: firestore.Client, clean: None) -> Iterator[Setup]:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "ops", tmp_path / "ops")
    (tmp_path / "functions/.env.shop").write_text("CHECKOUT_APP_SCHEME=shop://purchase\n", encoding="utf-8")
    yield Setup(tmp_path, emulator, db)
    emulator.load_rules((ROOT / "firestore.rules").read_text(encoding="utf-8"))


def examined(setup: Setup, stack: Stack) -> dict[str, Line]:
    """Every line of the doctor's report."""
    import stripe

    with StripeSimulator(api_keys=(STRIPE_KEY, LIVE_KEY, local.STRIPE_KEY)) as simulator:
        client = stripe.StripeClient(STRIPE_KEY, base_addresses={"api": simulator.url})
        url = local.function_url(stack.url, setup.path)
        made = client.v1.webhook_endpoints.create({"url": url, **setup.endpoint})  # type: ignore[typeddict-item]
        if setup.disabled:
            client.v1.webhook_endpoints.update(made.id, {"disabled": True})
        project = LocalProject(stack.url, stack.emulator.host, simulator.url, setup.environment)
        case = Case(Repository("shop", setup.root), project, live=setup.live)
        lines = {line.name: line for line in (check.line(case) for check in CHECKS)}
    printed = "\n".join(map(str, lines.values()))
    values = [*local.SECRETS.values(), *setup.environment.values(), str(made.secret)]
    # A report is pasted into chats.
    pieces = [piece for value in values for piece in re.findall(r"[A-Za-z0-9_+/]{8,}", value)]
    assert [piece for piece in pieces if piece in printed] == []
    return lines


def by_status(lines: dict[str, Line], status: str) -> set[str]:
    return {line.name for line in lines.values() if line.status == status}


def test_control_a_project_that_is_set_up_well_is_all_green(setup: Setup, stack: Stack) -> None:
    lines = examined(setup, stack)
    assert by_status(lines, "ok") == set(NAMES), lines


def _live_key(setup: Setup) -> None:
    setup.environment["STRIPE_SECRET_KEY"] = LIVE_KEY


def _test_key_in_live_mode(setup: Setup) -> None:
    setup.live = True


def _not_python(setup: Setup) -> None:
    setup.edit("firebase.json", '"python313"', '"nodejs22"')


def _too_old(setup: Setup) -> None:
    setup.edit("firebase.json", '"python313"', '"python310"')


def _other_codebase(setup: Setup) -> None:
    setup.edit("firebase.json", '"codebase": "kippu"', '"codebase": "default"')


def _uploading_all(setup: Setup) -> None:
    setup.edit("firebase.json", '"!{admission,', '"{admission,')


def _rules_file(setup: Setup) -> None:
    setup.edit("firebase.json", '"rules": "firestore.rules"', '"rules": "other.rules"')


def _emulator_variable(setup: Setup) -> None:
    setup.append("functions/.env.shop", "STRIPE_API_BASE=http://127.0.0.1:12111")


def _posing_as_an_emulator(setup: Setup) -> None:
    setup.append("functions/.env", "FUNCTIONS_EMULATOR=true")


def _secret_in_a_file(setup: Setup) -> None:
    setup.append("functions/.env.shop", f"STRIPE_SECRET_KEY={STRIPE_KEY}")


def _app_check_off(setup: Setup) -> None:
    setup.append("functions/.env.shop", "ENFORCE_APP_CHECK=false")


def _page_of_another_region(setup: Setup) -> None:
    setup.edit("docs/deploying.md", "https://asia-northeast1-", "https://us-central1-")


def _dart_of_another_region(setup: Setup) -> None:
    setup.edit("docs/flutterflow.md", "region: 'asia-northeast1'", "region: 'asia-northeast2'")


def _malformed_key(setup: Setup) -> None:
    setup.environment["STRIPE_SECRET_KEY"] = "pk_test_kippu_local"


def _no_signing_secret(setup: Setup) -> None:
    del setup.environment["STRIPE_WEBHOOK_SECRETS"]


def _malformed_signing_secret(setup: Setup) -> None:
    setup.environment["STRIPE_WEBHOOK_SECRETS"] = f"{WEBHOOK_SECRET},"


def _local_signing_secret(setup: Setup) -> None:
    setup.environment["STRIPE_WEBHOOK_SECRETS"] = f"{WEBHOOK_SECRET}, {local.WEBHOOK_SECRET}"


def _short_signing_secret(setup: Setup) -> None:
    setup.environment["STRIPE_WEBHOOK_SECRETS"] = "whsec_test"


def _simple_signing_secret(setup: Setup) -> None:
    setup.environment["STRIPE_WEBHOOK_SECRETS"] = f"whsec_{'0' * 32}"


def _local_stripe_key(setup: Setup) -> None:
    setup.environment["STRIPE_SECRET_KEY"] = local.STRIPE_KEY


def _local_qr_key(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = json.dumps(local.QR_KEYS)


def _local_qr_key_beside_a_good_one(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = json.dumps(json.loads(qr_keys(new=QR_KEY)) | local.QR_KEYS)


def _zeros_as_qr_key(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = qr_keys(k=bytes(32))


def _word_as_qr_key(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = qr_keys(k=b"The quick brown fox jumps over 13 lazy dogs!")


def _one_qr_key_twice(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = qr_keys(new=QR_KEY, old=QR_KEY)


def _short_qr_key(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = '{"k1": "c2hvcnQtb25lLXNlY3JldA=="}'


def _qr_keys_no_json(setup: Setup) -> None:
    setup.environment["QR_SIGNING_KEYS"] = base64.b64encode(QR_KEY).decode()


def _local_checkout_key(setup: Setup) -> None:
    setup.environment["CHECKOUT_KEYS"] = json.dumps(local.CHECKOUT_KEYS)


def _no_checkout_keys(setup: Setup) -> None:
    del setup.environment["CHECKOUT_KEYS"]


def _local_ticket_key(setup: Setup) -> None:
    setup.environment["TICKET_KEYS"] = json.dumps(local.TICKET_KEYS)


def _long_ticket_key(setup: Setup) -> None:
    setup.environment["TICKET_KEYS"] = qr_keys(new=QR_KEY + QR_KEY[::-1])


def _no_rewrite(setup: Setup) -> None:
    setup.edit("firebase.json", '"/pay/**"', '"/**"')


def _rewrite_of_another_region(setup: Setup) -> None:
    setup.edit("firebase.json", '"region": "asia-northeast1"', '"region": "us-central1"')


def _no_way_back(setup: Setup) -> None:
    setup.append("functions/.env.shop", "CHECKOUT_APP_SCHEME=")


def _other_url(setup: Setup) -> None:
    setup.path = "old/stripeWebhook"


def _missing_event(setup: Setup) -> None:
    setup.endpoint["enabled_events"] = [type_ for type_ in domains.event_types() if type_ != PAGE_ENDED]


PAGE_ENDED = "checkout.session.expired"


def _extra_event(setup: Setup) -> None:
    setup.endpoint["enabled_events"] = [*domains.event_types(), "charge.succeeded"]


def _every_event(setup: Setup) -> None:
    setup.endpoint["enabled_events"] = ["*"]


def _old_version(setup: Setup) -> None:
    setup.endpoint["api_version"] = "2025-01-27.acacia"


def _default_version(setup: Setup) -> None:
    del setup.endpoint["api_version"]


def _disabled(setup: Setup) -> None:
    setup.disabled = True


def _deployed_without_app_check(setup: Setup) -> None:
    setup.environment["ENFORCE_APP_CHECK"] = "false"


def _index_missing(setup: Setup) -> None:
    fields = [{"fieldPath": "a", "order": "ASCENDING"}, {"fieldPath": "b", "order": "DESCENDING"}]
    added = {"collectionGroup": "tickets", "queryScope": "COLLECTION", "fields": fields}
    setup.edit_indexes(lambda content: content["indexes"].append(added))


def _ttl_missing(setup: Setup) -> None:
    def change(content: Any) -> None:
        (text,) = (f for f in content["fieldOverrides"] if (f["collectionGroup"], f["fieldPath"]) == TEXT)
        text["ttl"] = True

    setup.edit_indexes(change)


TEXT = ("messages", "text")


def _exemption_missing(setup: Setup) -> None:
    added = {"collectionGroup": "tickets", "fieldPath": "cancel_reason", "indexes": []}
    setup.edit_indexes(lambda content: content["fieldOverrides"].append(added))


def _flutterflows_rules(setup: Setup) -> None:
    everything = "match /{document=**} { allow read: if true; }"
    setup.emulator.load_rules(
        f"rules_version = '2'; service cloud.firestore {{ match /databases/{{database}}/documents {{ {everything} }} }}"
    )


def _storage_rules_file(setup: Setup) -> None:
    setup.edit("firebase.json", '"rules": "storage.rules"', '"rules": "open.rules"')


def _other_storage_rules(setup: Setup) -> None:
    setup.append("storage.rules", "// more")


def _no_price(setup: Setup) -> None:
    setup.db.document("ticket_types/dm_consultation").update({"amount": firestore.DELETE_FIELD})


def _no_consultant(setup: Setup) -> None:
    for uid in ("imecon-1", "imecon-2"):
        setup.db.document(f"imecons/{uid}").update({"active": False})


def _staff_as_a_text(setup: Setup) -> None:
    setup.db.document("store_staff/store-1").set({"uids": "staff-1"})


def _no_tiers(setup: Setup) -> None:
    setup.db.document("products/daypass").update({"tiers": []})


def _policy_missing(setup: Setup) -> None:
    file = setup.root / "ops/alerts/hold_lost.json"
    added = json.loads(file.read_text(encoding="utf-8")) | {"displayName": "Kippu: Another"}
    file.with_name("another.json").write_text(json.dumps(added), encoding="utf-8")


# The line that must be red, the misconfiguration, what its line must say.
SEEDS: list[tuple[str, Callable[[Setup], None], str]] = [
    ("firebase.json", _not_python, "nodejs22"),
    ("firebase.json", _too_old, "python310"),
    ("firebase.json", _other_codebase, "kippu"),
    ("firebase.json", _uploading_all, "would be uploaded"),
    ("firebase.json", _rules_file, "firestore.rules"),
    ("firebase.json", _storage_rules_file, "storage.rules"),
    ("local settings", _emulator_variable, "STRIPE_API_BASE"),
    ("local settings", _posing_as_an_emulator, "FUNCTIONS_EMULATOR"),
    ("local settings", _secret_in_a_file, "STRIPE_SECRET_KEY is no parameter"),
    ("App Check", _app_check_off, "off"),
    ("region in the pages", _page_of_another_region, "docs/deploying.md says us-central1"),
    ("region in the pages", _dart_of_another_region, "docs/flutterflow.md says asia-northeast2"),
    ("secret STRIPE_SECRET_KEY", _live_key, "live mode"),
    ("secret STRIPE_SECRET_KEY", _test_key_in_live_mode, "test mode"),
    ("secret STRIPE_WEBHOOK_SECRETS", _no_signing_secret, "not set"),
    ("secret STRIPE_SECRET_KEY", _local_stripe_key, "public"),
    ("secret STRIPE_WEBHOOK_SECRETS", _malformed_signing_secret, "whsec_"),
    ("secret STRIPE_WEBHOOK_SECRETS", _local_signing_secret, "public"),
    ("secret STRIPE_WEBHOOK_SECRETS", _short_signing_secret, "shorter"),
    ("secret STRIPE_WEBHOOK_SECRETS", _simple_signing_secret, "too simple"),
    ("secret QR_SIGNING_KEYS", _local_qr_key, "public"),
    ("secret QR_SIGNING_KEYS", _local_qr_key_beside_a_good_one, "public"),
    ("secret QR_SIGNING_KEYS", _zeros_as_qr_key, "pattern"),
    ("secret QR_SIGNING_KEYS", _word_as_qr_key, "text"),
    ("secret QR_SIGNING_KEYS", _one_qr_key_twice, "under two ids"),
    ("secret QR_SIGNING_KEYS", _short_qr_key, "shorter"),
    ("secret QR_SIGNING_KEYS", _qr_keys_no_json, "not JSON"),
    ("secret CHECKOUT_KEYS", _local_checkout_key, "public"),
    ("secret CHECKOUT_KEYS", _no_checkout_keys, "not set"),
    ("secret TICKET_KEYS", _local_ticket_key, "public"),
    ("secret TICKET_KEYS", _long_ticket_key, "not 32 bytes long"),
    ("Hosting", _no_rewrite, "/pay/** is not checkoutPage"),
    ("Hosting", _rewrite_of_another_region, "is not checkoutPage in asia-northeast1"),
    ("App Link", _no_way_back, "the return page has no button"),
    ("webhook URL", _other_url, "old/stripeWebhook"),
    ("webhook events", _missing_event, f"missing {PAGE_ENDED}"),
    ("webhook events", _extra_event, "not handled charge.succeeded"),
    ("webhook events", _every_event, "not handled *"),
    ("webhook API version", _old_version, "2025-01-27.acacia"),
    ("webhook API version", _default_version, "account default"),
    ("webhook status", _disabled, "disabled"),
    ("App Check deployed", _deployed_without_app_check, "createPaymentIntent"),
    ("indexes", _index_missing, "tickets (a ASCENDING, b DESCENDING) of COLLECTION is missing"),
    ("TTL policies", _ttl_missing, "messages.text is missing"),
    ("indexes switched off", _exemption_missing, "tickets.cancel_reason is indexed"),
    ("rules", _flutterflows_rules, "others than firestore.rules"),
    ("storage rules", _other_storage_rules, "others than storage.rules"),
    ("first documents", _no_price, "ticket_types/dm_consultation: amount"),
    ("first documents", _no_consultant, "no document in imecons is in use"),
    ("first documents", _staff_as_a_text, "store_staff/store-1: uids"),
    ("first documents", _no_tiers, "products/daypass: tiers"),
    ("alert policies", _policy_missing, "'Kippu: Another' is missing"),
]


@pytest.mark.parametrize(("name", "disturb", "says"), SEEDS, ids=[seed.__name__.strip("_") for _, seed, _ in SEEDS])
def test_a_misconfiguration_turns_exactly_its_line_red(
    setup: Setup, stack: Stack, name: str, disturb: Callable[[Setup], None], says: str
) -> None:
    disturb(setup)
    lines = examined(setup, stack)
    assert by_status(lines, "wrong") == {name}, lines
    assert by_status(lines, "ok") == set(NAMES) - {name}
    assert says in lines[name].detail
    assert lines[name].remedy


@pytest.mark.parametrize("value", ["", " \n", "sk_test_revoked"])
def test_without_a_usable_key_the_webhook_is_skipped_and_the_key_is_red(setup: Setup, stack: Stack, value: str) -> None:
    setup.environment["STRIPE_SECRET_KEY"] = value
    lines = examined(setup, stack)
    # A key of the right form that Stripe does not know is found by asking.
    red = "Stripe's answer to the key" if value.strip() else "secret STRIPE_SECRET_KEY"
    asked = WEBHOOK_LINES | (set() if value.strip() else {"Stripe's answer to the key"})
    assert (by_status(lines, "wrong"), by_status(lines, "skipped")) == ({red}, asked)


@pytest.fixture
def served(stack: Stack, monkeypatch: pytest.MonkeyPatch, clean: None) -> Stack:
    """The shared stack where `make serve`'s would be."""
    for name, address in (
        ("FUNCTIONS", stack.url),
        ("FIRESTORE", stack.emulator.host),
        ("STRIPE", stack.simulator.url),
    ):
        monkeypatch.setenv(f"KIPPU_{name}_PORT", address.rpartition(":")[2])
    return stack


def test_the_local_stack_itself_is_all_green(served: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--local"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(CHECKS)} ok, 0 skipped, 0 wrong"


def test_what_is_wrong_ends_the_command_with_1(
    served: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(local.SECRETS, "QR_SIGNING_KEYS", "")
    assert main(["--local"]) == 1
    *lines, sums = capsys.readouterr().out.splitlines()
    (wrong,) = (line for line in lines if line.startswith("wrong"))
    assert "QR_SIGNING_KEYS" in wrong
    assert "functions:secrets:set" in wrong
    assert sums == f"{len(CHECKS) - 1} ok, 0 skipped, 1 wrong"


def test_a_stack_that_is_not_running_is_skipped_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from devkit.ports import free_port

    for name in ("FUNCTIONS", "FIRESTORE", "STRIPE"):
        monkeypatch.setenv(f"KIPPU_{name}_PORT", str(free_port()))
    assert main(["--local"]) == 2
    skipped = [line for line in capsys.readouterr().out.splitlines() if line.startswith("skipped")]
    assert {line[9:39].strip() for line in skipped} >= {"functions deployed", "rules", "webhook URL"}
    assert all("does not answer" in line for line in skipped)


def test_offline_every_file_is_checked_and_the_rest_says_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()[:-1]
    assert [line[:7].strip() for line in lines] == ["ok"] * 5 + ["skipped"] * (len(CHECKS) - 5)
    assert all("--project" in line for line in lines if line.startswith("skipped"))
