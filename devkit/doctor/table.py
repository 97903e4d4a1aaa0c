"""Every check in the order in which it is printed; docs/operations.md says what must be true."""

import contextlib
import re
from collections.abc import Mapping
from typing import Any

import stripe

from common.environment import LOCAL_ONLY
from devkit.doctor.checks import DEPLOYMENT, FILES, SECRETS, Case, Check, Found, Wrong
from devkit.doctor.project import CODEBASE, Unavailable, declared, secrets_of
from devkit.local import WEBHOOK
from entrypoints import domains
from qr.tokens import parse_keys

_OLDEST_MINOR = 11
_PAGES_WITH_REGION = ("README.md", "docs/flutterflow.md", "docs/operations.md")
# Google's names of regions, which are also a part of host names: asia-northeast1, us-central1.
_REGION = re.compile(r"\b(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d\b")
_KEY = re.compile(r"(?:sk|rk)_(test|live)_\w+")
_WEBHOOK_SECRET = re.compile(r"\s*whsec_\w+\s*")
_IN_THE_DASHBOARD = "in Stripe's dashboard (Developers, Webhooks)"


# ---- This repository, without a network


def _firebase_json(case: Case) -> Found:
    config = case.repository.json("firebase.json")
    ours = [entry for entry in config.get("functions", []) if entry.get("codebase") == CODEBASE]
    if len(ours) != 1 or ours[0].get("source") != "functions":
        return [f"no codebase {CODEBASE!r} with the source functions"]
    runtime = str(ours[0].get("runtime", ""))
    python = re.fullmatch(r"python3(\d+)", runtime)
    if not python or int(python[1]) < _OLDEST_MINOR:
        problem = f"{runtime or 'no runtime'} is no Python runtime, or older than the code"
        raise Wrong(problem, f"name python3{_OLDEST_MINOR} or newer in firebase.json")
    return [
        f"firestore.{kind} is not {name}"
        for kind, name in (("rules", "firestore.rules"), ("indexes", "firestore.indexes.json"))
        if config.get("firestore", {}).get(kind) != name or not (case.repository.root / name).exists()
    ] or f"codebase {CODEBASE}, {runtime}"


def _local_settings(case: Case) -> Found:
    # A deployed function refuses to start with variables of the local stack.
    if case.repository.local:
        return "a local project"
    return [f"{name} is set" for name in LOCAL_ONLY if case.repository.environment.get(name)] or "none is set"


def _app_check(case: Case) -> Found:
    on = _is_true(case.repository.parameter("ENFORCE_APP_CHECK"))
    if case.repository.local:
        return f"{'on' if on else 'off'}: local clients have no token"
    return "on" if on else ["off: any script may call the functions"]


def _region_in_the_pages(case: Case) -> Found:
    # The app is built after the pages, so they must name the region that the parameters choose.
    wanted = case.names["region"]
    named = {page: set(_REGION.findall(case.repository.text(page))) for page in _PAGES_WITH_REGION}
    astray = {page: sorted(found - {wanted}) for page, found in named.items() if found != {wanted}}
    return [f"{page} says {', '.join(others) or 'none'}" for page, others in astray.items()] or wanted


# ---- The secrets, and Stripe


def _stripe_key(case: Case) -> Found:
    found = _KEY.fullmatch(case.secret("STRIPE_SECRET_KEY"))
    wanted = "live" if case.live else "test"
    if not found:
        raise Wrong("not a secret or restricted key (sk_…, rk_…)", "copy it again from Stripe's dashboard")
    if found[1] != wanted:
        remedy = f"set the key of {wanted} mode, or run this {'without' if case.live else 'with'} --live"
        raise Wrong(f"a key of {found[1]} mode, {wanted} mode is wanted", remedy)
    return f"{wanted} mode"


def _webhook_secrets(case: Case) -> Found:
    secrets = case.secret("STRIPE_WEBHOOK_SECRETS").split(",")
    well_formed = all(_WEBHOOK_SECRET.fullmatch(secret) for secret in secrets)
    return f"{len(secrets)} in force" if well_formed else ["not whsec_… separated by commas"]


def _qr_keys(case: Case) -> Found:
    try:
        return f"{len(parse_keys(case.secret('QR_SIGNING_KEYS')))} in force"
    except ValueError as error:
        # A JSON error's text may hold a piece of a key.
        return ["not JSON" if hasattr(error, "doc") else str(error)]


