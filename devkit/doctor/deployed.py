"""What a deployment must have brought: functions, indexes, TTL policies, rules."""

from __future__ import annotations

from collections.abc import Iterator

from devkit.doctor import repository
from devkit.doctor.checks import Case, Wrong, none_of
from devkit.doctor.files import is_true
from devkit.doctor.project import Function, Index, Secret
from devkit.local import WEBHOOK


def functions(case: Case) -> str:
    """All are there, serve, and run on the runtime of firebase.json; none is left of an older version."""
    declared, found = set(repository.functions()), case.project.functions()
    names = {function.name for function in found}
    runtime = case.repository.json("firebase.json")["functions"][0].get("runtime")
    problems = [
        *(f"{name} is missing" for name in sorted(declared - names)),
        *(f"{name} is not of this version" for name in sorted(names - declared)),
        *(f"{function.name} is {function.state}" for function in found if function.state != "ACTIVE"),
        *(f"{function.name} runs on {function.runtime}" for function in found if function.runtime not in ("", runtime)),
    ]
    return none_of(problems, case.deploy, f"{len(declared)} serve")


def public(case: Case) -> str:
    """Anybody may call what the app and Stripe call. The CLI grants that to a new function, and never again."""
    declared = repository.functions()
    called = {name for name, function in declared.items() if function.callable} | {WEBHOOK}
    closed = [function for function in case.functions if function.name in called and not case.project.public(function)]
    return none_of(
        (f"{function.name} refuses every call (403)" for function in closed),
        "for each, its name in small letters: gcloud run services add-iam-policy-binding <name> "
        f"--region {case.repository.region} --member=allUsers --role=roles/run.invoker --project {case.project.name}",
        f"{len(called)} may be called",
    )


def region(case: Case) -> str:
    """Where they were deployed to: the app calls one region."""
    wanted = case.repository.region
    astray = [f"{function.name} is in {function.region}" for function in case.functions if function.region != wanted]
    return none_of(astray, f"REGION is {wanted}: deploy, then delete those elsewhere", wanted)


def secrets(case: Case) -> str:
    """Every function has the secrets it declares, in their newest version."""
    declared = repository.functions()
    known = [function for function in case.functions if function.name in declared]
    newest = {name: case.project.secret(name) for name in set().union(*(declared[f.name].secrets for f in known))}
    problems = [problem for f in known for problem in _secret_problems(f, declared[f.name].secrets, newest)]
    return none_of(problems, case.deploy, f"bound to {len(known)} functions")


def _secret_problems(function: Function, names: frozenset[str], newest: dict[str, Secret | None]) -> Iterator[str]:
    for name in sorted(names):
        secret = newest[name]
        if secret is None:
            # The secret's own line says so.
            continue
        bound = function.secrets.get(name)
        if bound is None:
            yield f"{function.name} lacks {name}"
        elif bound not in (secret.version, "latest"):
            yield f"{function.name} keeps version {bound} of {name}, the newest is {secret.version}"


def app_check(case: Case) -> str:
    """Whether the deployed callables refuse calls without an App Check token."""
    if case.repository.local:
        return "local clients have no token"
    callables = {name for name, declared in repository.functions().items() if declared.callable}
    open_ = [
        function.name
        for function in case.functions
        if function.name in callables and not is_true(function.environment.get("ENFORCE_APP_CHECK", "true"))
    ]
    return none_of((f"{name} takes calls without a token" for name in open_), case.deploy, "enforced")


def indexes(case: Case) -> str:
    """Every composite index is there and built. Others are the app's own."""
    there = {_key(index): index.state for index in case.project.indexes()}
    wanted = case.repository.indexes()
    problems = [
        f"{index.collection} ({', '.join(path for path, _ in index.fields)}) is {there.get(_key(index), 'missing')}"
        for index in wanted
        if there.get(_key(index)) != "READY"
    ]
    return none_of(problems, _built(case, problems), f"{len(wanted)} ready")


def ttl(case: Case) -> str:
    """Every TTL policy is there and works."""
    there = {(field.collection, field.path): field.ttl for field in case.project.fields()}
    wanted = [(field.collection, field.path) for field in case.repository.fields() if field.ttl]
    problems = [
        f"{collection}.{path} is {there.get((collection, path)) or 'missing'}"
        for collection, path in wanted
        if there.get((collection, path)) != "ACTIVE"
    ]
    return none_of(problems, _built(case, problems), f"{len(wanted)} active")


def exemptions(case: Case) -> str:
    """What nobody searches by has no index: an ever-growing time in one would slow every write."""
    there = {(field.collection, field.path) for field in case.project.fields() if not field.indexed}
    wanted = [(field.collection, field.path) for field in case.repository.fields() if not field.indexed]
    problems = [f"{collection}.{path} is indexed" for collection, path in wanted if (collection, path) not in there]
    return none_of(problems, case.deploy, f"{len(wanted)} switched off")


def rules(case: Case) -> str:
    """The rules in force are the repository's: FlutterFlow's own deployment replaces them."""
    found = case.project.rules()
    if found is None:
        raise Wrong("there are none", case.deploy)
    if found.strip() != case.repository.text("firestore.rules").strip():
        raise Wrong("others than firestore.rules: the last deployment wins, also FlutterFlow's", case.deploy)
    return "those of firestore.rules"


def _built(case: Case, problems: list[str]) -> str:
    creating = problems and all(problem.endswith("is CREATING") for problem in problems)
    return "Firestore is building it: wait some minutes and run this again" if creating else case.deploy


def _key(index: Index) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return index.collection, index.scope, index.fields
