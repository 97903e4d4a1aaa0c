"""ops/alerts/: every error a person must see has an alert, every alert matches what is logged and has its runbooks."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

import main as deployed
from common import call_log, incidents, log
from common.alerts import Alert
from common.errors import CallReason, Refusal
from devkit.docs import alert_tables
from devkit.docs.markdown import anchor
from devkit.docs.regions import language_of
from devkit.docs.words import words
from devkit.process import ROOT
from payments.reasons import PaymentReason
from tests.support.pages import OPERATIONS, OPERATIONS_JA, codes, generated, section, sources, strings, text

FOLDER = ROOT / "ops" / "alerts"
FILES = sorted(FOLDER.glob("*.json"))
POLICIES: dict[str, dict[str, Any]] = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FILES}
PREFIX = "Kippu: "
# Fields of AlertPolicy that `gcloud monitoring policies create` takes; name and channels belong to a project.
FIELDS = {"displayName", "documentation", "severity", "combiner", "conditions", "alertStrategy"}
LOG_FILTER = re.compile(
    r'resource\.type="cloud_run_revision" AND severity>=ERROR AND jsonPayload\.message=\(("[^"]+"(?: OR "[^"]+")*)\)'
)
METRIC_FILTER = re.compile(
    r'resource\.type="cloud_run_revision" AND resource\.labels\.service_name="([a-z]+)"'
    r' AND metric\.type="run\.googleapis\.com/request_count"'
    r' AND metric\.labels\.response_code_class(?:!=|=)"2xx"'
)
METRICS = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / "ops" / "metrics").glob("*.json"))
}
OWN_METRIC_FILTER = re.compile(
    r'resource\.type="cloud_run_revision" AND metric\.type="logging\.googleapis\.com/user/(\w+)"'
)
each_policy = pytest.mark.parametrize("name", POLICIES)
in_both_languages = pytest.mark.parametrize("page", [OPERATIONS, OPERATIONS_JA], ids=lambda page: str(page.name))


def title(name: str) -> str:
    return str(POLICIES[name]["displayName"]).removeprefix(PREFIX)


def runbook(page: Path, name: str) -> str:
    """The heading of a policy's runbook in the page's language."""
    (policy,) = (policy for policy in alert_tables.policies() if policy.file == name)
    return policy.runbook(language_of(page))


def conditions(kind: str) -> list[dict[str, Any]]:
    return [found[kind] for policy in POLICIES.values() for found in policy["conditions"] if kind in found]


def messages(condition: dict[str, Any]) -> list[str]:
    """The messages a log filter matches."""
    match = LOG_FILTER.fullmatch(condition["filter"])
    assert match, condition["filter"]
    return re.findall(r'"([^"]+)"', match[1])


ALERTED = [message for condition in conditions("conditionMatchedLog") for message in messages(condition)]


def seconds(duration: str) -> int:
    assert re.fullmatch(r"\d+s", duration)
    return int(duration[:-1])


@each_policy
def test_a_policy_has_the_form_that_cloud_monitoring_imports(name: str) -> None:
    policy = POLICIES[name]
    assert set(policy) == FIELDS
    assert policy["displayName"].startswith(PREFIX)
    assert policy["combiner"] == "OR"
    assert policy["severity"] in ("CRITICAL", "ERROR", "WARNING")
    assert policy["documentation"]["mimeType"] == "text/markdown"
    assert len(policy["documentation"]["content"].encode()) <= 8_192
    assert all(set(condition) - {"displayName"} <= KINDS and len(condition) == 2 for condition in policy["conditions"])
    assert 1_800 <= seconds(policy["alertStrategy"]["autoClose"]) <= 604_800


KINDS = {"conditionMatchedLog", "conditionAbsent", "conditionThreshold"}


@each_policy
def test_an_alert_on_a_log_line_stands_alone_and_limits_its_notifications(name: str) -> None:
    policy = POLICIES[name]
    matched = [condition for condition in policy["conditions"] if "conditionMatchedLog" in condition]
    # Cloud Monitoring refuses a log condition beside others or without a limit, and a limit without a log condition.
    assert len(policy["conditions"]) == 1 or not matched
    assert ("notificationRateLimit" in policy["alertStrategy"]) == bool(matched)
    for condition in matched:
        extracted = condition["conditionMatchedLog"]["labelExtractors"]
        assert extracted == {field: f"EXTRACT(jsonPayload.{field})" for field in ("message", "function")}


def test_an_alert_on_a_metric_is_one_that_cloud_monitoring_evaluates() -> None:
    metric = [*conditions("conditionAbsent"), *conditions("conditionThreshold")]
    assert len(metric) == 8
    for condition in metric:
        known = METRIC_FILTER.fullmatch(condition["filter"]) or OWN_METRIC_FILTER.fullmatch(condition["filter"])
        assert known, condition["filter"]
        (aggregation,) = condition["aggregations"]
        assert seconds(aggregation["alignmentPeriod"]) % 60 == 0
        assert seconds(condition["duration"]) % 60 == 0
        assert (aggregation["perSeriesAligner"], aggregation["crossSeriesReducer"]) == ("ALIGN_DELTA", "REDUCE_SUM")
    for condition in conditions("conditionAbsent"):
        assert 120 <= seconds(condition["duration"]) <= 84_600
        assert seconds(condition["duration"]) >= 3 * 300


@pytest.mark.parametrize(
    ("name", "every"), [("sweep_absent", 300), ("reconcile_absent", 24 * 3600)], ids=["sweeps", "reconciliation"]
)
def test_the_pause_between_two_good_runs_is_no_absence(name: str, every: int) -> None:
    for found in POLICIES[name]["conditions"]:
        condition = found["conditionAbsent"]
        # A run's point counts for as long as it is aligned; only then does the absence begin.
        seen = seconds(condition["aggregations"][0]["alignmentPeriod"])
        assert every < seen + seconds(condition["duration"]) <= 3 * 86_400
        assert seen <= 86_400


def test_every_metric_names_a_service_that_is_deployed_and_every_schedule_is_watched() -> None:
    named = {
        match[1]
        for condition in [*conditions("conditionAbsent"), *conditions("conditionThreshold")]
        if (match := METRIC_FILTER.fullmatch(condition["filter"]))
    }
    # A function's service at Cloud Run has the function's name in small letters.
    assert named <= {name.lower() for name in deployed.MODULES}
    schedules = {"entrypoints.sweeps", "entrypoints.reconcile", "checkout.schedule", "admission.schedule"}
    assert {name.lower() for name, module in deployed.MODULES.items() if module in schedules} <= named
    assert "stripewebhook" in named


def test_every_metric_of_ours_is_watched_and_no_other() -> None:
    matches = map(OWN_METRIC_FILTER.fullmatch, (condition["filter"] for condition in conditions("conditionThreshold")))
    assert {match[1] for match in matches if match} == set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_the_form_that_cloud_logging_takes(name: str) -> None:
    assert set(METRICS[name]) == {"description", "filter", "metricDescriptor"}
    assert METRICS[name]["metricDescriptor"] == {"metricKind": "DELTA", "valueType": "INT64", "unit": "1"}
    assert len(METRICS[name]["filter"]) < 20_000


def test_the_metric_counts_the_lines_as_they_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    call_log.refused(Refusal(PaymentReason.PAYMENT_UNAVAILABLE))
    call_log.refused(Refusal(CallReason.BUSY))
    unavailable, busy = map(json.loads, capsys.readouterr().out.splitlines())
    counted = METRICS["kippu_calls_unavailable"]["filter"]
    assert f'jsonPayload.message="{unavailable["message"]}"' in counted
    assert f'jsonPayload.status="{unavailable["status"]}"' in counted
    assert f'"{busy["status"]}"' not in counted
    messages = set(re.findall(r'jsonPayload\.message="([^"]+)"', counted))
    assert messages <= {"refused"} | {text for tree in sources() for text in strings(tree)}


def test_every_alert_has_one_policy() -> None:
    assert sorted(ALERTED) == sorted(Alert)


def test_every_alert_is_raised_somewhere() -> None:
    named = {
        node.attr
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Alert"
    }
    assert named == set(Alert.__members__)


def test_every_alert_is_asserted_by_a_test() -> None:
    tests = [file for file in (ROOT / "tests").rglob("*.py") if file.parent.name != "docs"]
    asserted = {word for file in tests for said in strings(ast.parse(text(file))) for word in (said, *said.split('"'))}
    assert [str(alert) for alert in Alert if alert not in asserted] == []


@in_both_languages
def test_every_alert_has_its_row_with_the_severity_and_the_runbook_of_its_policy(page: Path) -> None:
    rows = {codes(row[0])[0]: row for row in generated(page, "alerts")}
    assert sorted(rows) == sorted(Alert)
    assert len(rows) == len(generated(page, "alerts"))
    for name, policy in POLICIES.items():
        logged = [found["conditionMatchedLog"] for found in policy["conditions"] if "conditionMatchedLog" in found]
        for message in (each for condition in logged for each in messages(condition)):
            _, severity, happened, to_do = rows[message]
            assert severity.startswith(policy["severity"])
            assert to_do.endswith(f"→ [{runbook(page, name)}](#{anchor(runbook(page, name))})")
            assert happened
            assert not to_do.startswith("→")


@in_both_languages
def test_the_alerts_that_are_kept_as_incidents_are_marked(page: Path) -> None:
    mark = {"en": ", incident", "ja": "、インシデント"}[language_of(page)]
    marked = {codes(row[0])[0] for row in generated(page, "alerts") if row[1].endswith(mark)}
    assert marked == {str(alert) for alert in incidents.ALERTS}


@in_both_languages
def test_every_policy_has_its_row_with_what_it_watches(page: Path) -> None:
    rows = {codes(row[3])[0]: row for row in generated(page, "policies")}
    assert sorted(rows) == [f"ops/alerts/{name}.json" for name in sorted(POLICIES)]
    for name, policy in POLICIES.items():
        link, severity, watched, _ = rows[f"ops/alerts/{name}.json"]
        assert link == f"[{runbook(page, name)}](#{anchor(runbook(page, name))})"
        assert severity == policy["severity"]
        logged = [found["conditionMatchedLog"] for found in policy["conditions"] if "conditionMatchedLog" in found]
        assert all(f"`{message}`" in watched for condition in logged for message in messages(condition))
        assert watched


@pytest.mark.parametrize("message", ALERTED)
def test_the_filter_matches_the_line_as_it_is_logged(message: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.start("stripeWebhook")
    log.error(Alert(message), ticket="t1")
    line = json.loads(capsys.readouterr().err)
    assert (line["severity"], line["message"]) == ("ERROR", message)
    # A line with nothing but a message becomes textPayload, which the filter would not see.
    assert set(line) - {"severity", "message"} >= {"function", "requestId"}


@each_policy
def test_every_policy_says_where_its_runbook_is_in_both_languages(name: str) -> None:
    told = POLICIES[name]["documentation"]["content"]
    assert runbook(OPERATIONS, name) == title(name)
    assert f'docs/operations.md, section "{title(name)}"' in told
    assert f"docs/operations.ja.md「{runbook(OPERATIONS_JA, name)}」" in told


@in_both_languages
@each_policy
def test_every_policy_has_a_runbook_with_steps(page: Path, name: str) -> None:
    assert re.search(r"^1\. ", section(page, runbook(page, name)), flags=re.M)


def test_there_are_words_for_the_alerts_and_policies_that_exist_and_for_no_others() -> None:
    assert sorted(words("alerts")["messages"]) == sorted(Alert)
    assert sorted(words("alerts")["runbooks"]) == sorted(POLICIES)


def test_the_titles_differ() -> None:
    assert len({policy["displayName"] for policy in POLICIES.values()}) == len(POLICIES)


@in_both_languages
def test_operations_imports_the_whole_folder(page: Path) -> None:
    assert "for file in ops/alerts/*.json; do" in text(page)
    assert "for file in ops/metrics/*.json; do" in text(page)
