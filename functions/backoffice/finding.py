"""A purchase of any kind, by any id that it has."""

from __future__ import annotations

from backoffice.reasons import BackofficeReason
from common.errors import Refusal
from entrypoints import domains
from payments.domain import Domain
from payments.inspection import Inspected


def find(id_: str) -> tuple[Domain, Inspected] | None:
    """The purchase, and the domain that it is of. ``None`` if no record has the id."""
    for domain in domains.every():
        if (found := domain.inspect(id_)) is not None:
            return domain, found
    return None


def found(id_: str) -> tuple[Domain, Inspected]:
    """As ``find``.

    Raises:
        Refusal: ``RECORD_NOT_FOUND``.
    """
    known = find(id_)
    if known is None:
        raise Refusal(BackofficeReason.RECORD_NOT_FOUND)
    return known
