"""The page for FlutterFlow calls the functions as they are, and its queries have their indexes."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from consultation import push_messages
from devkit.process import ROOT
from tests.support import dart
from tests.support.pages import (
    FLUTTERFLOW,
    codes,
    section,
    sources,
    table,
    text,
)


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


def test_the_dart_code_lets_people_leave() -> None:
    assert "deleteAccount" in {name for name, _ in dart_calls()}


def test_the_dart_code_sends_what_the_functions_accept() -> None:
    for name, fields in dart_calls():
        dart.assert_accepted(name, fields)


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
