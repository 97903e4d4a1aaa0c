"""The documentation says what the code does: generated pages are fresh, and every name a page uses exists."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import stripe
from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

import main as deployed
from common import params
from common.errors import all_reasons
from consultation import push_messages
from consultation.ticket import Terms
from devkit import docs
from devkit.process import ROOT
from entrypoints.stripe_webhook import HANDLED_EVENTS

README = ROOT / "README.md"
FLUTTERFLOW = ROOT / "docs" / "flutterflow.md"
OPERATIONS = ROOT / "docs" / "operations.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
LOG_CALLS = ("warning", "error", "exception")
_ids = [page.name for page in PAGES]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_code(page: Path) -> str:
    return re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)


def section(page: Path, title: str) -> str:
    """What stands below a heading, up to the next one that is as high."""
    heading = re.search(rf"^(#+) {re.escape(title)}$", text(page), flags=re.M)
    assert heading, f"{page.name} has no section {title}"
    rest = text(page)[heading.end() :]
    return re.split(rf"^#{{1,{len(heading[1])}}} ", rest, maxsplit=1, flags=re.M)[0]


def table(markdown: str, first: str) -> list[list[str]]:
    """The rows of the table whose first heading is `first`."""
    lines = markdown.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    assert rows
    return rows


def codes(markdown: str) -> list[str]:
    return re.findall(r"`([^`]+)`", markdown)


# ---- Generated pages


def test_generated_pages_are_fresh() -> None:
    assert docs.stale(ROOT / "docs") == [], "run make docs"


def test_generating_twice_gives_the_same() -> None:
    assert docs.pages() == docs.pages()


def test_a_stale_a_missing_and_an_orphaned_file_are_found_and_mended(tmp_path: Path) -> None:
    assert docs.main([], tmp_path) == 0
    assert docs.main(["--check"], tmp_path) == 0
    (tmp_path / "api.md").write_text(text(tmp_path / "api.md") + " ", encoding="utf-8")
    (tmp_path / "states.md").unlink()
    (tmp_path / "schemas" / "gone.json").write_text("{}", encoding="utf-8")
    assert docs.stale(tmp_path) == ["api.md", "schemas/gone.json", "states.md"]
    assert docs.main(["--check"], tmp_path) == 1
    assert docs.main([], tmp_path) == 0
    assert docs.stale(tmp_path) == []


def test_the_api_page_has_every_function_and_every_reason() -> None:
    page = text(ROOT / "docs" / "api.md")
    titles = re.findall(r"^## (\w+)$", page, flags=re.M)
    assert titles == list(deployed.MODULES)
    assert {reason.name for reason in all_reasons()} - set(codes(page)) == set()


def test_every_field_of_the_api_page_has_a_meaning() -> None:
    rows = [line for line in text(ROOT / "docs" / "api.md").splitlines() if line.startswith("| ")]
    assert rows
    assert [row for row in rows if re.search(r"\| +\|$", row)] == []


@pytest.mark.parametrize("name", [name for name in docs.pages() if name.endswith(".json")])
def test_a_schema_accepts_what_the_model_requires(name: str) -> None:
    schema = json.loads(text(ROOT / "docs" / name))
    request = schema["$defs"]["request"]
    model = getattr(deployed, Path(name).stem).__kippu__.request
    required = {field.alias for field in model.model_fields.values() if field.is_required()}
    assert set(request.get("required", ())) == required
    assert request["additionalProperties"] is False


# ---- Links, files, commands


def slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page)):
        path, _, anchor = target.partition("#")
        assert not target.startswith("http"), "a page that moves makes a link of ours wrong"
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", without_code(file), flags=re.M)
            assert anchor in {slug(title) for title in titles}, target


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_files_that_are_named_exist(page: Path) -> None:
    folders = "|".join(re.escape(folder.name) for folder in ROOT.iterdir() if folder.is_dir())
    files = rf"(?:{folders})/[\w./-]*|[\w.-]+\.(?:rules|toml)|firebase\.json|firestore\.indexes\.json"
    for name in codes(without_code(page)):
        if re.fullmatch(files, name) and "<" not in name:
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", text(ROOT / "Makefile"), flags=re.M))
    blocks = re.findall(r"```sh\n(.*?)```", text(page), flags=re.DOTALL)
    commands = "\n".join([*codes(without_code(page)), *blocks])
    assert set(re.findall(r"\bmake ([a-z][\w-]*)", commands)) - targets == set()


def test_the_readme_names_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", text(ROOT / "Makefile"), flags=re.M)) - {"help"}
    assert targets - set(re.findall(r"\bmake ([a-z][\w-]*)", text(README))) == set()


def test_the_readme_lists_every_function_once() -> None:
    listed = [name for _, names in table(section(README, "Functions"), "for") for name in codes(names)]
    assert sorted(listed) == sorted(deployed.MODULES)


# ---- Configuration


def declared() -> dict[str, tuple[str, str]]:
    """Kind and default of every parameter and secret of common/params.py."""
    found = {}
    for value in vars(params).values():
        if isinstance(value, SecretParam):
            found[value.name] = ("secret", "–")
        elif isinstance(value, (BoolParam, IntParam, StringParam)):
            found[value.name] = ("parameter", f"`{str(value.default).lower()}`")
    return found


def test_the_configuration_table_is_what_is_declared() -> None:
    rows = table(section(README, "Configuration"), "name")
    assert {name.strip("`"): (kind, default) for name, kind, default, _ in rows} == declared()


def test_the_terms_table_is_the_terms() -> None:
    rows = table(section(README, "First documents"), "term")
    assert {name.strip("`"): int(default) for name, default, _ in rows} == asdict(Terms())


def test_the_webhook_is_subscribed_to_exactly_what_is_handled() -> None:
    listed = re.findall(r"^  - `(.+)`$", section(README, "Stripe webhook"), flags=re.M)
    assert listed == list(HANDLED_EVENTS)


def test_the_api_version_is_the_sdks() -> None:
    assert f"`{stripe.api_version}`" in section(README, "Stripe webhook")


def test_the_runtime_is_the_deployed_one() -> None:
    runtime = json.loads(text(ROOT / "firebase.json"))["functions"][0]["runtime"]
    assert f"`{runtime}`" in section(README, "Deploying")


# ---- Log messages


def strings(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def sources() -> Iterator[ast.Module]:
    for file in sorted((ROOT / "functions").glob("*/*.py")):
        yield ast.parse(text(file))


def logged() -> set[str]:
    """The message of every warning and error the functions log."""
    return {
        message
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in {("log", name) for name in LOG_CALLS}
        and node.args
        for message in strings(node.args[0])
    }


def test_operations_knows_every_message_and_no_other() -> None:
    alerts, warnings = re.split(r"^These are warnings", section(OPERATIONS, "Alerts"), flags=re.M)
    documented = {codes(row[0])[0] for part in (alerts, warnings) for row in table(part, "message")}
    assert logged() - documented == set()
    # Some messages are chosen by an expression, so they are looked for among all strings.
    assert documented - set().union(*(strings(tree) for tree in sources())) == set()


# ---- FlutterFlow


def dart_calls() -> list[tuple[str, set[str]]]:
    """Every function the Dart code calls, with the fields it sends."""
    blocks = "\n".join(re.findall(r"```dart\n(.*?)```", text(FLUTTERFLOW), flags=re.DOTALL))
    calls = re.findall(r"callKippu\(\s*'(\w+)',(.*?)\)(?:;|,)", blocks, flags=re.DOTALL)
    return [(name, set(re.findall(r"'(\w+)':", arguments))) for name, arguments in calls]


def test_the_dart_code_makes_the_whole_purchase() -> None:
    called = [name for name, _ in dart_calls()]
    assert {"createPaymentIntent", "confirmTicket", "redeemTicketCode"} <= set(called)
    assert {"answerConsultation", "endConsultation", "cancelPaymentIntent"} <= set(called)


def test_the_dart_code_shows_scans_awards_and_spends() -> None:
    called = {name for name, _ in dart_calls()}
    assert {"issueSecureQR", "verifySecureQR", "requestPointAward"} <= called
    assert {"awardPoints", "declinePointAward", "usePoints"} <= called


def test_the_dart_code_sends_what_the_functions_accept() -> None:
    for name, fields in dart_calls():
        model = getattr(deployed, name).__kippu__.request
        aliases = {field.alias for field in model.model_fields.values()}
        assert fields, name
        assert fields <= aliases, name
        required = {field.alias for field in model.model_fields.values() if field.is_required()}
        assert required <= fields, name


def composite_indexes() -> set[tuple[str, tuple[str, ...], str]]:
    """Collection, equality fields and sort field with its direction, of every declared index."""
    indexes: list[dict[str, Any]] = json.loads(text(ROOT / "firestore.indexes.json"))["indexes"]
    return {
        (
            index["collectionGroup"],
            tuple(sorted(field["fieldPath"] for field in index["fields"][:-1])),
            f"{index['fields'][-1]['fieldPath']} {index['fields'][-1]['order'].lower()}",
        )
        for index in indexes
    }


def test_every_query_with_a_filter_and_an_order_has_its_index() -> None:
    checked = 0
    for _, collection, where, order in table(section(FLUTTERFLOW, "Queries"), "screen"):
        fields = codes(where)
        if not fields or order == "–":
            continue
        field, direction = order.replace("`", "").split()
        either = fields[:2] if " or " in where else fields[:1]
        for person in either:
            wanted = tuple(sorted([person, *fields[len(either) :]]))
            assert (collection.strip("`"), wanted, f"{field} {direction}") in composite_indexes()
            checked += 1
    assert checked


def test_the_notifications_are_those_that_are_sent() -> None:
    listed = {title: who for _, who, title in table(section(FLUTTERFLOW, "Push notifications"), "when")}
    sent = {title: "consultant" if who == "imecon" else who for who, title, _ in push_messages._MESSAGES.values()}
    assert listed == sent | dict.fromkeys(directly_sent(), "customer")


def directly_sent() -> set[str]:
    """The titles that stand in a call of ``push.send`` itself: those of the points programme."""
    titles = {
        keyword.value.value
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "send"
        for keyword in node.keywords
        if keyword.arg == "title" and isinstance(keyword.value, ast.Constant)
    }
    assert titles
    return {str(title) for title in titles}
