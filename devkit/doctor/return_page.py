"""Checks of the way back from Stripe's page: Hosting, the return page, and the App Link that opens the app."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from checkout.reasons import CheckoutReason
from devkit.doctor.checks import Case, Found, Wrong
from devkit.doctor.project import Answer, Repository
from devkit.local import RETURN_PAGE

DOMAIN = "checkout"
NOT_SOLD = "nothing is sold on Stripe's page"
ASSET_LINKS = "/.well-known/assetlinks.json"
_REWRITTEN = "/pay/**"
_HANDLES_LINKS = "delegate_permission/common.handle_all_urls"
_FINGERPRINT = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}")


def hosting(case: Case) -> Found:
    """Hosting hands the addresses of the return page to its function, where that is."""
    if not case.repository.serves(DOMAIN):
        return NOT_SOLD
    config = case.repository.json("firebase.json").get("hosting", {})
    sites = config if isinstance(config, list) else [config]
    rewrites = [rule for site in sites for rule in site.get("rewrites", []) if rule.get("source") == _REWRITTEN]
    function = {"functionId": RETURN_PAGE, "region": case.names["region"]}
    if any(rule.get("function") == function for rule in rewrites):
        return f"{_REWRITTEN} is {RETURN_PAGE}"
    return [f"{_REWRITTEN} is not {RETURN_PAGE} in {function['region']}"]


def page(case: Case) -> Found:
    """Whoever comes back meets the function, and nobody keeps a copy of what it shows them."""
    if not case.repository.serves(DOMAIN):
        return NOT_SOLD
    url = _address(case)
    # An address without a token: it answers that this is not one of its own.
    problems = list(_page_problems(case.project.visit(url)))
    return [f"{url} {problem}" for problem in problems] or url


def _address(case: Case) -> str:
    """Where the page is. A local stack has its own, whichever port the parameter was written for."""
    configured = "" if case.repository.local else case.repository.parameter("CHECKOUT_PAGE_URL")
    return configured or case.project.return_page()


def _page_problems(answer: Answer) -> Iterator[str]:
    if answer.status != 400 or CheckoutReason.TOKEN_INVALID.ja not in answer.text:
        yield f"answers {answer.status}, and not as {RETURN_PAGE} does"
        return
    kept = answer.headers.get("cache-control", "")
    if "no-store" not in kept:
        yield f"may be kept by caches (Cache-Control: {kept or 'none'})"
    if answer.headers.get("referrer-policy") != "no-referrer":
        yield "tells the pages that it leads to its own address"


def app_link(case: Case) -> Found:
    """The return page can open the app, and Android believes that its App Link is the app's."""
    repository = case.repository
    if not repository.serves(DOMAIN):
        return NOT_SOLD
    project = case.project
    if repository.local:
        return "there is no app locally"
    link, scheme = repository.parameter("CHECKOUT_APP_LINK"), repository.parameter("CHECKOUT_APP_SCHEME")
    if not link and not scheme:
        return ["neither CHECKOUT_APP_LINK nor CHECKOUT_APP_SCHEME is set: the return page has no button"]
    if not link:
        return "the app's own scheme, which other apps may claim too"
    address = urlsplit(link)
    if address.scheme != "https" or not address.hostname:
        return ["CHECKOUT_APP_LINK is no https address"]
    if address.hostname == urlsplit(_address(case)).hostname:
        return ["CHECKOUT_APP_LINK is on the return page's own host, from which a browser opens no app"]
    package, fingerprints = _app(repository)
    url = f"https://{address.netloc}{ASSET_LINKS}"
    problems = list(_link_problems(project.visit(url), package, fingerprints))
    return [f"{url} {problem}" for problem in problems] or f"{address.hostname} is {package}'s"


def _app(repository: Repository) -> tuple[str, set[str]]:
    """The app's package, and the fingerprints of the certificates that sign it."""
    package = repository.parameter("CHECKOUT_ANDROID_PACKAGE")
    fingerprints = {part.strip().upper() for part in repository.parameter("CHECKOUT_ANDROID_FINGERPRINTS").split(",")}
    if not package or not all(map(_FINGERPRINT.fullmatch, fingerprints)):
        what = "the package" if not package else "the SHA-256 fingerprints of the signing certificates, AB:CD:…"
        raise Wrong(f"the app is not known: {what} is missing", "set CHECKOUT_ANDROID_… as docs/deploying.md says")
    return package, fingerprints


def _link_problems(answer: Answer, package: str, fingerprints: set[str]) -> Iterator[str]:
    kind = answer.headers.get("content-type", "")
    if answer.status != 200:
        yield f"answers {answer.status}" + (", and Android follows no redirect" if 300 <= answer.status < 400 else "")
        return
    if not kind.startswith("application/json"):
        yield f"is {kind or 'of no type'}, not application/json"
    try:
        believed = _signers(json.loads(answer.text), package)
    except (ValueError, TypeError, AttributeError, KeyError):
        yield "is no list of statements"
        return
    if not believed:
        yield f"lets {package} open no links"
    elif missing := fingerprints - believed:
        yield f"lacks {', '.join(sorted(missing))}"


def _signers(statements: list[Any], package: str) -> set[str]:
    """The fingerprints under which the statements let the package open the host's links."""
    targets = [it["target"] for it in statements if _HANDLES_LINKS in it["relation"]]
    apps = [it for it in targets if it["namespace"] == "android_app" and it["package_name"] == package]
    return {fingerprint.upper() for app in apps for fingerprint in app["sha256_cert_fingerprints"]}
