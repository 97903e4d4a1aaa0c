"""A project at Google, read through the REST interfaces that the console and firebase-tools use. Changes nothing.

Sources: cloud.google.com/functions/docs/reference/rest/v2, /run/docs/reference/rest/v2,
/secret-manager/docs/reference/rest, /firestore/docs/reference/rest/v1, /scheduler/docs/reference/rest,
/monitoring/api/ref_v3/rest, firebase.google.com/docs/reference/rules/rest.
"""

import base64
from collections.abc import Iterator
from typing import Any

import google.auth
import requests
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from checkout.pages import hosted
from devkit.doctor.fields import plain
from devkit.doctor.project import CODEBASE, Answer, Function, Policy, Schedule, Secret, Unavailable, index_name, policy
from devkit.local import WEBHOOK

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
BASE = "https://{service}.googleapis.com"
_TIMEOUT_SECONDS = 30.0
# The only filter that Firestore's list of fields knows: those whose settings are their own.
_OWN_SETTINGS = {"filter": "indexConfig.usesAncestorConfig:false OR ttlConfig:*"}


def authorized(project: str) -> requests.Session:
    """A session with the machine's own credentials; raises Unavailable when there are none."""
    try:
        credentials, _ = google.auth.default(scopes=[SCOPE], quota_project_id=project)
    except DefaultCredentialsError as error:
        raise Unavailable("no Google credentials: run `gcloud auth application-default login`") from error
    session: requests.Session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    return session


