"""What a project has: the one interface through which the doctor looks at anything beyond this repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Unavailable(Exception):
    """Could not be looked at, so nothing is known about it. The message says why, in one line."""


@dataclass(frozen=True)
class Secret:
    """The newest version of a secret. `version` is its number, empty where there are no versions."""

    value: str
    version: str = ""

    def __repr__(self) -> str:
        """Without the value: a traceback must not show it."""
        return f"Secret(version={self.version!r})"


@dataclass(frozen=True)
class Function:
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


@dataclass(frozen=True)
class Index:
    """A composite index: `fields` are pairs of a path and its order or array config; `state` is `READY` when used."""

    collection: str
    scope: str
    fields: tuple[tuple[str, str], ...]
    state: str = "READY"


@dataclass(frozen=True)
class Field:
    """A field with settings of its own: `indexed` by Firestore itself, and the state of its TTL policy (or empty)."""

    collection: str
    path: str
    indexed: bool
    ttl: str = ""


@dataclass(frozen=True)
class Endpoint:
    """A webhook endpoint at Stripe. An empty `api_version` means the account's default."""

    id: str
    url: str
    events: frozenset[str]
    api_version: str
    enabled: bool


class Project(Protocol):
    """A project that can be asked. Every method may raise `Unavailable`."""

    name: str

    def secret(self, name: str) -> Secret | None:
        """The newest version of a secret, or None when there is none that is enabled."""

    def functions(self) -> list[Function]:
        """The functions of this bundle, in all regions."""

    def webhook_urls(self, region: str) -> tuple[str, ...]:
        """The addresses under which stripeWebhook may be reached, the documented one first."""

    def public(self, function: Function) -> bool:
        """Whether anybody may call it, as the app's users and Stripe do; it decides itself whom it serves."""

    def indexes(self) -> list[Index]:
        """The composite indexes."""

    def fields(self) -> list[Field]:
        """The fields with settings of their own."""

    def rules(self) -> str | None:
        """The text of the security rules in force, or None when there are none."""

    def key_problem(self, key: str) -> str | None:
        """Why Stripe does not let this key do what the functions do, or None when it does."""

    def webhook_endpoints(self, key: str) -> list[Endpoint]:
        """The webhook endpoints that this Stripe key's account and mode have."""


class Offline:
    """No project: everything is unavailable, for one reason."""

    def __init__(self, why: str, name: str = "") -> None:
        self.name = name
        self._why = why

    def _unavailable(self) -> Unavailable:
        return Unavailable(self._why)

    def secret(self, _: str) -> Secret | None:
        raise self._unavailable()

    def functions(self) -> list[Function]:
        raise self._unavailable()

    def webhook_urls(self, _: str) -> tuple[str, ...]:
        raise self._unavailable()

    def public(self, _: Function) -> bool:
        raise self._unavailable()

    def indexes(self) -> list[Index]:
        raise self._unavailable()

    def fields(self) -> list[Field]:
        raise self._unavailable()

    def rules(self) -> str | None:
        raise self._unavailable()

    def key_problem(self, _: str) -> str | None:
        raise self._unavailable()

    def webhook_endpoints(self, _: str) -> list[Endpoint]:
        raise self._unavailable()


LATER = "the deployment brings it (--before)"


class BeforeDeployment:
    """A project of which only that is asked what must be there before a deployment: its secrets, and Stripe."""

    def __init__(self, project: Project) -> None:
        self.name = project.name
        self.secret = project.secret
        self.webhook_urls = project.webhook_urls
        self.key_problem = project.key_problem
        self.webhook_endpoints = project.webhook_endpoints
        later = Offline(LATER)
        self.functions = later.functions
        self.public = later.public
        self.indexes = later.indexes
        self.fields = later.fields
        self.rules = later.rules
