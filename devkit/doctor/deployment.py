"""Checks of the functions that are deployed, and of the jobs that call them."""

from collections.abc import Iterator
from typing import Any

from devkit.doctor.checks import Case, Found
from devkit.doctor.project import Function, Schedule, declared, is_true, schedule_id, secrets_of


def deployed(case: Case) -> Found:
    """All functions and no old ones, active, on the runtime of firebase.json."""
    wanted, found = set(declared()), case.project.functions()
    names = {function.name for function in found}
    runtime = case.repository.json("firebase.json")["functions"][0].get("runtime")
    return [
        *(f"{name} is missing" for name in sorted(wanted - names)),
        *(f"{name} is not of this version" for name in sorted(names - wanted)),
        *(f"{function.name} is {function.state}" for function in found if function.state != "ACTIVE"),
        *(f"{function.name} runs on {function.runtime}" for function in found if function.runtime not in ("", runtime)),
    ] or f"{len(wanted)} serve"


def open_to_all(case: Case) -> Found:
    """Apps, Stripe and browsers may call. The CLI lets everybody call a new function, and never grants that again."""
    called = case.deployed(_callables() | {name for name, it in declared().items() if it.httpsTrigger is not None})
    closed = (f.name for f in called if not case.project.public(f))
    return [f"{name} refuses every call (403)" for name in closed] or f"{len(called)} may be called"


def region(case: Case) -> Found:
    """All where the app calls them."""
    wanted = case.names["region"]
    return [f"{f.name} is in {f.region}" for f in case.functions if f.region != wanted] or wanted


def secrets_bound(case: Case) -> Found:
    """Every function has the newest version of its secrets."""
    wanted = {name: secrets_of(function) for name, function in declared().items()}
    known = case.deployed(wanted)
    newest = {name: case.project.secret(name) for name in {name for f in known for name in wanted[f.name]}}
    problems = []
    for function, name in ((f, name) for f in known for name in wanted[f.name]):
        # A secret that is not set has a line of its own.
        bound, secret = function.secrets.get(name), newest[name]
        if secret and bound is None:
            problems.append(f"{function.name} lacks {name}")
        elif secret and bound not in (secret.version, "latest"):
            problems.append(f"{function.name} keeps version {bound} of {name}, the newest is {secret.version}")
    return problems or f"bound to {len(known)} functions"


def app_check(case: Case) -> Found:
    """No callable takes a call without a token."""
    if case.repository.local:
        return "local clients have no token"
    lax = [f for f in case.deployed(_callables()) if not is_true(f.environment.get("ENFORCE_APP_CHECK", "true"))]
    return [f"{function.name} takes calls without a token" for function in lax] or "enforced"


def schedules(case: Case) -> Found:
    """Every schedule has its job, which runs when and where it should."""
    timed = {name: it.scheduleTrigger for name, it in declared().items() if it.scheduleTrigger is not None}
    if not timed:
        return "none is needed"
    region, found = case.names["region"], {function.name: function for function in case.functions}
    jobs = case.project.schedules(region)
    return [
        f"{name} {problem}"
        for name, wanted in timed.items()
        for problem in _job_problems(jobs.get(schedule_id(name, region)), wanted, found.get(name))
    ] or f"{len(timed)} run"


def _job_problems(job: Schedule | None, wanted: Any, function: Function | None) -> Iterator[str]:
    if job is None:
        yield "has no job"
        return
    if job.state != "ENABLED":
        yield f"is {job.state}"
    when = (wanted["schedule"], wanted["timeZone"])
    if (job.schedule, job.time_zone) != when:
        yield "runs {} ({}), not {} ({})".format(job.schedule, job.time_zone, *when)
    # A function that is not deployed has a line of its own.
    if function and job.uri.rstrip("/") != function.uri.rstrip("/"):
        yield f"calls {job.uri or 'nothing'}"


def _callables() -> set[str]:
    return {name for name, function in declared().items() if function.callableTrigger is not None}
