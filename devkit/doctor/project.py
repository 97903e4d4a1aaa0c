"""What a project must have, as this repository says, and the one interface through which the doctor looks at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from firebase_functions.params import BoolParam, IntParam, StringParam

from common import params
from devkit.functions_app import load_functions
from devkit.local import read_env
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
    """A project that can be asked; every method may raise `Unavailable`.

    `stripe` is Stripe's base URL (or empty), `webhook_url` the documented address of stripeWebhook. `secret` is None
    when none is enabled, `rules` when there are none. `public`: may anybody call it, as the app and Stripe do?
    `functions` are those of this bundle in all regions, `indexes` the composite indexes with their states.
    """

    stripe: str

    def secret(self, name: str) -> Secret | None: ...
    def functions(self) -> list[Function]: ...
    def webhook_url(self, region: str) -> str: ...
    def public(self, function: Function) -> bool: ...
    def indexes(self) -> Mapping[Index, str]: ...
    def fields(self) -> list[Field]: ...
    def rules(self) -> str | None: ...


class Declared(NamedTuple):
    """What a function asks for: the names of its secrets, and whether clients call it."""

    secrets: frozenset[str]
    callable: bool


def declared() -> dict[str, Declared]:
    """Every function of main.py, as the deployment tool discovers it."""
    endpoints: list[Any] = [getattr(it, "__firebase_endpoint__", None) for it in load_functions().values()]
    secrets = {it.entryPoint: frozenset(s["key"] for s in it.secretEnvironmentVariables or []) for it in endpoints}
    return {it.entryPoint: Declared(secrets[it.entryPoint], it.callableTrigger is not None) for it in endpoints}


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
        files = [self.root / "functions" / name for name in (".env", f".env.{self.project}")]
        return {name: value for file in files if file.exists() for name, value in read_env(file).items()}

    def parameter(self, name: str) -> str:
        """A parameter's value for this project, as text."""
        found = (it for it in vars(params).values() if isinstance(it, (BoolParam, IntParam, StringParam)))
        return self.environment.get(name) or next(str(it.default) for it in found if it.name == name)

    def indexes(self) -> dict[Index, str]:
        """The composite indexes of firestore.indexes.json, as they are once they are built."""
        found = self.json("firestore.indexes.json")["indexes"]
        return {index_of(index["collectionGroup"], index): "READY" for index in found}

    def fields(self) -> list[Field]:
        """The fields of firestore.indexes.json with settings of their own."""
        return [
            Field(it["collectionGroup"], it["fieldPath"], bool(it["indexes"]), "ACTIVE" if it.get("ttl") else "")
            for it in self.json("firestore.indexes.json")["fieldOverrides"]
        ]


def index_of(collection: str, found: Any) -> Index:
    """An index from its JSON, which is alike in the file and at Google; Google appends the document's name itself."""
    fields = ((it["fieldPath"], it.get("order") or it.get("arrayConfig", "")) for it in found["fields"])
    return Index(collection, found["queryScope"], tuple(pair for pair in fields if pair[0] != "__name__"))