def _key_accepted(case: Case) -> Found:
    problem = case.stripe.key_problem()
    return [problem] if problem else "accepted"


def _webhook_url(case: Case) -> Found:
    urls = _urls(case)
    found = [endpoint.url for endpoint in case.endpoints if endpoint.url in urls]
    if len(found) > 1:
        raise Wrong(f"{len(found)} endpoints lead there", f"delete all but one {_IN_THE_DASHBOARD}")
    if not found:
        elsewhere = ", ".join(endpoint.url for endpoint in _named(case))
        raise Wrong(f"it leads to {elsewhere}" if elsewhere else "there is none", f"set {urls[0]} {_IN_THE_DASHBOARD}")
    return str(found[0])


def _webhook_events(case: Case) -> Found:
    endpoint, wanted = _endpoint(case), set(domains.event_types())
    found = set(endpoint.enabled_events)
    differences = {"missing": sorted(wanted - found), "not handled": sorted(found - wanted)}
    if problems := [f"{kind} {', '.join(names)}" for kind, names in differences.items() if names]:
        remedy = f"subscribe {endpoint.id} to exactly the events of README.md {_IN_THE_DASHBOARD}"
        raise Wrong("; ".join(problems), remedy)
    return f"the {len(wanted)} that are handled"


def _webhook_version(case: Case) -> Found:
    endpoint = _endpoint(case)
    if endpoint.api_version != stripe.api_version:
        raise Wrong(
            f"{endpoint.api_version or 'the account default'}, the SDK speaks {stripe.api_version}",
            f"it cannot be changed: add an endpoint of version {stripe.api_version} by the API (README.md), append its "
            f"secret to STRIPE_WEBHOOK_SECRETS, deploy, and then delete {endpoint.id}",
        )
    return stripe.api_version


def _webhook_status(case: Case) -> Found:
    # Stripe disables an endpoint that fails for days.
    endpoint = _endpoint(case)
    if endpoint.status != "enabled":
        raise Wrong("disabled", f"enable {endpoint.id} {_IN_THE_DASHBOARD}, then run reconcilePayments by hand")
    return "enabled"


def _urls(case: Case) -> list[str]:
    """The documented address, and Cloud Run's own once it is deployed."""
    urls = [case.project.webhook_url(case.names["region"])]
    with contextlib.suppress(Unavailable):
        urls += [function.uri for function in case.functions if function.name == WEBHOOK and function.uri]
    return urls


def _endpoint(case: Case) -> Any:
    """The endpoint that is ours, or was meant to be: a wrong URL has a line of its own."""
    urls = _urls(case)
    candidates = [endpoint for endpoint in case.endpoints if endpoint.url in urls] or _named(case)
    if not candidates:
        raise Unavailable("there is no endpoint to look at")
    return candidates[0]


def _named(case: Case) -> list[Any]:
    return [endpoint for endpoint in case.endpoints if endpoint.url.rstrip("/").endswith(f"/{WEBHOOK}")]


# ---- A deployment


def _deployed(case: Case) -> Found:
    wanted, found = set(declared()), case.project.functions()
    names = {function.name for function in found}
    runtime = case.repository.json("firebase.json")["functions"][0].get("runtime")
    return [
        *(f"{name} is missing" for name in sorted(wanted - names)),
        *(f"{name} is not of this version" for name in sorted(names - wanted)),
        *(f"{function.name} is {function.state}" for function in found if function.state != "ACTIVE"),
        *(f"{function.name} runs on {function.runtime}" for function in found if function.runtime not in ("", runtime)),
    ] or f"{len(wanted)} serve"


def _open(case: Case) -> Found:
    # The CLI lets everybody call a new function, and never grants that again.
    called = _callables() | {WEBHOOK}
    closed = (f.name for f in case.functions if f.name in called and not case.project.public(f))
    return [f"{name} refuses every call (403)" for name in closed] or f"{len(called)} may be called"


def _region_deployed(case: Case) -> Found:
    # The app calls one region.
    wanted = case.names["region"]
    return [f"{f.name} is in {f.region}" for f in case.functions if f.region != wanted] or wanted


def _secrets_bound(case: Case) -> Found:
    wanted = {name: secrets_of(function) for name, function in declared().items()}
    known = [function for function in case.functions if function.name in wanted]
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


