"""The deletion of an account, from its first commit to the last look: begun once, finished by whoever comes.

``account_deletions/{uid}`` says how far it is, and is due until all is done; so it is finished also if the process
that began it dies, and a big account piece by piece. Every step may be repeated. The sign-in goes last, so that its
owner can ask again until then. An hour later, when no token of theirs is good any more, everything is looked at once
more: an app that was open may have written a profile again, and an instance that knew a consultant as active may have
sold a ticket.
"""

from __future__ import annotations

from typing import Any

from firebase_admin.exceptions import FirebaseError

from common import accounts, clock, documents, history, limits, log, mail, pages, push
from common.accounts import TOKEN_LIFETIME, DeletionStatus
from common.deadline import Deadline
from common.documents import Doc, Unit, user_ref
from common.history import Change
from common.retry import run_until_committed
from entrypoints import domains
from payments.due_work import DueWork
from payments.purchase import RESUME_AFTER, Purchase

LEAVE = "leave"
SECONDS = 25
"""For one piece of it: what is under way when they are over must end before the platform ends a call."""
_DONE = {"due_action": None, "due_at": None}


def begin(uid: str, by: str) -> None:
    """Commit that an account is deleted, unless it is being deleted already. From now on it buys and earns nothing."""
    run_until_committed(lambda: _begin(uid, by))


def _begin(uid: str, by: str) -> None:
    (deletion,) = documents.read(accounts.deletion_ref(uid))
    now = clock.now()
    if accounts.is_deleted(deletion, now):
        return
    due = {"due_action": LEAVE, "due_at": now + RESUME_AFTER, "tries": 0}
    fields = {"status": DeletionStatus.BEGUN, "begun_at": now, "deleted_at": None, **due}
    unit, change = Unit(), Change(DeletionStatus.BEGUN, by, now)
    if deletion.exists:
        history.advance(unit, deletion, fields, change)
    else:
        history.begin(unit, deletion, fields, change)
    unit.commit()


def finish(uid: str, by: str) -> bool:
    """Do what is to be done, as far as the time suffices. Whether all of it is.

    Raises:
        Refusal: something of theirs must end first.
    """
    if not _remove(uid):
        return False
    # Here, because only an instance that deletes accounts needs it.
    from common import sign_ins

    try:
        sign_ins.delete(uid)
    except FirebaseError as error:
        log.warning("sign-in not deleted", uid=uid, problem=error.code)
        return False
    due = {"due_action": LEAVE, "due_at": clock.now() + TOKEN_LIFETIME, "tries": 0}
    _advance(uid, by, DeletionStatus.BEGUN, {"status": DeletionStatus.DELETED, "deleted_at": clock.now(), **due})
    return True


def _remove(uid: str) -> bool:
    """Whether nothing was left for lack of time."""
    deadline = Deadline(SECONDS)
    for domain in domains.every():
        domain.leave(uid, deadline)
    pages.delete_tree(user_ref(uid), deadline)
    push.forget(uid, deadline)
    mail.forget(uid, deadline)
    limits.forget(uid, deadline)
    return not deadline.passed


def _look_again(uid: str) -> None:
    """The last look. Whoever came again with a uid of their own choice keeps what they have now."""
    from common import sign_ins

    if sign_ins.exists(uid) or _remove(uid):
        _advance(uid, "schedule", DeletionStatus.DELETED, _DONE)


def _advance(uid: str, by: str, before: DeletionStatus, changes: dict[str, Any]) -> None:
    """One step further, unless somebody else was faster."""

    def advance() -> None:
        (deletion,) = documents.read(accounts.deletion_ref(uid))
        if deletion.get("status") == before:
            unit = Unit()
            history.advance(unit, deletion, changes, Change(changes.get("status", "closed"), by, clock.now()))
            unit.commit()

    run_until_committed(advance)


def _catch_up(uid: str) -> Purchase | None:
    deletion = _read(uid)
    if not deletion.exists:
        return None
    if deletion["status"] == DeletionStatus.BEGUN:
        finish(uid, "schedule")
    else:
        _look_again(uid)
    return Purchase(_read(uid))


def _read(uid: str) -> Doc:
    (deletion,) = documents.read(accounts.deletion_ref(uid))
    return deletion


DUE = DueWork(
    domain="accounts",
    collection="account_deletions",
    every_minute=(),
    every_five_minutes=(LEAVE,),
    catch_up=_catch_up,
)
