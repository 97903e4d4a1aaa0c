"""The page for operators knows every message that the functions log."""

from __future__ import annotations

import ast
import re

from common.alerts import Alert
from tests.support.pages import (
    OPERATIONS,
    codes,
    section,
    sources,
    strings,
    table,
)


def warned() -> set[str]:
    """The message of every warning that the functions log."""
    return {
        message
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) == ("log", "warning")
        and node.args
        for message in strings(node.args[0])
    }


def test_operations_knows_every_message_and_no_other() -> None:
    alerts, warnings = re.split(r"^These are warnings", section(OPERATIONS, "Alerts"), flags=re.M)
    documented = [{codes(row[0])[0] for row in table(part, "message")} for part in (alerts, warnings)]
    assert documented == [set(Alert), warned()]
