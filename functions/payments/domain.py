"""What a domain is: a kind of purchase, or whatever else the bundle serves, as the shared entrypoints see it.

Each domain's folder has a ``domain.py`` with one ``DOMAIN``; ``entrypoints.domains`` is the table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.alerts import Alert
from common.deadline import Deadline
from common.errors import Reason
from common.invariants import Rule
from payments.due_work import DueWork
from payments.event_ledger import Line
from payments.inspection import Inspected
from payments.refunds import Refunded

AFTERMATH = (
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
"""Stripe's events about money that was taken: refunds and disputes (``payments.aftermath``)."""


@dataclass(frozen=True)
class Listing:
    """Objects at Stripe that can be listed, and read one by one. One pass serves all domains that share a listing.

    They have an ``id``, an ``origin``, ``created``, ``amount_received`` (JPY), and ``at_rest``: whether no money can
    move any more.

    Attributes:
        name: of its cursor, and in reports.
        pages: what was created from one moment to another, both included, newest first, a page at a time.
        retrieve: an object as it is now.
    """

    name: str
    pages: Callable[[datetime, datetime], Iterator[Sequence[Any]]]
    retrieve: Callable[[str], Any]


@dataclass(frozen=True)
class Compared:
    """One thing, laid beside all that must agree with it.

    Attributes:
        id: by which it is compared again until it is in order: a purchase's, or that of an object without one.
        captured_at_stripe: JPY.
        captured_in_firestore: JPY.
        differences: a line for people for each.
        repaired: likewise, for what only was shown wrongly and is put right by now.
        at_stripe: whether there is an object at Stripe.
    """

    id: str
    captured_at_stripe: int = 0
    captured_in_firestore: int = 0
    differences: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    at_stripe: bool = False


Judge = Callable[[Sequence[Any]], Sequence[Compared | None]]
"""Compares a page of things, their documents read together, in a few round trips for all.

It changes nothing. Whatever differs, and each for which it says ``None``, is compared once more by itself.
"""


def none_of_them(_: Sequence[Any]) -> frozenset[str]:
    """What a domain claims that trusts the origin of what Stripe lists."""
    return frozenset()


def one_by_one(page: Sequence[Any]) -> list[None]:
    """The judge of a domain that sells little: each is compared by itself."""
    return [None for _ in page]


@dataclass(frozen=True)
class Listed:
    """How a domain compares what Stripe lists of it.

    Attributes:
        listing: the objects at Stripe that its purchases have.
        compare: settles an object, and compares its purchase, freshly read.
        judge: compares a page of objects.
        claims: the ids of those of a page, made by others as their origin says, that its own records know. Metadata can
            be edited.
    """

    listing: Listing
    compare: Callable[[Any], Compared]
    judge: Judge = one_by_one
    claims: Callable[[Sequence[Any]], Collection[str]] = none_of_them


@dataclass(frozen=True)
class Walk:
    """A collection that is looked through page after page, from a cursor of its own.

    Attributes:
        name: of its cursor, of the differences that are kept, and in reports. No dot.
        after: ids that come after one (after none: ``""``), in their order, some pages of them; none at the end.
        compare: brings the one of an id up to date, and compares it, freshly read.
        judge: compares the ids of a page.
        most: how many a run looks at, of a collection that grows for ever. The next run goes on there.
        secret: whether its ids must not be logged.
    """

    name: str
    after: Callable[[str], Sequence[str]]
    compare: Callable[[str], Compared]
    judge: Judge = one_by_one
    most: int | None = None
    secret: bool = False


@dataclass(frozen=True)
class Comparison:
    """What the daily reconciliation compares for a domain.

    Attributes:
        listed: what Stripe lists of it. A domain without payments has none.
        purchases: its unfinished purchases, whatever Stripe lists; those that it listed in the same run are left out.
            Its ``compare`` takes every id that ``listed`` gives.
        walks: what else is looked through.
    """

    listed: Listed | None = None
    purchases: Walk | None = None
    walks: tuple[Walk, ...] = ()


@dataclass(frozen=True)
class Domain:
    """One row of the table of domains.

    Attributes:
        name: stands in the metadata of all it creates at Stripe.
        reasons: why its calls are refused.
        rules: its invariants.
        alerts: what it raises, besides what all domains do.
        event_types: Stripe's events that it follows. The endpoint must be subscribed to them.
        settle: brings its records in step with a fact, together with the event's line if there is one. ``False`` for
            a fact that is not its own after all; then nothing was written.
        claims: whether its records name the PaymentIntent of an id, whatever its metadata says: people can edit that.
        due: its due work, if it has any.
        comparison: what is compared every day. Without it nothing notices what went wrong with its payments.
        may_leave: whether nothing runs of a user that must end before their account is deleted.
        inspect: a purchase by any id that it has, for whoever helps its buyer.
        refund: gives back JPY of what was captured for a purchase of its own, as ``inspect`` found it, in the name of a
            uid: all that is left where no amount is given. Refuses what cannot be given back.
        schedules: the modules of its own schedules, by name.
        leave: ends what a user has open, for good, and removes or blanks what the books do not need. Given a deadline,
            after which it takes on nothing more; called again as often as it takes, also when all is done.
    """

    name: str
    reasons: type[Reason]
    rules: tuple[Rule, ...] = ()
    alerts: tuple[Alert, ...] = ()
    event_types: tuple[str, ...] = ()
    settle: Callable[[Any, Line | None], bool] | None = None
    due: DueWork | None = None
    claims: Callable[[str], bool] | None = None
    comparison: Comparison | None = None
    may_leave: Callable[[str], bool] = lambda _: True
    inspect: Callable[[str], Inspected | None] = lambda _: None
    refund: Callable[[str, Inspected, int | None], Refunded] | None = None
    schedules: Mapping[str, str] = field(default_factory=dict)
    leave: Callable[[str, Deadline], None] = lambda _uid, _deadline: None
