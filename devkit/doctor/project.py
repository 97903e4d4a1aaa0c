"""What a project has: the one interface through which the doctor looks at anything beyond this repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Unavailable(Exception):
    """Could not be looked at, so nothing is known about it. The message says why, in one line."""


@dataclass(frozen=True)
class Secret:
    """The newest version of a secret. `version` is its number, empty where there are no versions."""

    value: str = field(repr=False)
    version: str = ""


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


class Index(NamedTuple):
    """A composite index: `fields` are pairs of a path and its order or array config."""

    collection: str
    scope: str
    fields: tuple[tuple[str, str], ...]


class Field(NamedTuple):
    """A field with settings of its own: `indexed` by Firestore itself, and the state of its TTL policy (or empty)."""

    collection: str
    path: str
    indexed: bool
    ttl: str = ""


class Project(Protocol):
    """A project that can be asked. Every method may raise `Unavailable`. `stripe` is Stripe's base URL, or empty."""

    stripe: str

    def secret(self, name: str) -> Secret | None:
        """The newest version of a secret, or None when there is none that is enabled."""

    def functions(self) -> list[Function]:
        """The functions of this bundle, in all regions."""

    def webhook_url(self, region: str) -> str:
        """The documented address of stripeWebhook."""

    def public(self, function: Function) -> bool:
        """Whether anybody may call it, as the app's users and Stripe do; it decides itself whom it serves."""

    def indexes(self) -> Mapping[Index, str]:
        """The composite indexes with their states: `READY` when used."""

    def fields(self) -> list[Field]:
        """The fields with settings of their own."""

    def rules(self) -> str | None:
        """The text of the security rules in force, or None when there are none."""
