"""The kinds of things that are compared: what Stripe lists of a domain's, and what a domain walks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from entrypoints import domains
from payments.domain import Compared, Comparison, Listed, Listing, Walk
from payments.open_differences import Subject


class Kind(Protocol):
    """How the things of one kind are compared."""

    def judge(self, page: Sequence[Any]) -> Sequence[Compared | None]:
        """Compare a page; what differs, and each ``None``, must be compared by itself."""

    def compare(self, item: Any) -> Compared:
        """Compare one by itself."""

    def subject(self, item: Any, id_: str) -> Subject:
        """What it is kept as if it differs, under the id that its comparison gave."""

    def shown(self, item: Any) -> str:
        """Its id for the log; empty if that is a secret."""


@dataclass(frozen=True)
class Walked(Kind):
    """What a domain walks, by its ids."""

    domain: str
    walk: Walk

    def judge(self, page: Sequence[str]) -> Sequence[Compared | None]:
        return self.walk.judge(page)

    def compare(self, item: str) -> Compared:
        return self.walk.compare(item)

    def subject(self, item: str, id_: str = "") -> Subject:
        return Subject(self.domain, self.walk.name, id_ or item)

    def shown(self, item: str) -> str:
        return "" if self.walk.secret else item


@dataclass(frozen=True)
class Owned:
    """An object at Stripe, and the domain that it is compared by."""

    domain: str
    fact: Any


@dataclass(frozen=True)
class OfStripe(Kind):
    """The objects of a list at Stripe, of every domain that compares it, and of domains that nothing here serves."""

    listing: Listing

    def ours(self, page: Sequence[Any]) -> list[Owned]:
        """Those of a page that this list is compared for: by their origin, or because a domain's records know them."""
        listed = self._listed()
        others = {domain.name for domain in domains.every()} - set(listed)
        by_origin = {fact.id: fact.origin.domain for fact in page if fact.origin.ours}
        astray = [fact for fact in page if by_origin.get(fact.id) not in listed]
        claimed = {id_: name for name, its in listed.items() if astray for id_ in its.claims(astray)}
        owners = by_origin | claimed
        return [Owned(owners[fact.id], fact) for fact in page if owners.get(fact.id, "") not in others | {""}]

    def judge(self, page: Sequence[Owned]) -> Sequence[Compared | None]:
        judged: dict[str, Compared | None] = {}
        for name, listed in self._listed().items():
            mine = [owned.fact for owned in page if owned.domain == name]
            judged |= zip((fact.id for fact in mine), listed.judge(mine), strict=True) if mine else ()
        return [judged.get(owned.fact.id) for owned in page]

    def compare(self, item: Owned) -> Compared:
        listed, fact = self._listed().get(item.domain), item.fact
        if listed is not None:
            return listed.compare(fact)
        lines = () if fact.at_rest else (f"{fact.id}: nothing here serves {item.domain}",)
        return Compared(fact.id, fact.amount_received, differences=lines, at_stripe=True)

    def subject(self, item: Owned, id_: str) -> Subject:
        comparison = dict(comparisons()).get(item.domain)
        walk = comparison.purchases if comparison else None
        return Subject(item.domain, walk.name if walk else self.listing.name, id_)

    def shown(self, item: Owned) -> str:
        return str(item.fact.id)

    def _listed(self) -> dict[str, Listed]:
        compared = ((name, found.listed) for name, found in comparisons())
        return {name: listed for name, listed in compared if listed and listed.listing == self.listing}


def comparisons() -> list[tuple[str, Comparison]]:
    """What is compared, by the domain's name."""
    return [(domain.name, domain.comparison) for domain in domains.every() if domain.comparison is not None]


def of_stripe() -> list[OfStripe]:
    """The lists at Stripe, each once for all domains that share it."""
    listings = (found.listed.listing for _, found in comparisons() if found.listed)
    return [OfStripe(listing) for listing in dict.fromkeys(listings)]


def walked() -> list[Walked]:
    """Every walk; a domain's purchases before what else it has."""
    return [
        Walked(name, walk)
        for name, found in comparisons()
        for walk in ([found.purchases] if found.purchases else []) + list(found.walks)
    ]


def by_id(subject: Subject) -> Callable[[str], Compared] | None:
    """What compares such a thing by its id; ``None`` if nothing here does any more."""
    for kind in walked():
        if (kind.domain, kind.walk.name) == (subject.domain, subject.walk):
            return kind.compare
    for listed in of_stripe():
        if listed.listing.name == subject.walk:
            return lambda id_: listed.compare(Owned(subject.domain, listed.listing.retrieve(id_)))
    return None
