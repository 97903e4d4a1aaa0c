"""What a domain is: a kind of purchase, or whatever else the bundle serves, as the shared entrypoints see it.

Each domain's folder has a ``domain.py`` with one ``DOMAIN``; ``entrypoints.domains`` is the table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.alerts import Alert
from common.deadline import Deadline
from common.errors import Reason
from common.invariants import Rule
from payments.due_work import DueWork
from payments.event_ledger import Line


@dataclass(frozen=True)
class Listing:
    """Objects at Stripe that can be listed, and read one by one. One pass serves all domains that share a listing.

    They have an ``id``, an ``origin``, ``amount_received`` (JPY), and ``at_rest``: whether no money can move any more.
    """

    created_since: Callable[[datetime], Iterator[Any]]
    retrieve: Callable[[str], Any]


@dataclass(frozen=True)
class Compared:
    """One purchase, laid beside its object at Stripe.

    Attributes:
        captured_at_stripe: JPY.
        captured_in_firestore: JPY.
        differences: a line for people for each.
        at_stripe: whether there is an object at Stripe.
    """

    captured_at_stripe: int = 0
    captured_in_firestore: int = 0
    differences: tuple[str, ...] = ()
    at_stripe: bool = True


@dataclass(frozen=True)
class Comparison:
    """What the daily reconciliation lists and compares for a domain.

    Attributes:
        listing: the objects at Stripe that its purchases have.
        id_of: the purchase that an object of this domain names.
        compare_fact: settles an object as it was listed, and compares its purchase.
        open_ids: the purchases that are not finished, whatever Stripe lists.
        compare_open: brings one of these up to date, and compares it.
    """

    listing: Listing
    id_of: Callable[[Any], str]
    compare_fact: Callable[[Any], Compared]
    open_ids: Callable[[], Iterator[str]]
    compare_open: Callable[[str], Compared]


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
        due: its due work, if it has any.
        comparison: what is compared every day. Without it nothing notices what went wrong with its payments.
        may_leave: whether nothing runs of a user that must end before their account is deleted.
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
    comparison: Comparison | None = None
    may_leave: Callable[[str], bool] = lambda _: True
    leave: Callable[[str, Deadline], None] = lambda _uid, _deadline: None
