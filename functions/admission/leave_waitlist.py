"""leaveWaitlist: waiting no more."""

from __future__ import annotations

from admission import order as orders
from admission.giving_up import give_up
from admission.reasons import AdmissionReason
from admission.waiting import Waiting, WaitlistRequest, WaitlistResponse
from admission.waitlist import Entry, WaitStatus
from common import documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import Refusal
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from payments.reasons import PaymentReason


@callable_function(
    who="whoever waits",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        AdmissionReason.NOT_WAITING,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.TOO_MANY_PURCHASES,
    ),
)
def leaveWaitlist(caller: Caller, request: WaitlistRequest) -> WaitlistResponse:  # noqa: N802
    """Waits no more. What was offered is given up, for the next who waits; if it was paid meanwhile, that stands.

    Repeating it changes nothing.
    """
    entry = run_until_committed(lambda: _leave(caller, request))
    if entry.status is not WaitStatus.OFFERED:
        return WaitlistResponse.of(entry)
    loaded = orders.load(str(entry.order_id))
    if loaded is not None:
        give_up(caller, loaded)
    return WaitlistResponse.of(Entry(documents.read(entry.doc.ref)[0]))


def _leave(caller: Caller, request: WaitlistRequest) -> Entry:
    entry, unit = Waiting.read(caller, request).entry, Unit()
    if not entry.exists:
        raise Refusal(AdmissionReason.NOT_WAITING)
    if entry.status is WaitStatus.WAITING:
        entry.change(unit, {"status": WaitStatus.LEFT})
        unit.commit()
    return entry
