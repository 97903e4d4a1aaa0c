"""users/{uid}: the app's profile writes work, and no write reaches a server-owned field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from .case import Case
from .people_and_documents import PROFILE, SERVER_FIELDS
from .rest import SERVER_TIME, Database, Fields, Person, Transform

NAN: Final = float("nan")
# A user that no other case uses, so that each attempt may change the document.
_OWNER: Final = Person("newcomer", {})
_PATH: Final = "users/newcomer"
_FULL: Final[Fields] = {**PROFILE, **SERVER_FIELDS}
_Attempt = Callable[[Database], bool]

# A value the server itself would start from is as forbidden as a profitable one.
_OTHER_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "available_ticket_codes": ([], ["9XCD7M4QK2ZR"], Transform("appendMissingElements", ["9XCD7M4QK2ZR"])),
    "pending_ticket_ids": ([], None, Transform("removeAllFromArray", ["buyer.7f3k9x2m"])),
    "has_pending_consultation": (False, None, 1, 1.0, "true", [True]),
    "dm_requests": ([], [{"user_id": "buyer", "ticket_code": "x"}]),
    # As a double each is equal to what is stored, and another type.
    "availablePoints": (0, 999_999, "120", 120.0, NAN, None, Transform("increment", 1000), SERVER_TIME),
    "visitedStores": (0, 5, 2.0, [2], Transform("increment", 1), Transform("increment", 0.0)),
    "totalPoints": (0, 999_999, 300.0, {"value": 300}, Transform("maximum", 5000)),
}
# Stored as the key; what it may not become.
_TYPES: Final[tuple[tuple[Any, tuple[Any, ...]], ...]] = (
    (0, (0.0, -0.0, False, None, "", Transform("increment", -0.0))),
    (2**53, (2.0**53,)),
    (-1, (-1.0,)),
    # An operator's slip: it is left as it is.
    (100.0, (100, True)),
    (None, (0, 0.0)),
)


def _from(before: Fields | None, attempt: _Attempt) -> _Attempt:
    """The attempt on a profile that starts as `before`; None: not there yet."""

    def run(database: Database) -> bool:
        database.seed({_PATH: before})
        return attempt(database)

    return run


def _set(fields: Fields) -> _Attempt:
    return lambda database: database.may_set(_OWNER, _PATH, fields)


def _merge(fields: Fields, *removed: str) -> _Attempt:
    return lambda database: database.may_merge(_OWNER, _PATH, fields, removed)


def _allowed() -> Iterator[tuple[str, Fields | None, _Attempt]]:
    yield "looks whether the profile exists yet", None, lambda database: database.may_get(_OWNER, _PATH)
    yield "sign-up with set()", None, _set(PROFILE)
    yield "sign-up with set(merge)", None, _merge(PROFILE)
    yield "empty document", None, _set({})
    yield "merges a changed name", _FULL, _merge({"display_name": "華子"})
    yield "merges the whole profile again", _FULL, _merge(PROFILE)
    yield "merges the app's own new fields", _FULL, _merge({"push_enabled": True, "edited": SERVER_TIME})
    yield "removes a profile field", _FULL, _merge({}, "phone_number")
    yield "overwrites a profile without server fields", PROFILE, _set({**PROFILE, "display_name": "華子"})
    yield "writes back the document as it read it", _FULL, _set({**_FULL, "display_name": "華子"})
    yield "merges the server's fields as it read them", _FULL, _merge(_FULL)
    for stored, _ in _TYPES:
        yield f"merges a changed name beside {stored!r}", {"availablePoints": stored}, _merge({"display_name": "華子"})


def _refused() -> Iterator[tuple[str, Fields | None, _Attempt]]:
    for name, value in SERVER_FIELDS.items():
        yield f"{name} at sign-up", None, _set({**PROFILE, name: value})
        yield f"{name} at sign-up by merge", None, _merge({**PROFILE, name: value})
        yield f"{name} added to a profile", PROFILE, _merge({name: value})
        yield f"{name} removed", _FULL, _merge({}, name)
        without = {key: kept for key, kept in _FULL.items() if key != name}
        yield f"{name} dropped by an overwrite", _FULL, _set(without)
        for index, other in enumerate(_OTHER_VALUES[name]):
            yield f"{name} at sign-up, value {index}", None, _set({**PROFILE, name: other})
            yield f"{name} changed, value {index}", _FULL, _merge({"display_name": "華子", name: other})
    for stored, others in _TYPES:
        for other in others:
            yield f"{stored!r} made {other!r}", {"availablePoints": stored}, _merge({"availablePoints": other})
            yield f"{stored!r} overwritten by {other!r}", {"availablePoints": stored}, _set({"availablePoints": other})
    yield "overwrite with the profile alone", _FULL, _set(PROFILE)
    yield "deletes the own profile", PROFILE, lambda database: database.may_delete(_OWNER, _PATH)


def cases() -> Iterator[Case]:
    """The owner's writes to their own profile."""
    for allowed, group in ((True, _allowed()), (False, _refused())):
        for name, before, attempt in group:
            yield Case("own profile", name, allowed, _from(before, attempt))