def _app_check_deployed(case: Case) -> Found:
    if case.repository.local:
        return "local clients have no token"
    callables = [function for function in case.functions if function.name in _callables()]
    lax = [f for f in callables if not _is_true(f.environment.get("ENFORCE_APP_CHECK", "true"))]
    return [f"{function.name} takes calls without a token" for function in lax] or "enforced"


def _indexes(case: Case) -> Found:
    # Those that are not ours are the app's own.
    wanted = case.repository.indexes()
    return _unlike(wanted, case.project.indexes()) or f"{len(wanted)} ready"


def _ttl(case: Case) -> Found:
    wanted = case.repository.ttl()
    return _unlike(wanted, case.project.ttl()) or f"{len(wanted)} active"


def _exemptions(case: Case) -> Found:
    # An ever-growing time in an index would slow every write; nobody searches by these.
    wanted = case.repository.not_indexed()
    problems = [f"{field} is indexed" for field in sorted(wanted - case.project.not_indexed())]
    return problems or f"{len(wanted)} switched off"


def _rules(case: Case) -> Found:
    found, ours = case.project.rules(), case.repository.text("firestore.rules")
    if found is None:
        return ["there are none"]
    if found.strip() != ours.strip():
        return ["others than firestore.rules: the last deployment wins, also FlutterFlow's"]
    return "those of firestore.rules"


def _callables() -> set[str]:
    return {name for name, function in declared().items() if function.callableTrigger is not None}


def _is_true(value: str) -> bool:
    """As the SDK reads a Boolean parameter."""
    return value.lower() == "true"


def _unlike(wanted: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """What is in another state than the wanted one."""
    problems = [f"{name} is {there.get(name, 'missing')}" for name in wanted if there.get(name) != wanted[name]]
    if problems and all(problem.endswith("is CREATING") for problem in problems):
        raise Wrong("; ".join(problems), "Firestore is building it: wait some minutes and run this again")
    return problems


_PAGE = "REGION is {region}: correct the page (and the app), or the parameter"
_SIGNING = "copy the endpoint's signing secret from Stripe's dashboard"
_RIGHTS = "set a key that may write PaymentIntents and read Charges and Events"
_GRANT = (
    "for each, its name in small letters: gcloud run services add-iam-policy-binding <name> --region {region} "
    "--member=allUsers --role=roles/run.invoker --project {project}"
)

CHECKS = (
    Check("firebase.json", FILES, _firebase_json, "restore it in firebase.json"),
    Check("local settings", FILES, _local_settings, "remove it from functions/.env and functions/.env.{project}"),
    Check("App Check", FILES, _app_check, "remove ENFORCE_APP_CHECK=false from the .env files"),
    Check("region in the pages", FILES, _region_in_the_pages, _PAGE),
    Check("secret STRIPE_SECRET_KEY", SECRETS, _stripe_key),
    Check("secret STRIPE_WEBHOOK_SECRETS", SECRETS, _webhook_secrets, _SIGNING),
    Check("secret QR_SIGNING_KEYS", SECRETS, _qr_keys, 'set {{"<id>": "<base64 of 32 random bytes>"}}'),
    Check("Stripe's answer to the key", SECRETS, _key_accepted, _RIGHTS),
    Check("webhook URL", SECRETS, _webhook_url),
    Check("webhook events", SECRETS, _webhook_events),
    Check("webhook API version", SECRETS, _webhook_version),
    Check("webhook status", SECRETS, _webhook_status),
    Check("functions deployed", DEPLOYMENT, _deployed, "{deploy}"),
    Check("functions open", DEPLOYMENT, _open, _GRANT),
    Check("region deployed", DEPLOYMENT, _region_deployed, "REGION is {region}: deploy, then delete those elsewhere"),
    Check("secrets bound", DEPLOYMENT, _secrets_bound, "{deploy}"),
    Check("App Check deployed", DEPLOYMENT, _app_check_deployed, "{deploy}"),
    Check("indexes", DEPLOYMENT, _indexes, "{deploy}"),
    Check("TTL policies", DEPLOYMENT, _ttl, "{deploy}"),
    Check("indexes switched off", DEPLOYMENT, _exemptions, "{deploy}"),
    Check("rules", DEPLOYMENT, _rules, "{deploy}"),
)
