"""Who looks at everybody's business: only the claims `admin: true` and `support: true` count, nothing like them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from .case import Case
from .people_and_documents import DOCUMENTS
from .rest import Database, Person

_SEEN: Final = "audit/entry-1"
_NOBODYS: Final = "imecons/consultant"
"""What a console changes by its callables only."""

_CLAIMS: Final[dict[str, tuple[bool, dict[str, Any]]]] = {
    "admin true": (True, {"admin": True}),
    "admin false": (False, {"admin": False}),
    "admin as a word": (False, {"admin": "true"}),
    "admin as a number": (False, {"admin": 1}),
    "admin null": (False, {"admin": None}),
    "admin in a role": (False, {"role": "admin"}),
    "support true": (True, {"support": True}),
    "support false": (False, {"support": False}),
    "support as a word": (False, {"support": "true"}),
    "support in a role": (False, {"role": "support"}),
    "no claims": (False, {}),
}


def _look(claims: dict[str, Any], database: Database) -> bool:
    return database.may_get(Person("somebody", claims), _SEEN)


def _change(claims: dict[str, Any], database: Database) -> bool:
    answer = database.may_merge(Person("somebody", claims), _NOBODYS, {"active": False})
    database.seed({_NOBODYS: DOCUMENTS[_NOBODYS]})
    return answer


def cases() -> Iterator[Case]:
    """Looking, and changing a consultant's entry, under each set of claims."""
    for name, (allowed, claims) in _CLAIMS.items():
        yield Case("look on", name, allowed, partial(_look, claims))
    for name, (_, claims) in _CLAIMS.items():
        yield Case("administer", name, False, partial(_change, claims))
