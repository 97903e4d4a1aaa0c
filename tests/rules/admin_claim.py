"""Administration: only the custom claim `admin: true` counts, nothing that resembles it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from .case import Case
from .people_and_documents import DOCUMENTS
from .rest import Database, Person

_PATH: Final = "imecons/consultant"

_CLAIMS: Final[dict[str, tuple[bool, dict[str, Any]]]] = {
    "admin true": (True, {"admin": True}),
    "admin false": (False, {"admin": False}),
    "admin as a word": (False, {"admin": "true"}),
    "admin as a number": (False, {"admin": 1}),
    "admin null": (False, {"admin": None}),
    "admin in a role": (False, {"role": "admin"}),
    "no claims": (False, {}),
}


def _attempt(claims: dict[str, Any], database: Database) -> bool:
    answer = database.may_merge(Person("somebody", claims), _PATH, {"active": False})
    database.seed({_PATH: DOCUMENTS[_PATH]})
    return answer


def cases() -> Iterator[Case]:
    """Changing a consultant's entry under each set of claims."""
    for name, (allowed, claims) in _CLAIMS.items():
        yield Case("administer", name, allowed, partial(_attempt, claims))
