"""The pages for FlutterFlow, in both languages: their code calls the functions as they are, queries have indexes."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from consultation import push_messages
from devkit.docs.signatures import signature
from devkit.kit.items import items
from devkit.process import ROOT
from tests.support import dart
from tests.support.flutterflow_pages import both_pages, rows, same_section
from tests.support.pages import FLUTTERFLOW, codes, sources, strings, table, text

ITEMS = {item.name: item for item in items()}
LOCAL_FUNCTIONS = {"payLocally"}
"""Served by the local stack, and never deployed."""
DIRECTIONS = {"昇順": "ascending", "降順": "descending"}
PEOPLE = {"コンサルタント": "consultant", "購入者": "buyer", "お客様": "customer"}


def dart_calls() -> list[tuple[str, set[str]]]:
    """Every function the Dart code calls, with the fields it sends."""
    blocks = "\n".join(re.findall(r"```dart\n(.*?)```", text(FLUTTERFLOW), flags=re.DOTALL))
    return dart.calls(blocks)


def test_the_dart_code_makes_the_whole_purchase() -> None:
    called = [name for name, _ in dart_calls()]
    assert {"createPaymentIntent", "confirmTicket", "redeemTicketCode"} <= set(called)
    assert {"answerConsultation", "endConsultation", "cancelPaymentIntent"} <= set(called)


def test_the_dart_code_shows_scans_awards_and_spends() -> None:
    called = {name for name, _ in dart_calls()}
    assert {"issueSecureQR", "verifySecureQR", "requestPointAward"} <= called
    assert {"awardPoints", "declinePointAward", "usePoints"} <= called


def test_the_dart_code_buys_shows_and_hands_on_event_tickets() -> None:
    called = {name for name, _ in dart_calls()}
    assert {"searchEvents", "getEventDetails", "getSeatMap", "purchaseTicket", "payOrder", "confirmOrder"} <= called
    assert {
        "getUserTickets",
        "getTicketQR",
        "cancelTicket",
        "joinWaitlist",
        "offerTransfer",
        "acceptTransfer",
    } <= called
    assert {"validateTicket", "findTickets", "undoEntry"} <= called


def test_the_dart_code_lets_people_leave() -> None:
    assert "deleteAccount" in {name for name, _ in dart_calls()}


def test_the_dart_code_sends_what_the_functions_accept() -> None:
    deployed = [(name, fields) for name, fields in dart_calls() if name not in LOCAL_FUNCTIONS]
    for name, fields in deployed:
        dart.assert_accepted(name, fields)


@both_pages
def test_what_the_screens_call_is_there(page: Path) -> None:
    titles = [
        title for title in re.findall(r"^### (.+)$", text(FLUTTERFLOW), flags=re.M) if title.startswith("Screens ")
    ]
    cells = [
        row[3] for title in titles for row in rows(page, title) if len(row) == 4 and not title.endswith("by state")
    ]
    named = {code for cell in cells for code in codes(cell)}
    # What is camelCase in these cells is called or handed over; the rest is shown.
    called = {code for code in named if re.fullmatch(r"[a-z]+([A-Z]\w*)+", code)}
    arguments = {argument.name for item in ITEMS.values() for argument in signature(item).arguments}
    assert called & {*ITEMS}
    assert called - {*ITEMS} <= arguments | {"targetId"}


@both_pages
def test_the_pages_that_notifications_open_are_screens(page: Path) -> None:
    opened = {"DMRoom", "PointEarnConfirmation", "EventTickets"}
    assert opened <= {name for tree in sources() for name in strings(tree)}
    assert opened <= {*codes(same_section(page, "Screens"))}


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


@both_pages
def test_every_query_with_a_filter_and_an_order_has_its_index(page: Path) -> None:
    checked = 0
    for _, collection, where, order in rows(page, "Queries"):
        fields = codes(where)
        if not fields or order == "–":
            continue
        field, direction = order.replace("`", "").split()
        either = fields[:2] if " or " in where or " または " in where else fields[:1]
        for person in either:
            wanted = tuple(sorted([person, *fields[len(either) :]]))
            sorted_by = f"{field} {DIRECTIONS.get(direction, direction)}"
            assert (collection.strip("`"), wanted, sorted_by) in composite_indexes()
            checked += 1
    assert checked


@both_pages
def test_the_notifications_are_those_that_are_sent(page: Path) -> None:
    listed = {title: PEOPLE.get(who, who) for _, who, title in rows(page, "Push notifications")}
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


@both_pages
def test_a_cancelled_ticket_has_the_text_of_its_reason(page: Path) -> None:
    code = ITEMS["cancelReasonText"].snippet
    said: dict[str, str] = {}
    waiting: list[str] = []
    for reason, sentence in re.findall(r"case '(\w+)':|return '(.+)';", code):
        waiting += [reason] if reason else []
        if sentence:
            said |= dict.fromkeys(waiting, sentence)
            waiting = []
    default = re.findall(r"return '(.+)';", code)[-1]
    listed = {code: sentence for reasons, sentence in cancel_reasons(page) for code in codes(reasons)}
    assert {reason: said.get(reason, default) for reason in listed} == {r: s.strip("「」") for r, s in listed.items()}
    assert set(said) <= set(listed)


def cancel_reasons(page: Path) -> list[list[str]]:
    return table(same_section(page, "Screens of a consultation by state"), "`cancel_reason`")


@both_pages
def test_the_dependency_by_git_names_the_package_and_its_folder(page: Path) -> None:
    by_git = same_section(page, "By git")
    pubspec = text(ROOT / "flutterflow" / "pubspec.yaml")
    assert re.findall(r"^name: (\w+)$", pubspec, flags=re.M) == re.findall(r"```yaml\n(\w+):", by_git)
    assert "    path: flutterflow\n" in by_git


def test_both_pages_say_the_same_of_documents_and_screens() -> None:
    japanese = FLUTTERFLOW.with_name("flutterflow.ja.md")
    titles = [
        title for title in re.findall(r"^##+ (.+)$", text(FLUTTERFLOW), flags=re.M) if title.startswith("Screens ")
    ]
    for title in [*titles, "Documents the screens read", "Queries"]:
        english = [sorted(codes("".join(row))) for row in rows(FLUTTERFLOW, title)]
        assert [sorted(codes("".join(row))) for row in rows(japanese, title)] == english, title
