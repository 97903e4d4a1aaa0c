"""The page for operators knows every message that the functions log."""

from __future__ import annotations

import ast
import re

from tests.support.pages import (
    OPERATIONS,
    codes,
    section,
    sources,
    strings,
    table,
)

LOG_CALLS = ("warning", "error", "exception")


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
