"""Which parts of firestore.rules no case reached, from the emulator's coverage report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

# A constant has one value by definition.
_CONSTANTS: Final = ("true", "false")


def gaps(report: dict[str, Any]) -> list[str]:
    """Every expression that never had a value, and every condition that was never true or never false.

    Args:
        report: as `Database.coverage` returns it. There, `{}` stands for an expression that was skipped, and
            `undefined` for one that could not be evaluated; neither proves anything.

    Returns:
        One readable line per gap, with the line number in firestore.rules.
    """
    source: str = report["rules"]["files"][0]["content"]
    lines: list[str] = []
    for expression in _expressions(report["report"]):
        at = expression["sourcePosition"]
        text = " ".join(source[at["currentOffset"] : at["endOffset"] + 1].split())
        values = [
            value for item in expression.get("values", []) if (value := item["value"]) and "undefined" not in value
        ]
        answers = {value["boolValue"] for value in values if "boolValue" in value}
        if not values:
            lines.append(f"line {at['line']}: never evaluated: {text}")
        elif len(answers) == 1 and text not in _CONSTANTS:
            lines.append(f"line {at['line']}: always {str(answers.pop()).lower()}: {text}")
    return sorted(lines)


def _expressions(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _expressions(node.get("children", []))
