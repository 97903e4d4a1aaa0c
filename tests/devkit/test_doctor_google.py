"""`make doctor` against Google's REST interfaces in their documented shapes, served on loopback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from devkit import local
from devkit.doctor.__main__ import main
from devkit.doctor.checks import Case, Line
from devkit.doctor.google import GoogleProject, authorized
from devkit.doctor.project import Repository, Unavailable
from devkit.doctor.table import CHECKS
from devkit.ports import free_port
from devkit.process import ROOT
from devkit.stripe_sim import StripeSimulator
from devkit.stripe_sim.events import API_VERSION
from entrypoints import domains

from .doctor_google import (
    FIELDS,
    FUNCTIONS,
    INDEXES,
    JOBS,
    PARENT,
    POLICIES,
    PROJECT,
    RELEASE,
    RELEASES,
    RETURN_PAGE,
    RULESET,
    STALE,
    STORAGE_RULESET,
    THE_PAGE,
    WEBHOOK_URI,
    Answers,
    documents_path,
    encoded,
    failure,
    function,
    healthy,
    policy,
    policy_path,
    secret,
    secret_path,
    serving,
    web_of,
    web_path,
    website,
)
from .doctor_secrets import STRIPE_KEY

NAMES = [check.name for check in CHECKS]
SCHEME = {"CHECKOUT_APP_SCHEME": "shop://purchase"}
FIRST = ("ticket_types", "imecons", "products", "stores", "store_staff")
KEY = "STRIPE_SECRET_KEY"


@pytest.fixture(scope="module")
def stripe_url() -> Iterator[str]:
    with StripeSimulator(api_keys=(STRIPE_KEY,)) as simulator:
        url = f"https://{local.REGION}-{PROJECT}.cloudfunctions.net/stripeWebhook"
        simulator.add_webhook(url, events=domains.event_types(), api_version=API_VERSION)
        yield simulator.url


@pytest.fixture
def answers() -> Answers:
    return healthy()


def lines_of(case: Case) -> dict[str, Line]:
    return {check.name: check.line(case) for check in CHECKS}


def examined(
    answers: Answers, stripe_url: str, *, before: bool = False, environment: dict[str, str] | None = None
) -> dict[str, Line]:
    with serving(answers) as base, requests.Session() as session:
        session.trust_env = False
        project = GoogleProject(PROJECT, session, base=base, stripe_base=stripe_url, web=web_of(base))
        repository = Repository(PROJECT)
        repository.environment.update(SCHEME if environment is None else environment)
        return lines_of(Case(repository, project, before=before))


def by_status(lines: dict[str, Line], status: str) -> set[str]:
    return {line.name for line in lines.values() if line.status == status}


def test_a_project_as_deployed_is_all_green(answers: Answers, stripe_url: str) -> None:
    lines = examined(answers, stripe_url)
    assert by_status(lines, "ok") == set(NAMES), lines


def _first(answers: Answers) -> Any:
    return answers[FUNCTIONS][1]["functions"][0]


def _missing(answers: Answers) -> None:
    answers[FUNCTIONS][1]["functions"].pop(0)


def _left_over(answers: Answers) -> None:
    answers[FUNCTIONS][1]["functions"].append(function("oldFunction", []))


def _failed(answers: Answers) -> None:
    _first(answers)["state"] = "FAILED"


def _old_runtime(answers: Answers) -> None:
    _first(answers)["buildConfig"]["runtime"] = "python312"


def _closed(answers: Answers) -> None:
    answers[policy_path("stripeWebhook")] = policy()


def _open_to_some(answers: Answers) -> None:
    answers[policy_path("usePoints")] = policy("serviceAccount:somebody@example.com")


def _astray(answers: Answers) -> None:
    _first(answers)["name"] = _first(answers)["name"].replace(local.REGION, "us-central1")


def _unbound(answers: Answers) -> None:
    _first(answers)["serviceConfig"]["secretEnvironmentVariables"] = []


def _old_version(answers: Answers) -> None:
    _first(answers)["serviceConfig"]["secretEnvironmentVariables"][0]["version"] = STALE


def _open(answers: Answers) -> None:
    _first(answers)["serviceConfig"]["environmentVariables"]["ENFORCE_APP_CHECK"] = "false"


def _no_secret(answers: Answers) -> None:
    del answers[secret_path("QR_SIGNING_KEYS")]


def _destroyed_secret(answers: Answers) -> None:
    answers[secret_path("QR_SIGNING_KEYS")] = failure(400, "FAILED_PRECONDITION")


def _blank_secret(answers: Answers) -> None:
    answers[secret_path("QR_SIGNING_KEYS")] = (200, secret("QR_SIGNING_KEYS", "\n"))


def _no_index(answers: Answers) -> None:
    answers[INDEXES][1]["indexes"].pop()


def _index_of_the_other_direction(answers: Answers) -> None:
    field = answers[INDEXES][1]["indexes"][0]["fields"][1]
    field["order"] = "DESCENDING" if field["order"] == "ASCENDING" else "ASCENDING"


def _index_in_the_making(answers: Answers) -> None:
    answers[INDEXES][1]["indexes"][0]["state"] = "CREATING"


def _field(answers: Answers, path: str) -> Any:
    return next(field for field in answers[FIELDS][1]["fields"] if field["name"].endswith(path))


def _no_ttl(answers: Answers) -> None:
    del _field(answers, "stripe_events/fields/expireAt")["ttlConfig"]


def _ttl_in_need_of_repair(answers: Answers) -> None:
    _field(answers, "rate_limits/fields/expireAt")["ttlConfig"]["state"] = "NEEDS_REPAIR"


def _indexed(answers: Answers) -> None:
    _field(answers, "tickets/fields/create_params")["indexConfig"] = {"usesAncestorConfig": True}


def _no_rules(answers: Answers) -> None:
    del answers[RELEASE]


def _other_rules(answers: Answers) -> None:
    answers[RULESET][1]["source"]["files"][0]["content"] += "// more\n"


def _job(answers: Answers, name: str) -> Any:
    return next(job for job in answers[JOBS][1]["jobs"] if f"-{name}-" in job["name"])


def _no_jobs(answers: Answers) -> None:
    answers[JOBS] = (200, {})


def _job_missing(answers: Answers) -> None:
    answers[JOBS][1]["jobs"].remove(_job(answers, "reconcilePayments"))


def _job_paused(answers: Answers) -> None:
    _job(answers, "endOverdueSessions")["state"] = "PAUSED"


def _job_disabled(answers: Answers) -> None:
    _job(answers, "endOverdueSessions")["state"] = "DISABLED"


def _job_of_another_time(answers: Answers) -> None:
    _job(answers, "voidExpiredAuthorizations")["schedule"] = "every 5 hours"


def _job_of_another_zone(answers: Answers) -> None:
    _job(answers, "reconcilePayments")["timeZone"] = "UTC"


def _job_that_calls_another(answers: Answers) -> None:
    _job(answers, "reconcilePayments")["httpTarget"]["uri"] = "https://old.example.com/"


def _job_that_calls_nothing(answers: Answers) -> None:
    del _job(answers, "reconcilePayments")["httpTarget"]


def _page_closed(answers: Answers) -> None:
    answers[policy_path("checkoutPage")] = policy()


def _no_hosting(answers: Answers) -> None:
    answers[RETURN_PAGE] = website(404, "Page Not Found")


def _another_page(answers: Answers) -> None:
    answers[RETURN_PAGE] = website(200, "<h1>Welcome</h1>", cache_control="no-store", referrer_policy="no-referrer")


def _a_page_that_looks_alike(answers: Answers) -> None:
    answers[RETURN_PAGE] = website(400, "Bad Request", cache_control="no-store", referrer_policy="no-referrer")


def _page_without_secrets(answers: Answers) -> None:
    answers[RETURN_PAGE] = website(503, "", cache_control="no-store", referrer_policy="no-referrer")


def _page_that_moved(answers: Answers) -> None:
    answers[RETURN_PAGE] = website(301, "", location="https://elsewhere.example/")


def _page_in_caches(answers: Answers) -> None:
    kept = "public, max-age=600"
    answers[RETURN_PAGE] = website(400, THE_PAGE, cache_control=kept, referrer_policy="no-referrer")


def _page_that_names_itself(answers: Answers) -> None:
    answers[RETURN_PAGE] = website(400, THE_PAGE, cache_control="no-store")


def _no_storage_rules(answers: Answers) -> None:
    answers[RELEASES][1]["releases"].pop()


def _open_storage_rules(answers: Answers) -> None:
    answers[STORAGE_RULESET][1]["source"]["files"][0]["content"] = "match /{all=**} { allow read, write; }"


def _no_rules_in_the_release(answers: Answers) -> None:
    del answers[STORAGE_RULESET]


def _no_policies(answers: Answers) -> None:
    answers[POLICIES] = (200, {})


def _policies(answers: Answers) -> Any:
    return answers[POLICIES][1]["alertPolicies"]


def _policy_twice(answers: Answers) -> None:
    _policies(answers).append(dict(_policies(answers)[0]))


def _policy_off(answers: Answers) -> None:
    _policies(answers)[0]["enabled"] = False


def _policy_without_channel(answers: Answers) -> None:
    del _policies(answers)[0]["notificationChannels"]


def _policy_of_old(answers: Answers) -> None:
    _policies(answers)[0]["conditions"][0]["conditionMatchedLog"]["filter"] = "severity>=ERROR"


def _documents(collection: str, fields: Any, id_: str = "added") -> Callable[[Answers], None]:
    """Another document beside the good ones."""

    def add(answers: Answers) -> None:
        name = f"{PARENT}/databases/(default)/documents/{collection}/{id_}"
        answers[documents_path(collection)][1]["documents"].append({"name": name, "fields": encoded(fields)})

    return add


def _nothing_in(collection: str) -> Callable[[Answers], None]:
    def empty(answers: Answers) -> None:
        answers[documents_path(collection)] = (200, {})

    return empty


TYPE = {"amount": 5000, "currency": "jpy", "active": True}
LICENSE = {"amount": 3000, "currency": "jpy", "active": True, "name": "ライセンス", "pay_minutes": 60}
FIRST_DOCUMENTS = [
    *(
        (_nothing_in(collection), f"no document in {collection}")
        for collection in ("ticket_types", "imecons", "products", "stores")
    ),
    (_nothing_in("store_staff"), "no document in store_staff"),
    *(
        (_documents("ticket_types", TYPE | {"amount": amount}), "ticket_types/added: amount")
        for amount in (49, 100_000_000, 5000.7, "5000", True, -5000, float("inf"))
    ),
    (_documents("ticket_types", {"currency": "jpy", "active": True}), "ticket_types/added: amount"),
    (_documents("ticket_types", TYPE | {"currency": "usd"}), "ticket_types/added: currency"),
    (_documents("ticket_types", TYPE | {"active": "true"}), "ticket_types/added: active"),
    (_documents("ticket_types", TYPE | {"hold_hours": -1}), "ticket_types/added: hold_hours"),
    (_documents("ticket_types", TYPE | {"session_minutes": 0}), "ticket_types/added: session_minutes"),
    (_documents("ticket_types", TYPE | {"pending_minutes": "60"}), "ticket_types/added: pending_minutes"),
    (_documents("imecons", {"display_name": "花子"}), "imecons/added: active"),
    (_documents("imecons", {"active": 1}), "imecons/added: active"),
    (_documents("imecons", {"active": True}, "a__b"), "imecons/a__b: id"),
    *(
        (_documents("products", LICENSE | {"amount": amount}, "license"), "products/license: amount")
        for amount in (49, 100_000_000, 3000.5, "3000", True)
    ),
    (_documents("products", {"active": True}, "license"), "products/license: amount"),
    (_documents("products", LICENSE | {"pay_minutes": 30}, "license"), "products/license: pay_minutes"),
    (_documents("products", LICENSE | {"name": " "}, "license"), "products/license: name"),
    (_documents("products", LICENSE | {"currency": "usd"}, "license"), "products/license: currency"),
    (_documents("products", LICENSE, "daypass"), "products/daypass: tiers"),
    (_documents("products", {"tiers": [{"from": 0, "amount": 20}]}, "daypass"), "products/daypass: tiers.0.amount"),
    (_documents("products", {"tiers": [{"from": 3, "amount": 200}]}, "daypass"), "products/daypass: tiers "),
    (_documents("products", LICENSE, "licence"), "products/licence: id"),
    (_documents("stores", {"address": "東京都"}), "stores/added: name"),
    (_documents("stores", {"name": " "}), "stores/added: name"),
    (_documents("stores", {"name": "書店"}, "s" * 101), "id"),
    (_documents("store_staff", {"uids": "staff-1"}, "store-1"), "store_staff/store-1: uids"),
    (_documents("store_staff", {"uids": ["staff-1", 7]}, "store-1"), "store_staff/store-1: uids"),
    (_documents("store_staff", {}, "store-1"), "store_staff/store-1: uids"),
    (_documents("store_staff", {"uids": ["staff-1"]}, "store-9"), "store-9 has staff and is no store"),
]


@pytest.mark.parametrize(("disturb", "says"), FIRST_DOCUMENTS)
def test_a_slip_in_a_first_document_is_named_with_its_field(
    answers: Answers, stripe_url: str, disturb: Callable[[Answers], None], says: str
) -> None:
    disturb(answers)
    lines = examined(answers, stripe_url)
    assert by_status(lines, "wrong") == {"first documents"}, lines
    assert says in lines["first documents"].detail


def test_only_documents_of_what_is_deployed_are_asked_for(answers: Answers, stripe_url: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "functions", tmp_path / "functions", ignore=lambda *_: {"venv"})
    (tmp_path / "functions" / f".env.{PROJECT}").write_text("DOMAINS=consultation\n", encoding="utf-8")
    for collection in ("products", "stores", "store_staff"):
        _nothing_in(collection)(answers)
    (check,) = (check for check in CHECKS if check.name == "first documents")
    with serving(answers) as base, requests.Session() as session:
        session.trust_env = False
        project = GoogleProject(PROJECT, session, base=base, stripe_base=stripe_url)
        assert check.line(Case(Repository(PROJECT, tmp_path), project)).status == "ok"
        assert check.line(Case(Repository(PROJECT), project)).status == "wrong"


SEEDS: list[tuple[str, Callable[[Answers], None], str]] = [
    ("functions deployed", _missing, "is missing"),
    ("functions deployed", _left_over, "oldFunction is not of this version"),
    ("functions deployed", _failed, "is FAILED"),
    ("functions deployed", _old_runtime, "runs on python312"),
    ("functions open", _closed, "stripeWebhook refuses every call"),
    ("functions open", _open_to_some, "usePoints refuses every call"),
    ("region deployed", _astray, "is in us-central1"),
    ("secrets bound", _unbound, f"lacks {KEY}"),
    ("secrets bound", _old_version, f"keeps version {STALE} of {KEY}"),
    ("App Check deployed", _open, "without a token"),
    ("secret QR_SIGNING_KEYS", _no_secret, "not set"),
    ("secret QR_SIGNING_KEYS", _destroyed_secret, "not set"),
    ("secret QR_SIGNING_KEYS", _blank_secret, "blank"),
    ("indexes", _no_index, "is missing"),
    ("indexes", _index_of_the_other_direction, "is missing"),
    ("indexes", _index_in_the_making, "is CREATING"),
    ("TTL policies", _no_ttl, "stripe_events.expireAt is missing"),
    ("TTL policies", _ttl_in_need_of_repair, "rate_limits.expireAt is NEEDS_REPAIR"),
    ("indexes switched off", _indexed, "tickets.create_params is indexed"),
    ("rules", _no_rules, "there are none"),
    ("rules", _other_rules, "others than firestore.rules"),
    ("schedules", _no_jobs, "endOverdueSessions has no job"),
    ("schedules", _job_missing, "reconcilePayments has no job"),
    ("schedules", _job_paused, "endOverdueSessions is PAUSED"),
    ("schedules", _job_disabled, "endOverdueSessions is DISABLED"),
    ("schedules", _job_of_another_time, "voidExpiredAuthorizations runs every 5 hours"),
    ("schedules", _job_of_another_zone, "not every day 04:00 (Asia/Tokyo)"),
    ("schedules", _job_that_calls_another, "calls https://old.example.com/"),
    ("schedules", _job_that_calls_nothing, "calls nothing"),
    ("functions open", _page_closed, "checkoutPage refuses every call"),
    ("return page", _no_hosting, "answers 404"),
    ("return page", _another_page, "answers 200"),
    ("return page", _a_page_that_looks_alike, "not as checkoutPage does"),
    ("return page", _page_without_secrets, "answers 503"),
    ("return page", _page_that_moved, "answers 301"),
    ("return page", _page_in_caches, "Cache-Control: public, max-age=600"),
    ("return page", _page_that_names_itself, "its own address"),
    ("storage rules", _no_storage_rules, "there are none"),
    ("storage rules", _open_storage_rules, "others than storage.rules"),
    ("storage rules", _no_rules_in_the_release, "others than storage.rules"),
    ("alert policies", _no_policies, "'Kippu: A hold is lost' is missing"),
    ("alert policies", _policy_twice, "is there 2 times"),
    ("alert policies", _policy_off, "is switched off"),
    ("alert policies", _policy_without_channel, "tells nobody"),
    ("alert policies", _policy_of_old, "is not of this version"),
]


@pytest.mark.parametrize(("name", "disturb", "says"), SEEDS, ids=[seed.__name__.strip("_") for _, seed, _ in SEEDS])
def test_a_misconfiguration_turns_exactly_its_line_red(
    answers: Answers, stripe_url: str, name: str, disturb: Callable[[Answers], None], says: str
) -> None:
    disturb(answers)
    lines = examined(answers, stripe_url)
    assert by_status(lines, "wrong") == {name}, lines
    assert by_status(lines, "ok") == set(NAMES) - {name}
    assert says in lines[name].detail
    assert PROJECT in lines[name].remedy or "wait" in lines[name].remedy or "delete" in lines[name].remedy


FINGERPRINT, OTHER_FINGERPRINT = ":".join(["AB"] * 32), ":".join(["0F"] * 32)
APP = {
    "CHECKOUT_APP_LINK": "https://app.shop.example/purchase",
    "CHECKOUT_ANDROID_PACKAGE": "example.shop",
    "CHECKOUT_ANDROID_FINGERPRINTS": FINGERPRINT,
}
ASSET_LINKS = web_path("https://app.shop.example/.well-known/assetlinks.json")


def statement(package: str = "example.shop", fingerprint: str = FINGERPRINT, namespace: str = "android_app") -> Any:
    target = {"namespace": namespace, "package_name": package, "sha256_cert_fingerprints": [fingerprint]}
    return {"relation": ["delegate_permission/common.handle_all_urls"], "target": target}


def asset_links(content: Any, status: int = 200, kind: str = "application/json") -> tuple[int, Any]:
    return website(status, content if isinstance(content, str) else json.dumps(content), content_type=kind)


def test_an_app_link_whose_host_names_the_app_is_green(answers: Answers, stripe_url: str) -> None:
    other = {"relation": ["delegate_permission/common.get_login_creds"], "target": {"namespace": "web", "site": "x"}}
    answers[ASSET_LINKS] = asset_links([other, statement("another.app"), statement(fingerprint=FINGERPRINT.lower())])
    lines = examined(answers, stripe_url, environment=APP)
    assert by_status(lines, "ok") == set(NAMES), lines
    assert lines["App Link"].detail == "app.shop.example is example.shop's"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (failure(404, "NOT_FOUND"), "answers 404"),
        (asset_links("", status=302), "answers 302, and Android follows no redirect"),
        (asset_links([statement()], kind="text/html"), "is text/html"),
        (asset_links("<html>"), "is no list of statements"),
        (asset_links({"relation": []}), "is no list of statements"),
        (asset_links([{"relation": statement()["relation"]}]), "is no list of statements"),
        (asset_links([]), "lets example.shop open no links"),
        (asset_links([statement("another.app")]), "lets example.shop open no links"),
        (asset_links([statement(namespace="web")]), "lets example.shop open no links"),
        (asset_links([statement() | {"relation": ["delegate_permission/common.get_login_creds"]}]), "open no links"),
        (asset_links([statement(fingerprint=OTHER_FINGERPRINT)]), f"lacks {FINGERPRINT}"),
    ],
)
def test_an_app_link_that_android_would_not_believe_is_red(
    answers: Answers, stripe_url: str, answer: Any, says: str
) -> None:
    answers[ASSET_LINKS] = answer
    lines = examined(answers, stripe_url, environment=APP)
    assert by_status(lines, "wrong") == {"App Link"}, lines
    assert says in lines["App Link"].detail


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"CHECKOUT_APP_LINK": "http://app.shop.example/purchase"}, "no https address"),
        ({"CHECKOUT_APP_LINK": f"https://{PROJECT}.web.app/app"}, "the return page's own host"),
        ({"CHECKOUT_APP_LINK": ""}, "the return page has no button"),
        ({"CHECKOUT_ANDROID_PACKAGE": ""}, "the package is missing"),
        ({"CHECKOUT_ANDROID_FINGERPRINTS": ""}, "fingerprints"),
        ({"CHECKOUT_ANDROID_FINGERPRINTS": f"{FINGERPRINT},AB:CD"}, "fingerprints"),
    ],
    ids=str,
)
def test_an_app_link_that_is_not_set_up_whole_is_red(
    answers: Answers, stripe_url: str, change: dict[str, str], says: str
) -> None:
    answers[ASSET_LINKS] = asset_links([statement()])
    lines = examined(answers, stripe_url, environment=APP | change)
    assert by_status(lines, "wrong") == {"App Link"}, lines
    assert says in lines["App Link"].detail
    assert lines["App Link"].remedy


def test_the_return_page_of_a_parameter_is_the_one_that_is_visited(answers: Answers, stripe_url: str) -> None:
    own = "https://pay.shop.example/pay/return"
    answers[web_path(own)] = answers.pop(RETURN_PAGE)
    assert examined(answers, stripe_url)["return page"].status == "wrong"
    assert examined(answers, stripe_url, environment=SCHEME | {"CHECKOUT_PAGE_URL": own})["return page"].detail == own


def test_where_no_page_is_sold_on_nothing_of_it_is_asked_for(answers: Answers, stripe_url: str) -> None:
    del answers[RETURN_PAGE]
    lines = examined(answers, stripe_url, environment={"DOMAINS": "consultation,points"})
    assert {lines[name].detail for name in ("Hosting", "return page", "App Link")} == {
        "nothing is sold on Stripe's page"
    }


UNREADABLE = {
    "indexes": INDEXES,
    "schedules": JOBS,
    "alert policies": POLICIES,
    "storage rules": RELEASES,
    "rules": RELEASE,
    "first documents": documents_path("imecons"),
    "secret QR_SIGNING_KEYS": secret_path("QR_SIGNING_KEYS"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_may_not_be_read_is_skipped_with_the_reason(answers: Answers, stripe_url: str, name: str) -> None:
    answers[UNREADABLE[name]] = failure(403, "PERMISSION_DENIED")
    lines = examined(answers, stripe_url)
    # Who may not read a secret cannot say whether its newest version is bound.
    beside = {"secrets bound"} if name.startswith("secret ") else set()
    assert by_status(lines, "skipped") == {name} | beside
    assert "answers 403 PERMISSION_DENIED" in lines[name].detail
    assert by_status(lines, "wrong") == set()


@pytest.mark.parametrize("body", [{}, {"error": "no"}, {"error": {}}], ids=str)
def test_a_refusal_in_no_known_form_is_one_too(answers: Answers, stripe_url: str, body: Any) -> None:
    answers[JOBS] = (500, body)
    lines = examined(answers, stripe_url)
    assert by_status(lines, "skipped") == {"schedules"}
    assert "cloudscheduler answers 500" in lines["schedules"].detail


def test_what_is_not_deployed_is_not_called_fine(answers: Answers, stripe_url: str) -> None:
    schedules = [
        it for it in _all_functions(answers) if it["name"].endswith(("Payments", "Sessions", "Authorizations"))
    ]
    answers[FUNCTIONS] = (200, {"functions": schedules})
    lines = examined(answers, stripe_url)
    assert by_status(lines, "wrong") == {"functions deployed"}
    assert by_status(lines, "skipped") == {"functions open", "App Check deployed"}


def _all_functions(answers: Answers) -> list[Any]:
    return [*answers[FUNCTIONS][1]["functions"], *answers[f"{FUNCTIONS}?p2"][1]["functions"]]


def test_a_region_that_google_cannot_reach_is_not_taken_for_an_empty_one(answers: Answers, stripe_url: str) -> None:
    answers[FUNCTIONS][1]["unreachable"] = [f"{PARENT}/locations/{local.REGION}"]
    lines = examined(answers, stripe_url)
    assert {"functions deployed", "region deployed"} <= by_status(lines, "skipped")
    assert by_status(lines, "wrong") == set()


def test_google_out_of_reach_skips_with_the_reason(stripe_url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        base = f"http://127.0.0.1:{free_port()}/{{service}}"
        web = f"http://127.0.0.1:{free_port()}/"
        project = GoogleProject(PROJECT, session, base=base, stripe_base=stripe_url, web=web)
        repository = Repository(PROJECT)
        repository.environment.update(APP)
        lines = lines_of(Case(repository, project))
    assert by_status(lines, "ok") == {"firebase.json", "local settings", "App Check", "region in the pages", "Hosting"}
    assert by_status(lines, "wrong") == set()
    assert "does not answer" in lines["rules"].detail


def test_before_the_first_deployment_only_what_it_needs_is_asked_for(answers: Answers, stripe_url: str) -> None:
    only_secrets = {path: answer for path, answer in answers.items() if path.startswith("/secretmanager")}
    lines = examined(only_secrets, stripe_url, before=True)
    assert by_status(lines, "wrong") == set()
    assert by_status(lines, "skipped") == set(NAMES[NAMES.index("functions deployed") :])
    # Control: afterwards the same project has everything missing.
    lists = (FUNCTIONS, INDEXES, FIELDS, JOBS, POLICIES, RELEASES, *map(documents_path, FIRST))
    empty: Answers = {**only_secrets, **{path: (200, {}) for path in lists}}
    after = examined(empty, stripe_url)
    assert by_status(after, "wrong") == {
        "functions deployed",
        "indexes",
        "TTL policies",
        "indexes switched off",
        "rules",
        "storage rules",
        "first documents",
        "return page",
        "alert policies",
    }


def test_without_credentials_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "APPENGINE_RUNTIME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="gcloud auth application-default login"):
        authorized(PROJECT)


def test_cloud_runs_own_address_of_the_webhook_is_as_good(answers: Answers) -> None:
    with StripeSimulator(api_keys=(STRIPE_KEY,)) as simulator:
        simulator.add_webhook(WEBHOOK_URI, events=domains.event_types(), api_version=API_VERSION)
        lines = examined(answers, simulator.url)
        assert by_status(lines, "ok") == set(NAMES), lines
        twin = f"https://{local.REGION}-{PROJECT}.cloudfunctions.net/stripeWebhook"
        simulator.add_webhook(twin, events=domains.event_types(), api_version=API_VERSION)
        assert "2 endpoints" in examined(answers, simulator.url)["webhook URL"].detail


def test_a_project_that_could_not_be_looked_at_is_not_called_fine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_: str) -> requests.Session:
        raise Unavailable("no Google credentials")

    monkeypatch.setattr("devkit.doctor.__main__.authorized", nobody)
    assert main(["--project", "shop-live"]) == 2
    assert capsys.readouterr().out.splitlines()[-1].endswith("0 wrong")
