"""Makes a person's lists what their tickets say, and shows them again. Not on the path of a request: it queries."""

from __future__ import annotations

from google.api_core.exceptions import InvalidArgument
from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, log
from common.documents import Doc, Unit, user_ref
from common.retry import run_until_committed
from consultation import user_lists
from consultation.records import lists_ref
from consultation.states import AUTHORIZED, USED
from consultation.ticket import Ticket

_WAITING = [AUTHORIZED.status.value, USED.status.value]


def show_again(uid: str) -> None:
    """Repair ``consultation_lists/{uid}`` and what ``users/{uid}`` shows, also of a consultant's requests.

    ``users/{uid}`` is not made if it is not there, and left alone where it cannot be written: it is full, or its owner
    writes to it all the time.

    Raises:
        Busy: it changed in every round. Try again later.
    """
    run_until_committed(lambda: _mend_lists(uid))
    run_until_committed(lambda: _show_requests(uid))


def _mend_lists(uid: str) -> None:
    # Read before the tickets: whatever happens to one of them meanwhile changes the lists too.
    (lists,) = documents.read(lists_ref(uid))
    waiting = _waiting("user_ref", uid)
    codes = [ticket.code for ticket in waiting if ticket.code and ticket.state == AUTHORIZED]
    unit = Unit()
    user_lists.write(unit, lists, [ticket.id for ticket in waiting], codes)
    unit.commit()


def _show_requests(uid: str) -> None:
    """Nothing of ours guards these, so the document that shows them must be as it was read before the tickets."""
    (user,) = documents.read(user_ref(uid))
    if not user.exists:
        return
    unit = Unit()
    asked = [user_lists.dm_request(ticket, ticket.code) for ticket in _waiting("imecon_ref", uid) if ticket.code]
    unit.update_as_read(user, {"dm_requests": asked})
    try:
        unit.commit()
    except InvalidArgument:
        log.warning("not shown to the app", problem="InvalidArgument")


def _waiting(field: str, uid: str) -> list[Ticket]:
    """The tickets with which somebody waits for a consultant, oldest first."""
    tickets = documents.collection("tickets")
    person = FieldFilter(field, "==", user_ref(uid))
    found = tickets.where(filter=person).where(filter=FieldFilter("status", "in", _WAITING)).stream()
    waiting = [Ticket(Doc.found(each)) for each in found]
    return sorted(waiting, key=lambda ticket: (ticket.doc["created_at"], ticket.id))
