"""What can be checked without a network: the repository's own files and parameters."""

from __future__ import annotations

from common.environment import LOCAL_ONLY
from devkit.doctor.checks import Case, Wrong, none_of
from devkit.doctor.repository import CODEBASE
from devkit.errors import DevkitError
from devkit.runtime import interpreter_name

OLDEST = (3, 11)


def firebase_json(case: Case) -> str:
    """The codebase, its runtime, and the files that a deployment takes."""
    config = case.repository.json("firebase.json")
    ours = [entry for entry in config.get("functions", []) if entry.get("codebase") == CODEBASE]
    if len(ours) != 1 or ours[0].get("source") != "functions":
        raise Wrong(f"no codebase {CODEBASE!r} with the source functions", "restore it in firebase.json")
    runtime = str(ours[0].get("runtime", ""))
    _check_runtime(runtime)
    for kind, name in (("rules", "firestore.rules"), ("indexes", "firestore.indexes.json")):
        if config.get("firestore", {}).get(kind) != name or not (case.repository.root / name).exists():
            raise Wrong(f"firestore.{kind} is not {name}", "restore it in firebase.json")
    return f"codebase {CODEBASE}, {runtime}"


def _check_runtime(runtime: str) -> None:
    try:
        version = tuple(int(part) for part in interpreter_name(runtime).removeprefix("python").split("."))
    except DevkitError as error:
        raise Wrong(f"{runtime or 'no runtime'} is not a Python runtime", "name one, such as python313") from error
    if version < OLDEST:
        raise Wrong(f"{runtime} is older than the code", "name python311 or newer in firebase.json")


def local_settings(case: Case) -> str:
    """A deployed function refuses to start with variables of the local stack."""
    if case.repository.local:
        return "a local project"
    set_ = [name for name in LOCAL_ONLY if case.repository.environment.get(name)]
    return none_of(
        (f"{name} is set" for name in set_),
        f"remove it from functions/.env and functions/.env.{case.repository.project or '<project>'}",
        "none is set",
    )


def app_check(case: Case) -> str:
    """Whether the next deployment will refuse calls without an App Check token."""
    on = is_true(case.repository.parameters["ENFORCE_APP_CHECK"])
    if case.repository.local:
        return f"{'on' if on else 'off'}: local clients have no token"
    if not on:
        raise Wrong("off: any script may call the functions", "remove ENFORCE_APP_CHECK=false from the .env files")
    return "on"


def region(case: Case) -> str:
    """The app is built after the pages, so they must name the region that the parameters choose."""
    wanted = case.repository.region
    return none_of(
        (
            f"{page} says {', '.join(sorted(named - {wanted})) or 'none'}"
            for page, named in case.repository.documented_regions().items()
            if named != {wanted}
        ),
        f"REGION is {wanted}: correct the page (and the app), or the parameter",
        wanted,
    )


def is_true(value: str) -> bool:
    """As the SDK reads a Boolean parameter."""
    return value.lower() == "true"
