"""Check of the first documents: what is sold, by whom, and the stores with their staff."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from common import ids
from common.served import EVERYTHING
from consultation.terms import Terms
from devkit.doctor.checks import Case, Found

Fields = Mapping[str, Any]
Problems = list[tuple[str, str]]
"""Fields, each with what is wrong with it."""

_MINIMUM_JPY, _MAXIMUM_JPY = 50, 99_999_999
_MAY_BE_NONE = ("min_session_minutes", "resume_minutes")


def first_documents(case: Case) -> Found:
    """Something to buy, from somebody, and a store with staff, as far as their domains are deployed; all in order."""
    domains = set(map(str.strip, case.repository.parameter("DOMAINS").split(",")))
    wanted = [name for domain, names in COLLECTIONS.items() if domains & {domain, EVERYTHING} for name in names]
    found = {collection: case.project.documents(collection) for collection in wanted}
    return [
        *(f"no document in {collection} is in use" for collection in wanted if not _in_use(found[collection])),
        *(
            f"{collection}/{id_}: {field} {problem}"
            for collection in wanted
            for id_, data in found[collection].items()
            for field, problem in PROBLEMS[collection](data, id_)
        ),
        *(
            f"{id_} has staff and is no store"
            for id_ in sorted(set(found.get("store_staff", ())) - set(found.get("stores", ())))
        ),
    ] or ", ".join(f"{len(documents)} {collection}" for collection, documents in found.items())


def _in_use(documents: Mapping[str, Fields]) -> bool:
    """Whether there is one that was not switched off."""
    return any(data.get("active", True) is not False and data.get("uids") != [] for data in documents.values())


def ticket_type(data: Fields, id_: str) -> Problems:
    """What is wrong with a ticket type: its price, its currency, its terms."""
    amount = data.get("amount", 0)
    terms = {
        name: value for name in Terms.__dataclass_fields__ if name != "page" and (value := data.get(name)) is not None
    }
    odd = [name for name, value in terms.items() if not _whole(value) or value < (name not in _MAY_BE_NONE)]
    return [
        *_if(ids.reserved(id_) or len(id_) > 64, "id", "cannot be named in a call"),
        *_if(not _whole(amount) or not _MINIMUM_JPY <= amount <= _MAXIMUM_JPY, "amount", "is no price in JPY"),
        *_if(data.get("currency") != "jpy", "currency", "is not jpy"),
        *_if(not isinstance(data.get("active"), bool), "active", "is neither true nor false"),
        *((name, "is no number that it may be") for name in odd),
    ]


def consultant(data: Fields, id_: str) -> Problems:
    """What is wrong with a consultant."""
    return [
        *_if(not _plain(id_, 128), "id", "is no uid of a consultant"),
        *_if(not isinstance(data.get("active"), bool), "active", "is neither true nor false"),
    ]


def store(data: Fields, id_: str) -> Problems:
    """What is wrong with a store."""
    name = data.get("name")
    return [
        *_if(not _plain(id_, 40), "id", "does not fit into a code"),
        *_if(not isinstance(name, str) or not name.strip(), "name", "is missing or blank"),
    ]


def staff(data: Fields, _: str) -> Problems:
    """What is wrong with the staff of a store."""
    uids = data.get("uids")
    good = isinstance(uids, list) and all(isinstance(uid, str) and ids.usable_uid(uid) for uid in uids)
    return _if(not good, "uids", "is no list of uids")


COLLECTIONS: dict[str, tuple[str, ...]] = {
    "consultation": ("ticket_types", "imecons"),
    "points": ("stores", "store_staff"),
}
PROBLEMS: dict[str, Callable[[Fields, str], Problems]] = {
    "ticket_types": ticket_type,
    "imecons": consultant,
    "stores": store,
    "store_staff": staff,
}
"""What is wrong with a document, by its collection."""


def _if(wrong: bool, field: str, problem: str) -> Problems:
    return [(field, problem)] if wrong else []


def _whole(value: Any) -> bool:
    """As a double too, because some clients write one."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _plain(id_: str, longest: int) -> bool:
    return bool(re.fullmatch(ids.PLAIN, id_)) and len(id_) <= longest
