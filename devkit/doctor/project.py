"""What a project must have, as this repository says, and the one interface through which the doctor looks at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from firebase_functions.params import BoolParam, IntParam, StringParam

from common import params
from common.served import EVERYTHING
from devkit.functions_app import load_functions
from devkit.local import parameters
from devkit.process import ROOT

CODEBASE = "kippu"


class Unavailable(Exception):
    """Could not be looked at, so nothing is known about it. The message says why, in one line."""


@dataclass(frozen=True)
class Secret:
    """The newest version of a secret. `version` is its number, empty where there are no versions."""

    value: str = field(repr=False)
    version: str = ""


class Function(NamedTuple):
    """A deployed function of this bundle.

    `secrets` are the bound secrets with the version that is bound; `environment` its variables; `runtime` is empty
    where none was chosen; `state` is `ACTIVE` when it serves; `service` is the one of Cloud Run, at `uri`.
    """

    name: str
    region: str
    state: str
    runtime: str
    secrets: Mapping[str, str]
    environment: Mapping[str, str]
    service: str = ""
    uri: str = ""


class Schedule(NamedTuple):
    """A job of Cloud Scheduler: when, in which zone, and what address it calls; `state` is `ENABLED` when it runs."""

    state: str
    schedule: str
    time_zone: str
    uri: str


class Policy(NamedTuple):
    """An alert policy of Cloud Monitoring: its name, what it looks for, and how many channels it tells."""

    name: str
    filters: frozenset[str]
    enabled: bool
    channels: int


class Answer(NamedTuple):
    """What an address on the web answered; the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    text: str


class Project(Protocol):
    """A project that can be asked; every method may raise `Unavailable`.

    `stripe` is Stripe's base URL (or empty), `webhook_url` the documented address of stripeWebhook. `secret` is None
    when none is enabled, `rules` when there are none. `public`: may anybody call it, as the app and Stripe do?
    `return_page` is where people come back to from Stripe's page unless a parameter says otherwise. `visit` asks any
    address as a stranger would, and follows no redirect.
    `functions` are those of this bundle in all regions, `schedules` the jobs of a region by their ids. `indexes` are
    the composite indexes and `ttl` the TTL policies with their states, `not_indexed` the fields without an index of
    their own. `storage_rules` are those of each bucket that has any, `documents` those of a collection by their ids.
    """

    stripe: str

    def secret(self, name: str) -> Secret | None: ...
    def functions(self) -> list[Function]: ...
    def webhook_url(self, region: str) -> str: ...
    def return_page(self) -> str: ...
    def visit(self, url: str) -> Answer: ...
    def public(self, function: Function) -> bool: ...
    def schedules(self, region: str) -> Mapping[str, Schedule]: ...
    def policies(self) -> list[Policy]: ...
    def indexes(self) -> Mapping[str, str]: ...
    def ttl(self) -> Mapping[str, str]: ...
    def not_indexed(self) -> set[str]: ...
    def rules(self) -> str | None: ...
    def storage_rules(self) -> Mapping[str, str]: ...
    def documents(self, collection: str) -> Mapping[str, Mapping[str, Any]]: ...


def declared() -> dict[str, Any]:
    """Every function of main.py by its name, as the deployment tool discovers it."""
    endpoints: list[Any] = [getattr(it, "__firebase_endpoint__", None) for it in load_functions().values()]
    return {endpoint.entryPoint: endpoint for endpoint in endpoints}


def secrets_of(endpoint: Any) -> list[str]:
    """The names of the secrets that a declared function asks for."""
    return sorted(secret["key"] for secret in endpoint.secretEnvironmentVariables or [])


def schedule_id(function: str, region: str) -> str:
    """The name that firebase-tools gives to a schedule's job."""
    return f"firebase-schedule-{function}-{region}"


def policy(found: Any) -> Policy:
    """A policy of its JSON, in a file or at Google. An absent `enabled` means that it is."""
    watched = [condition for each in found["conditions"] for condition in each.values() if isinstance(condition, dict)]
    filters = frozenset(it["filter"] for it in watched if "filter" in it)
    channels = len(found.get("notificationChannels", []))
    return Policy(found.get("displayName", ""), filters, found.get("enabled", True), channels)


def is_true(value: str) -> bool:
    """As the SDK reads a Boolean parameter."""
    return value.lower() == "true"


class Repository:
    """The files below `root`, read for the deployment to `project` (empty: only what holds for every project)."""

    def __init__(self, project: str = "", root: Path = ROOT) -> None:
        self.project = project
        self.root = root
        # Google never hands out names that begin so.
        self.local = project.startswith("demo-")

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def json(self, name: str) -> Any:
        return json.loads(self.text(name))

    @cached_property
    def environment(self) -> dict[str, str]:
        """What functions/.env and the project's own .env file set, the latter winning."""
        return parameters(self.root / "functions", self.project)

    def parameter(self, name: str) -> str:
        """A parameter's value for this project, as text."""
        found = (it for it in vars(params).values() if isinstance(it, (BoolParam, IntParam, StringParam)))
        return self.environment.get(name) or next(str(it.default) for it in found if it.name == name)

    def serves(self, domain: str) -> bool:
        """Whether the parameter `DOMAINS` has this one deployed."""
        return bool({domain, EVERYTHING} & set(map(str.strip, self.parameter("DOMAINS").split(","))))

    def policies(self) -> list[Policy]:
        """The alert policies of ops/alerts/."""
        files = sorted((self.root / "ops" / "alerts").glob("*.json"))
        return [policy(json.loads(file.read_text(encoding="utf-8"))) for file in files]

    def indexes(self) -> dict[str, str]:
        """The composite indexes of firestore.indexes.json, as they are once they are built."""
        found = self.json("firestore.indexes.json")["indexes"]
        return {index_name(index["collectionGroup"], index): "READY" for index in found}

    def ttl(self) -> dict[str, str]:
        """Its TTL policies, as they are once they are in force."""
        return {name: "ACTIVE" for name, field in self._fields.items() if field.get("ttl")}

    def not_indexed(self) -> set[str]:
        """Its fields without an index."""
        return {name for name, field in self._fields.items() if not field["indexes"]}

    @property
    def _fields(self) -> dict[str, Any]:
        overrides = self.json("firestore.indexes.json")["fieldOverrides"]
        return {f"{it['collectionGroup']}.{it['fieldPath']}": it for it in overrides}


def index_name(collection: str, index: Any) -> str:
    """All that tells an index from others, of its JSON in the file or at Google, which appends `__name__` itself."""
    fields = (it for it in index["fields"] if it["fieldPath"] != "__name__")
    parts = (f"{it['fieldPath']} {it.get('order') or it.get('arrayConfig')}" for it in fields)
    return f"{collection} ({', '.join(parts)}) of {index['queryScope']}"
