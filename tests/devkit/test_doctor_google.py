"""`make doctor` against Google's REST interfaces in their documented shapes, served on loopback."""

from __future__ import annotations

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
from devkit.stripe_sim import StripeSimulator
from devkit.stripe_sim.events import API_VERSION
from entrypoints import domains

from .doctor_google import (
    FIELDS,
    FUNCTIONS,
    INDEXES,
    PARENT,
    PROJECT,
    RELEASE,
    RULESET,
    STALE,
    WEBHOOK_URI,
    Answers,
    failure,
    function,
    healthy,
    policy,
    policy_path,
    secret,
    secret_path,
    serving,
)

NAMES = [check.name for check in CHECKS]
KEY = "STRIPE_SECRET_KEY"


@pytest.fixture(scope="module")
def stripe_url() -> Iterator[str]:
    with StripeSimulator(api_keys=(local.STRIPE_KEY,)) as simulator:
        url = f"https://{local.REGION}-{PROJECT}.cloudfunctions.net/stripeWebhook"
        simulator.add_webhook(url, events=domains.event_types(), api_version=API_VERSION)
        yield simulator.url


@pytest.fixture
def answers() -> Answers:
    return healthy()


def lines_of(case: Case) -> dict[str, Line]:
    return {check.name: check.line(case) for check in CHECKS}


def examined(answers: Answers, stripe_url: str, *, before: bool = False) -> dict[str, Line]:
    with serving(answers) as base, requests.Session() as session:
        session.trust_env = False
        project = GoogleProject(PROJECT, session, base=base, stripe_base=stripe_url)
        return lines_of(Case(Repository(PROJECT), project, before=before))


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
    answers[INDEXES][1]["indexes"][0]["fields"][1]["order"] = "ASCENDING"


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


def test_what_may_not_be_read_is_skipped_with_the_reason(answers: Answers, stripe_url: str) -> None:
    answers[INDEXES] = failure(403, "PERMISSION_DENIED")
    lines = examined(answers, stripe_url)
    assert by_status(lines, "skipped") == {"indexes"}
    assert "firestore answers 403 PERMISSION_DENIED" in lines["indexes"].detail
    assert by_status(lines, "wrong") == set()


def test_a_region_that_google_cannot_reach_is_not_taken_for_an_empty_one(answers: Answers, stripe_url: str) -> None:
    answers[FUNCTIONS][1]["unreachable"] = [f"{PARENT}/locations/{local.REGION}"]
    lines = examined(answers, stripe_url)
    assert {"functions deployed", "region deployed"} <= by_status(lines, "skipped")
    assert by_status(lines, "wrong") == set()


def test_google_out_of_reach_skips_with_the_reason(stripe_url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        base = f"http://127.0.0.1:{free_port()}/{{service}}"
        project = GoogleProject(PROJECT, session, base=base, stripe_base=stripe_url)
        lines = lines_of(Case(Repository(PROJECT), project))
    assert by_status(lines, "ok") == {"firebase.json", "local settings", "App Check", "region in the pages"}
    assert by_status(lines, "wrong") == set()
    assert "does not answer" in lines["rules"].detail


def test_before_the_first_deployment_only_what_it_needs_is_asked_for(answers: Answers, stripe_url: str) -> None:
    only_secrets = {path: answer for path, answer in answers.items() if path.startswith("/secretmanager")}
    lines = examined(only_secrets, stripe_url, before=True)
    assert by_status(lines, "wrong") == set()
    assert by_status(lines, "skipped") == set(NAMES[NAMES.index("functions deployed") :])
    # Control: afterwards the same project has everything missing.
    empty: Answers = {**only_secrets, FUNCTIONS: (200, {}), INDEXES: (200, {}), FIELDS: (200, {})}
    after = examined(empty, stripe_url)
    assert by_status(after, "wrong") == {
        "functions deployed",
        "indexes",
        "TTL policies",
        "indexes switched off",
        "rules",
    }


def test_without_credentials_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "APPENGINE_RUNTIME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="gcloud auth application-default login"):
        authorized(PROJECT)


def test_cloud_runs_own_address_of_the_webhook_is_as_good(answers: Answers) -> None:
    with StripeSimulator(api_keys=(local.STRIPE_KEY,)) as simulator:
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
