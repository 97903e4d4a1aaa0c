"""What can be checked without a network: the repository's own files and parameters."""

from __future__ import annotations

import re

from common.environment import LOCAL_ONLY
from devkit.doctor.checks import Case, Found, Wrong
from devkit.doctor.repository import CODEBASE

_OLDEST_MINOR = 11


def firebase_json(case: Case) -> Found:
    """The codebase, its runtime, and the files that a deployment takes."""
    config = case.repository.json("firebase.json")
    ours = [entry for entry in config.get("functions", []) if entry.get("codebase") == CODEBASE]
    if len(ours) != 1 or ours[0].get("source") != "functions":
        return [f"no codebase {CODEBASE!r} with the source functions"]
    runtime = str(ours[0].get("runtime", ""))
    python = re.fullmatch(r"python3(\d+)", runtime)
    if not python or int(python[1]) < _OLDEST_MINOR:
        remedy = f"name python3{_OLDEST_MINOR} or newer in firebase.json"
        raise Wrong(f"{runtime or 'no runtime'} is no Python runtime, or older than the code", remedy)
    return [
        f"firestore.{kind} is not {name}"
        for kind, name in (("rules", "firestore.rules"), ("indexes", "firestore.indexes.json"))
        if config.get("firestore", {}).get(kind) != name or not (case.repository.root / name).exists()
    ] or f"codebase {CODEBASE}, {runtime}"


def local_settings(case: Case) -> Found:
    """A deployed function refuses to start with variables of the local stack."""
    if case.repository.local:
        return "a local project"
    return [f"{name} is set" for name in LOCAL_ONLY if case.repository.environment.get(name)] or "none is set"


def app_check(case: Case) -> Found:
    """Whether the next deployment will refuse calls without an App Check token."""
    on = is_true(case.repository.parameters["ENFORCE_APP_CHECK"])
    if case.repository.local:
        return f"{'on' if on else 'off'}: local clients have no token"
    return "on" if on else ["off: any script may call the functions"]


def region(case: Case) -> Found:
    """The app is built after the pages, so they must name the region that the parameters choose."""
    wanted = case.repository.region
    return [
        f"{page} says {', '.join(sorted(named - {wanted})) or 'none'}"
        for page, named in case.repository.documented_regions().items()
        if named != {wanted}
    ] or wanted


def is_true(value: str) -> bool:
    """As the SDK reads a Boolean parameter."""
    return value.lower() == "true"
