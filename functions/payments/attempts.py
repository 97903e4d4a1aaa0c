"""Idempotency keys: how a request is repeated until its outcome is known, and when a new key is needed.

A key answers with its first outcome for a day, also if that was an error. So a request is repeated under its key for as
long as that can help; a new attempt, with new keys, begins only when a saved error was replayed and Stripe was asked
for the object as it is. Attempts grow by compare-and-set, so twins of one call share the new one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from common import clock, history
from common.documents import Unit
from common.history import Change
from common.retry import run_until_committed
from payments.failures import Rejected
from payments.purchase import Loaded

T = TypeVar("T")

CREATE_REPLAY = timedelta(hours=20)
"""Stripe may forget idempotency keys after 24 h; past this a create is looked up instead of replayed."""
CLOCK_SKEW = timedelta(minutes=10)
NEXT_ATTEMPT = "next_attempt"


def create(
    loaded: Loaded,
    send: Callable[[str], T],
    find: Callable[[datetime], T | None],
    operation: str = "create",
    decided: str = "created_at",
) -> T:
    """What a purchase's create made at Stripe, by whichever repetition of it; made now if it was not.

    Args:
        send: the create, under the key it is given, with what is stored on the purchase.
        find: looks among what was created since then.
        operation: its name in the key.
        decided: the purchase's field that says since when it may have been sent.

    Raises:
        Rejected: Stripe refuses to create it.
        Unavailable: try again later.
    """
    since = loaded.purchase.time(decided)
    assert since is not None
    if clock.now() - since <= CREATE_REPLAY:
        try:
            return send(loaded.purchase.key(operation))
        except Rejected as rejected:
            if not rejected.replayed:
                raise
    # A saved error answers this key for ever, or the key is forgotten. The object may exist all the same.
    found = find(since - CLOCK_SKEW)
    if found is not None:
        return found
    next_attempt(loaded)
    return send(loaded.purchase.key(operation))


def act(
    loaded: Loaded, operation: str, send: Callable[[str], T], read: Callable[[], T], ended: Callable[[T], bool]
) -> T:
    """What an operation on an object at Stripe led to, by whichever repetition of it.

    Args:
        send: the operation, under the key it is given.
        read: the object as it is now.
        ended: whether nothing can change the object any more.

    Raises:
        Rejected: Stripe refuses it, also under a new key.
        Unavailable: try again later.
    """
    try:
        return send(loaded.purchase.key(operation))
    except Rejected as rejected:
        now = read()
        if ended(now) or not rejected.replayed:
            return now
    next_attempt(loaded)
    return send(loaded.purchase.key(operation))


def next_attempt(loaded: Loaded) -> None:
    """Take the next attempt's keys, or those that a twin of this call has just taken."""
    tried = loaded.purchase.attempt

    def advance() -> None:
        if loaded.purchase.attempt == tried:
            unit, change = Unit(), Change(NEXT_ATTEMPT, "stripe", clock.now())
            history.advance(unit, loaded.purchase.doc, {"attempt": tried + 1}, change)
            unit.commit()

    run_until_committed(advance, loaded.reload)
