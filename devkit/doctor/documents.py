"""Check of the first documents: what is sold, by whom, and the stores with their staff."""

from collections.abc import Callable, Mapping
from typing import Any

from checkout.on_sale import PRODUCTS
from checkout.products import ProductType
from common.configuration import Problem
from consultation.on_sale import Consultant, OnSale
from devkit.doctor.checks import Case, Found
from shops.stores import Staff, Store

Fields = Mapping[str, Any]


def first_documents(case: Case) -> Found:
    """Something to buy, from somebody, and a store with staff, as far as their domains are deployed; all in order."""
    wanted = [name for domain, names in COLLECTIONS.items() if case.repository.serves(domain) for name in names]
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


COLLECTIONS: dict[str, tuple[str, ...]] = {
    "consultation": ("ticket_types", "imecons"),
    "checkout": ("products",),
    "points": ("stores", "store_staff"),
}


def _of_product(data: Fields, id_: str) -> list[Problem]:
    """A product's model goes by its id; one that nobody can name in a call is not sold, whatever it says."""
    known = PRODUCTS[ProductType(id_)] if id_ in list(ProductType) else None
    return known.problems(data) if known else [("id", f"none of {', '.join(ProductType)}")]


PROBLEMS: dict[str, Callable[[Fields, str], list[Problem]]] = {
    "ticket_types": OnSale.problems,
    "imecons": Consultant.problems,
    "products": _of_product,
    "stores": Store.problems,
    "store_staff": Staff.problems,
}
"""What is wrong with a document of each collection, by what the functions take it for."""
