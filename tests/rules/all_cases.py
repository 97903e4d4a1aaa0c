"""Every case of this folder, in groups: one group is one test."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from . import access, admin_claim, messages, profiles, queries
from .case import Case

ALL: Final[tuple[Case, ...]] = tuple(
    case for module in (access, queries, profiles, messages, admin_claim) for case in module.cases()
)

GROUPS: Final[dict[str, list[Case]]] = {name: list(group) for name, group in groupby(ALL, key=lambda case: case.group)}
