"""Check of the first documents: what is sold, by whom, and the stores with their staff."""

from collections.abc import Mapping
from typing import Any

from common.configuration import Configuration
from common.served import EVERYTHING
from consultation.on_sale import Consultant, OnSale
from devkit.doctor.checks import Case, Found
from shops.stores import Staff, Store

Fields = Mapping[str, Any]


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
            for field, problem in MODELS[collection].problems(data, id_)
        ),
        *(
            f"{id_} has staff and is no store"
            for id_ in sorted(set(found.get("store_staff", ())) - set(found.get("stores", ())))
        ),
    ] or ", ".join(f"{len(documents)} {collection}" for collection, documents in found.items())


def _in_use(documents: Mapping[str, Fields]) -> bool:
    """Whether there is one that was not switched off."""
    return any(data.get("active", True) is not False and data.get("uids") != [] for data in documents.values())


COLLECTIONS: dict[str, tuple[str, ...]] = {
    "consultation": ("ticket_types", "imecons"),
    "points": ("stores", "store_staff"),
}
MODELS: dict[str, type[Configuration]] = {
    "ticket_types": OnSale,
    "imecons": Consultant,
    "stores": Store,
    "store_staff": Staff,
}
"""What the functions take a document of each collection for."""
