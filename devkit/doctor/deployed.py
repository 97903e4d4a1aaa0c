"""What a deployment must have brought: functions, indexes, TTL policies, rules."""

from __future__ import annotations

from collections.abc import Iterable

from devkit.doctor import repository
from devkit.doctor.checks import Case, Found, Wrong
from devkit.doctor.files import is_true
from devkit.local import WEBHOOK


def functions(case: Case) -> Found:
    """All are there, serve, and run on the runtime of firebase.json; none is left of an older version."""
    declared, found = set(repository.functions()), case.project.functions()
    names = {function.name for function in found}
    runtime = case.repository.json("firebase.json")["functions"][0].get("runtime")
    return [
        *(f"{name} is missing" for name in sorted(declared - names)),
        *(f"{name} is not of this version" for name in sorted(names - declared)),
        *(f"{function.name} is {function.state}" for function in found if function.state != "ACTIVE"),
        *(f"{function.name} runs on {function.runtime}" for function in found if function.runtime not in ("", runtime)),
    ] or f"{len(declared)} serve"


def public(case: Case) -> Found:
    """Anybody may call what the app and Stripe call. The CLI grants that to a new function, and never again."""
    called = _callables() | {WEBHOOK}
    return [
        f"{function.name} refuses every call (403)"
        for function in case.functions
        if function.name in called and not case.project.public(function)
    ] or f"{len(called)} may be called"


def region(case: Case) -> Found:
    """Where they were deployed to: the app calls one region."""
    wanted = case.repository.region
    return [f"{function.name} is in {function.region}" for function in case.functions if function.region != wanted] or (
        wanted
    )


def secrets(case: Case) -> Found:
    """Every function has the secrets it declares, in their newest version. One that is not set has its own line."""
    declared = repository.functions()
    known = [function for function in case.functions if function.name in declared]
    newest = {name: case.project.secret(name) for name in set().union(*(declared[f.name].secrets for f in known))}
    problems = []
    for function, name in ((f, name) for f in known for name in sorted(declared[f.name].secrets)):
        bound, secret = function.secrets.get(name), newest[name]
        if secret and bound is None:
            problems.append(f"{function.name} lacks {name}")
        elif secret and bound not in (secret.version, "latest"):
            problems.append(f"{function.name} keeps version {bound} of {name}, the newest is {secret.version}")
    return problems or f"bound to {len(known)} functions"


def app_check(case: Case) -> Found:
    """Whether the deployed callables refuse calls without an App Check token."""
    if case.repository.local:
        return "local clients have no token"
    return [
        f"{function.name} takes calls without a token"
        for function in case.functions
        if function.name in _callables() and not is_true(function.environment.get("ENFORCE_APP_CHECK", "true"))
    ] or "enforced"


def indexes(case: Case) -> Found:
    """Every composite index is there and built. Others are the app's own."""
    there, wanted = case.project.indexes(), case.repository.indexes()
    return (
        _unless_building(
            f"{index.collection} ({', '.join(path for path, _ in index.fields)}) is {there.get(index, 'missing')}"
            for index in wanted
            if there.get(index) != "READY"
        )
        or f"{len(wanted)} ready"
    )


def ttl(case: Case) -> Found:
    """Every TTL policy is there and works."""
    there = {(field.collection, field.path): field.ttl for field in case.project.fields()}
    wanted = [(field.collection, field.path) for field in case.repository.fields() if field.ttl]
    return (
        _unless_building(
            f"{collection}.{path} is {there.get((collection, path)) or 'missing'}"
            for collection, path in wanted
            if there.get((collection, path)) != "ACTIVE"
        )
        or f"{len(wanted)} active"
    )


def exemptions(case: Case) -> Found:
    """What nobody searches by has no index: an ever-growing time in one would slow every write."""
    there = {field[:2] for field in case.project.fields() if not field.indexed}
    wanted = [field[:2] for field in case.repository.fields() if not field.indexed]
    return [f"{'.'.join(field)} is indexed" for field in wanted if field not in there] or f"{len(wanted)} switched off"


def rules(case: Case) -> Found:
    """The rules in force are the repository's: FlutterFlow's own deployment replaces them."""
    found = case.project.rules()
    if found is None:
        return ["there are none"]
    if found.strip() != case.repository.text("firestore.rules").strip():
        return ["others than firestore.rules: the last deployment wins, also FlutterFlow's"]
    return "those of firestore.rules"


def _callables() -> set[str]:
    return {name for name, declared in repository.functions().items() if declared.callable}


def _unless_building(problems: Iterable[str]) -> list[str]:
    """The problems; raises Wrong, with patience as its remedy, when every one is an index that is being built."""
    found = list(problems)
    if found and all(problem.endswith("is CREATING") for problem in found):
        raise Wrong("; ".join(found), "Firestore is building it: wait some minutes and run this again")
    return found
