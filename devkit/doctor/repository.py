"""What this repository says a project must have: its files, its parameters, and what its functions declare."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from firebase_functions.params import BoolParam, IntParam, StringParam

from common import params
from devkit.doctor.project import Field, Index
from devkit.functions_app import load_functions
from devkit.local import read_env
from devkit.process import ROOT

CODEBASE = "kippu"
PAGES_WITH_REGION = ("README.md", "docs/flutterflow.md", "docs/operations.md")
# Google's names of regions, which are also a part of host names: asia-northeast1, us-central1.
_REGION = re.compile(r"\b(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d\b")


@dataclass(frozen=True)
class Declared:
    """What a function asks for: the names of its secrets, and whether clients call it."""

    secrets: frozenset[str]
    callable: bool


def functions() -> dict[str, Declared]:
    """Every function of main.py, as the deployment tool discovers it."""
    loaded: list[Any] = [function.__firebase_endpoint__ for function in load_functions().values()]  # type: ignore[attr-defined]
    return {
        endpoint.entryPoint: Declared(
            frozenset(secret["key"] for secret in endpoint.secretEnvironmentVariables or []),
            endpoint.callableTrigger is not None,
        )
        for endpoint in loaded
    }


class Repository:
    """The files below `root`, read for the deployment to `project` (empty: only what holds for every project)."""

    def __init__(self, project: str = "", root: Path = ROOT) -> None:
        self.project = project
        self.root = root
        # Google never hands out names that begin so.
        self.local = project.startswith("demo-")

    def text(self, name: str) -> str:
        """A file's text."""
        return (self.root / name).read_text(encoding="utf-8")

    def json(self, name: str) -> Any:
        """A JSON file's content."""
        return json.loads(self.text(name))

    @cached_property
    def environment(self) -> dict[str, str]:
        """What functions/.env and the project's own .env file set, the latter winning."""
        names = [".env", *([f".env.{self.project}"] if self.project else [])]
        files = [file for name in names if (file := self.root / "functions" / name).exists()]
        return {name: value for file in files for name, value in read_env(file).items()}

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Every parameter's value for this project, as text."""
        declared = [value for value in vars(params).values() if isinstance(value, (BoolParam, IntParam, StringParam))]
        return {param.name: self.environment.get(param.name, str(param.default)) for param in declared}

    @property
    def region(self) -> str:
        """The region the functions are deployed to."""
        return self.parameters["REGION"]

    def documented_regions(self) -> dict[str, set[str]]:
        """The regions that each page names."""
        return {name: set(_REGION.findall(self.text(name))) for name in PAGES_WITH_REGION}

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
    fields = ((field["fieldPath"], field.get("order") or field.get("arrayConfig", "")) for field in found["fields"])
    return Index(collection, found["queryScope"], tuple(field for field in fields if field[0] != "__name__"))
