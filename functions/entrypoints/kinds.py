"""The kinds of things that are compared: what Stripe lists, whose domain its origin names, and what a domain walks."""

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
class OfStripe(Kind):
    """The objects of a list at Stripe, of every domain that compares it, and of domains that nothing here serves."""

    listing: Listing

    def ours(self, page: Sequence[Any]) -> list[Any]:
        """Those of this project that this list is compared for."""
        others = {domain.name for domain in domains.every()} - set(self._listed())
        return [fact for fact in page if fact.origin.ours and fact.origin.domain not in others]

    def judge(self, page: Sequence[Any]) -> Sequence[Compared | None]:
        judged: dict[str, Compared | None] = {}
        for name, listed in self._listed().items():
            mine = [fact for fact in page if fact.origin.domain == name]
            judged |= zip((fact.id for fact in mine), listed.judge(mine), strict=True) if mine else ()
        return [judged.get(fact.id) for fact in page]

    def compare(self, item: Any) -> Compared:
        listed = self._listed().get(item.origin.domain)
        if listed is not None:
            return listed.compare(item)
        lines = () if item.at_rest else (f"{item.id}: nothing here serves {item.origin.domain}",)
        return Compared(item.id, item.amount_received, differences=lines, at_stripe=True)

    def subject(self, item: Any, id_: str) -> Subject:
        comparison = dict(comparisons()).get(item.origin.domain)
        walk = comparison.purchases if comparison else None
        return Subject(item.origin.domain, walk.name if walk else self.listing.name, id_)

    def shown(self, item: Any) -> str:
        return str(item.id)

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
            return lambda id_: listed.compare(listed.listing.retrieve(id_))
    return None
