"""Checks of this repository, which need no network."""

import re

from firebase_functions.params import SecretParam

from common import params
from common.environment import LOCAL_ONLY
from devkit.doctor.checks import Case, Found, Wrong
from devkit.doctor.project import CODEBASE, is_true

_OLDEST_MINOR = 11
_DEPLOYED_FILES = (
    ("firestore", "rules", "firestore.rules"),
    ("firestore", "indexes", "firestore.indexes.json"),
    ("storage", "rules", "storage.rules"),
)
_SECRETS = [it for it in vars(params).values() if isinstance(it, SecretParam)]
_PAGES_WITH_REGION = ("deploying", "flutterflow", "operations")
# Google's names of regions, which are also a part of host names: asia-northeast1, us-central1.
_REGION = re.compile(r"\b(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d\b")


def firebase_json(case: Case) -> Found:
    """The codebase, its runtime, and the files of rules and indexes."""
    config = case.repository.json("firebase.json")
    ours = [entry for entry in config.get("functions", []) if entry.get("codebase") == CODEBASE]
    if len(ours) != 1 or ours[0].get("source") != "functions":
        return [f"no codebase {CODEBASE!r} with the source functions"]
    runtime = str(ours[0].get("runtime", ""))
    python = re.fullmatch(r"python3(\d+)", runtime)
    if not python or int(python[1]) < _OLDEST_MINOR:
        problem = f"{runtime or 'no runtime'} is no Python runtime, or older than the code"
        raise Wrong(problem, f"name python3{_OLDEST_MINOR} or newer in firebase.json")
    if not any(pattern.startswith("!{") for pattern in ours[0].get("ignore", [])):
        return ["whatever lies in functions/ would be uploaded, because ignore does not name what is"]
    return [
        f"{product}.{kind} is not {name}"
        for product, kind, name in _DEPLOYED_FILES
        if config.get(product, {}).get(kind) != name or not (case.repository.root / name).exists()
    ] or f"codebase {CODEBASE}, {runtime}"


def local_settings(case: Case) -> Found:
    """No variable of the local stack, with which a deployed function refuses to start, and no secret."""
    if case.repository.local:
        return "a local project"
    found = {name for name, value in case.repository.environment.items() if value}
    return [
        *(f"{name} is set" for name in (*LOCAL_ONLY, "FUNCTIONS_EMULATOR") if name in found),
        *(f"{secret.name} is no parameter, but a secret" for secret in _SECRETS if secret.name in found),
    ] or "none is set"


def app_check(case: Case) -> Found:
    """On for this project."""
    on = is_true(case.repository.parameter("ENFORCE_APP_CHECK"))
    if case.repository.local:
        return f"{'on' if on else 'off'}: local clients have no token"
    return "on" if on else ["off: any script may call the functions"]


def region_in_the_pages(case: Case) -> Found:
    """The app is built after the pages, so they must name the region that the parameters choose."""
    wanted = case.names["region"]
    in_both_languages = [f"docs/{page}{language}.md" for page in _PAGES_WITH_REGION for language in ("", ".ja")]
    pages = [page for page in in_both_languages if (case.repository.root / page).exists()]
    named = {page: set(_REGION.findall(case.repository.text(page))) for page in pages}
    astray = {page: sorted(found - {wanted}) for page, found in named.items() if found != {wanted}}
    return [f"{page} says {', '.join(others) or 'none'}" for page, others in astray.items()] or wanted
