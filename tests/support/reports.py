"""What reconciliations left: their reports, oldest first, and what they keep until it is resolved."""

from __future__ import annotations

from typing import Any

from .driver import Driver


def reports(driver: Driver) -> list[dict[str, Any]]:
    """Every report."""
    found = driver.db.collection("reconciliations").order_by("started_at").stream()
    return [report.to_dict() or {} for report in found]


def reconciled(driver: Driver) -> dict[str, Any]:
    """Reconcile, and give the report."""
    driver.reconcile()
    return reports(driver)[-1]


def kept(driver: Driver) -> list[str]:
    """What is kept, by id."""
    return sorted(found.id for found in driver.db.collection("reconciliation_differences").list_documents())


def texts(report: dict[str, Any]) -> list[str]:
    """What the differences of a report say."""
    return [difference["text"] for difference in report["differences"]]
