"""Checks of what Firestore and Storage have deployed: indexes, TTL policies, rules."""

from collections.abc import Mapping

from devkit.doctor.checks import Case, Found, Wrong

_LAST_WINS = "the last deployment wins, also FlutterFlow's"


def indexes(case: Case) -> Found:
    """All of ours are ready; others are the app's own."""
    wanted = case.repository.indexes()
    return _unlike(wanted, case.project.indexes()) or f"{len(wanted)} ready"


def ttl(case: Case) -> Found:
    """All of ours are active."""
    wanted = case.repository.ttl()
    return _unlike(wanted, case.project.ttl()) or f"{len(wanted)} active"


def exemptions(case: Case) -> Found:
    """An ever-growing time in an index would slow every write; nobody searches by these."""
    wanted = case.repository.not_indexed()
    problems = [f"{field} is indexed" for field in sorted(wanted - case.project.not_indexed())]
    return problems or f"{len(wanted)} switched off"


def rules(case: Case) -> Found:
    """Exactly those of firestore.rules."""
    found, ours = case.project.rules(), case.repository.text("firestore.rules")
    if found is None:
        return ["there are none"]
    if found.strip() != ours.strip():
        return [f"others than firestore.rules: {_LAST_WINS}"]
    return "those of firestore.rules"


def storage_rules(case: Case) -> Found:
    """Exactly those of storage.rules, for every bucket that has rules."""
    found, ours = case.project.storage_rules(), case.repository.text("storage.rules")
    if not found:
        return ["there are none, or no bucket"]
    others = [bucket for bucket, rules in found.items() if rules.strip() != ours.strip()]
    return [f"{bucket} has others than storage.rules: {_LAST_WINS}" for bucket in others] or "those of storage.rules"


def _unlike(wanted: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """What is in another state than the wanted one."""
    problems = [f"{name} is {there.get(name, 'missing')}" for name in wanted if there.get(name) != wanted[name]]
    if problems and all(problem.endswith("is CREATING") for problem in problems):
        raise Wrong("; ".join(problems), "Firestore is building it: wait some minutes and run this again")
    return problems
