"""What becomes of somebody's consultations when they delete their account.

What is open is voided, whichever side of it they are on, by the same events as ever: so the decision comes first, and
what Stripe cannot do now is left to the schedule. The books stay: tickets with their history, payments, rooms and
codes, which name people by uid only. What the app kept on them is blanked, and the messages they wrote are deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, pages
from common.accounts import AccountReason
from common.deadline import Deadline
from common.documents import Unit, user_ref
from common.errors import Refusal
from common.retry import run_until_committed
from consultation import user_lists
from consultation.decisions import decide_and_carry_out, load_up_to_date
from consultation.happening import Happening, Note
from consultation.records import imecon_ref, lists_ref, ticket_ref
from consultation.states import ACTIVE, PAID_STATES, Event, Status
from consultation.ticket import Ticket
from consultation.transition import record

ACCOUNT_DELETED = "account_deleted"
"""A ticket's ``cancel_reason``."""
_LIVE = sorted({state.status for state in PAID_STATES if state.live})


def may_leave(uid: str) -> bool:
    """Whether no session of theirs runs, as buyer or as consultant. One past its time is ended now."""
    running = [load_up_to_date(id_) for id_ in _tickets(uid, [Status.ACTIVE])]
    return all(loaded is None or loaded.ticket.state != ACTIVE for loaded in running)


def leave(uid: str, deadline: Deadline) -> None:
    """Void what is open, and remove or blank the rest.

    Raises:
        Refusal: ``SESSION_IN_PROGRESS``, when one has begun meanwhile.
    """
    _take_no_more(uid)
    for id_ in _tickets(uid, _LIVE):
        if not deadline.passed:
            _void(id_, uid)
    run_until_committed(lambda: _close_lists(uid))
    # Payments after their tickets, from which they are written.
    _blank_tickets(uid, deadline)
    _blank_payments(uid, deadline)
    written = documents.client().collection_group("messages").where(filter=_is("sender_ref", uid))
    pages.delete_all(written, deadline, _is_in_a_chat_room)


def _take_no_more(uid: str) -> None:
    """A consultant is not on sale any more, and shows nothing."""
    (imecon,) = documents.read(imecon_ref(uid))
    if imecon.exists:
        unit = Unit()
        unit.replace_blindly(imecon.ref, {"active": False})
        unit.commit()


def _tickets(uid: str, statuses: Iterable[Status]) -> Iterator[str]:
    """The ids of their tickets, on either side."""
    for side in ("user_ref", "imecon_ref"):
        mine = documents.collection("tickets").where(filter=_is(side, uid))
        query = mine.where(filter=FieldFilter("status", "in", [status.value for status in statuses])).select([])
        yield from [str(found.id) for found in query.stream()]


def _is(field: str, uid: str) -> FieldFilter:
    return FieldFilter(field, "==", user_ref(uid))


def _void(ticket_id: str, uid: str) -> None:
    loaded = load_up_to_date(ticket_id)
    if loaded is None or loaded.ticket.state.decision is not None:
        return

    def void(ticket: Ticket) -> Happening | None:
        if ticket.state == ACTIVE:
            raise Refusal(AccountReason.SESSION_IN_PROGRESS)
        if not ticket.state.live or ticket.state.decision is not None:
            return None
        # A consultant's tickets are declined: their buyers are told.
        event = Event.CANCEL if ticket.buyer == uid else Event.DECLINE
        return Happening(event, uid, clock.now(), reason=ACCOUNT_DELETED)

    decide_and_carry_out(loaded, void)


def _close_lists(uid: str) -> None:
    (lists,) = documents.read(lists_ref(uid))
    unit = Unit()
    user_lists.close(unit, lists, clock.now())
    if not unit.empty:
        unit.commit()


def _blank_tickets(uid: str, deadline: Deadline) -> None:
    mine = documents.collection("tickets").where(filter=_is("user_ref", uid)).select(["session_id", "metadata"])
    for page in pages.pages(mine, deadline):
        for found in page:
            if not deadline.passed and any((found.to_dict() or {}).values()):
                run_until_committed(lambda id_=str(found.id): _blank_ticket(id_, uid))  # type: ignore[misc]


def _blank_ticket(ticket_id: str, uid: str) -> None:
    (doc,) = documents.read(ticket_ref(ticket_id))
    unit = Unit()
    record(unit, Ticket(doc), Happening(Note.BLANK, uid, clock.now()), {"session_id": None, "metadata": {}})
    unit.commit()


def _blank_payments(uid: str, deadline: Deadline) -> None:
    mine = documents.collection("payment_intents").where(filter=FieldFilter("userId", "==", uid))
    for page in pages.pages(mine.select(["sessionId", "metadata"]), deadline):
        unit = Unit()
        for found in page:
            if any((found.to_dict() or {}).values()):
                unit.merge_blindly(found.reference, {"sessionId": None, "metadata": {}})
        if not unit.empty:
            unit.commit()


def _is_in_a_chat_room(message: firestore.DocumentReference) -> bool:
    """Not in a collection of that name which is the app's own."""
    return str(message.path).startswith("chat_rooms/")
