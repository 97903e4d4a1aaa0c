"""Every question the suite asks the rules, in groups: one group is one test."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from . import access, claims, messages, profiles, queries
from .cases import Case

ALL: Final[tuple[Case, ...]] = tuple(
    case for module in (access, queries, profiles, messages, claims) for case in module.cases()
)

GROUPS: Final[dict[str, list[Case]]] = {name: list(group) for name, group in groupby(ALL, key=lambda case: case.group)}
