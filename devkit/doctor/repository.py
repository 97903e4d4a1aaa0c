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
    endpoints = {loaded.__name__: _endpoint(loaded) for loaded in load_functions().values()}
    return {
        name: Declared(
            frozenset(secret["key"] for secret in endpoint.secretEnvironmentVariables or []),
            endpoint.callableTrigger is not None,
        )
        for name, endpoint in endpoints.items()
    }


def _endpoint(function: Any) -> Any:
    return function.__firebase_endpoint__


class Repository:
    """The files below `root`, read for the deployment to `project` (empty: only what holds for every project)."""

    def __init__(self, project: str = "", root: Path = ROOT) -> None:
        self.project = project
        self.root = root

    @property
    def local(self) -> bool:
        """Whether the project is a local one: Google never hands out names that begin so."""
        return self.project.startswith("demo-")

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
        defaults = {param.name: str(param.default) for param in declared}
        return {name: self.environment.get(name, default) for name, default in defaults.items()}

    @property
    def region(self) -> str:
        """The region the functions are deployed to."""
        return self.parameters["REGION"]

    def documented_regions(self) -> dict[str, set[str]]:
        """The regions that each page names."""
        return {name: set(_REGION.findall(self.text(name))) for name in PAGES_WITH_REGION}

    def indexes(self) -> list[Index]:
        """The composite indexes of firestore.indexes.json."""
        return [
            Index(
                found["collectionGroup"],
                found["queryScope"],
                tuple((field["fieldPath"], field.get("order") or field["arrayConfig"]) for field in found["fields"]),
            )
            for found in self.json("firestore.indexes.json")["indexes"]
        ]

    def fields(self) -> list[Field]:
        """The fields of firestore.indexes.json with settings of their own."""
        return [
            Field(
                found["collectionGroup"],
                found["fieldPath"],
                bool(found["indexes"]),
                "ACTIVE" if found.get("ttl") else "",
            )
            for found in self.json("firestore.indexes.json")["fieldOverrides"]
        ]