class GoogleProject:
    """The project `name`, asked through `session`; `base`, `stripe_base` and `web` lead elsewhere in tests."""

    def __init__(
        self, name: str, session: requests.Session, *, base: str = BASE, stripe_base: str = "", web: str = ""
    ) -> None:
        self.stripe = stripe_base
        self._web = web
        self._name = name
        self._session = session
        self._base = base

    def secret(self, name: str) -> Secret | None:
        found = self._get("secretmanager", f"v1/projects/{self._name}/secrets/{name}/versions/latest:access")
        if found is None:
            return None
        # A terminal's line end is part of many a secret; the functions strip it too.
        value = base64.b64decode(found["payload"].get("data", "")).decode("utf-8", "replace")
        return Secret(value, found["name"].rpartition("/")[2])

    def functions(self) -> list[Function]:
        listed = self._pages("cloudfunctions", f"v2/projects/{self._name}/locations/-/functions", "functions")
        return [_function(it) for it in listed if it.get("labels", {}).get("firebase-functions-codebase") == CODEBASE]

    def webhook_url(self, region: str) -> str:
        return f"https://{region}-{self._name}.cloudfunctions.net/{WEBHOOK}"

    def return_page(self) -> str:
        return hosted(self._name)

    def visit(self, url: str) -> Answer:
        # Not through the session: it would show its token to whoever is there.
        try:
            found = requests.get(f"{self._web}{url}", timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            raise Unavailable(f"{url} does not answer ({type(error).__name__})") from error
        return Answer(found.status_code, {name.lower(): value for name, value in found.headers.items()}, found.text)

    def public(self, function: Function) -> bool:
        policy = self._get("run", f"v2/{function.service}:getIamPolicy") or {}
        invokers = (bound["members"] for bound in policy.get("bindings", []) if bound["role"] == "roles/run.invoker")
        return any("allUsers" in members for members in invokers)

    def schedules(self, region: str) -> dict[str, Schedule]:
        listed = self._pages("cloudscheduler", f"v1/projects/{self._name}/locations/{region}/jobs", "jobs")
        return {job["name"].rpartition("/")[2]: _schedule(job) for job in listed}

    def policies(self) -> list[Policy]:
        listed = self._pages("monitoring", f"v3/projects/{self._name}/alertPolicies", "alertPolicies")
        return [policy(found) for found in listed]

    def indexes(self) -> dict[str, str]:
        found = self._pages("firestore", f"{self._groups}/indexes", "indexes")
        return {index_name(index["name"].split("/")[5], index): index.get("state", "") for index in found}

    def ttl(self) -> dict[str, str]:
        return {name: field["ttlConfig"].get("state", "") for name, field in self._fields() if "ttlConfig" in field}

    def not_indexed(self) -> set[str]:
        configs = ((name, field.get("indexConfig", {})) for name, field in self._fields())
        return {name for name, config in configs if not config.get("indexes") and not config.get("usesAncestorConfig")}

    def rules(self) -> str | None:
        release = self._get("firebaserules", f"v1/projects/{self._name}/releases/cloud.firestore")
        return self._ruleset(release) if release else None

    def storage_rules(self) -> dict[str, str]:
        releases = self._pages("firebaserules", f"v1/projects/{self._name}/releases", "releases")
        of_buckets = [release for release in releases if "/releases/firebase.storage/" in release["name"]]
        return {it["name"].rpartition("/")[2]: self._ruleset(it) or "" for it in of_buckets}

    def documents(self, collection: str) -> dict[str, dict[str, Any]]:
        path = f"v1/projects/{self._name}/databases/(default)/documents/{collection}"
        return dict(plain(found) for found in self._pages("firestore", path, "documents", {"pageSize": "300"}))

    def _ruleset(self, release: dict[str, Any]) -> str | None:
        ruleset = self._get("firebaserules", f"v1/{release['rulesetName']}")
        return "".join(file["content"] for file in ruleset["source"]["files"]) if ruleset else None

    def _fields(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for field in self._pages("firestore", f"{self._groups}/fields", "fields", _OWN_SETTINGS):
            path = field["name"].split("/")
            yield f"{path[5]}.{path[7].strip('`')}", field

    @property
    def _groups(self) -> str:
        return f"v1/projects/{self._name}/databases/(default)/collectionGroups/-"

    def _pages(
        self, service: str, path: str, key: str, query: dict[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        token: str | None = None
        while token != "":
            # A parameter that is None is not sent.
            page = self._get(service, path, {**(query or {}), "pageToken": token})
            if page is None:
                raise Unavailable(
                    f"{service} knows nothing of the project {self._name}: no database yet, or no such region"
                )
            if unreachable := page.get("unreachable"):
                raise Unavailable(f"{service} could not reach {', '.join(unreachable)}")
            yield from page.get(key, [])
            token = page.get("nextPageToken", "")

    def _get(self, service: str, path: str, query: dict[str, str | None] | None = None) -> dict[str, Any] | None:
        """The answer's JSON, or None for what does not exist."""
        url = f"{self._base.format(service=service)}/{path}"
        try:
            answer = self._session.get(url, params=query, timeout=_TIMEOUT_SECONDS)
            body: Any = answer.json()
        except (requests.RequestException, GoogleAuthError) as error:
            raise Unavailable(f"{service} does not answer ({type(error).__name__})") from error
        if answer.ok:
            found: dict[str, Any] = body
            return found
        refusal = body.get("error") if isinstance(body, dict) else None
        status = refusal.get("status", "") if isinstance(refusal, dict) else ""
        # FAILED_PRECONDITION is a secret whose newest version is disabled or destroyed.
        if answer.status_code == 404 or status == "FAILED_PRECONDITION":
            return None
        raise Unavailable(f"{service} answers {answer.status_code} {status}: may your account read it, is its API on?")


def _schedule(job: dict[str, Any]) -> Schedule:
    uri = job.get("httpTarget", {}).get("uri", "")
    return Schedule(job.get("state", ""), job.get("schedule", ""), job.get("timeZone", ""), uri)


def _function(found: dict[str, Any]) -> Function:
    path, service = found["name"].split("/"), found.get("serviceConfig", {})
    return Function(
        name=path[-1],
        region=path[3],
        state=found.get("state", ""),
        runtime=found.get("buildConfig", {}).get("runtime", ""),
        secrets={bound["key"]: bound["version"] for bound in service.get("secretEnvironmentVariables", [])},
        environment=service.get("environmentVariables", {}),
        service=service.get("service", ""),
        uri=service.get("uri", ""),
    )
