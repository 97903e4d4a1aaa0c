"""deleteAccount: a person leaves. What they have open is voided, the books stay, the rest goes, the sign-in last."""

from __future__ import annotations

from pydantic import Field

from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.errors import CallReason, Refusal
from common.messages import AdministeredRequest, ResponseModel, Uid
from common.params import STRIPE_SECRET_KEY
from entrypoints import account_deletion, domains


class DeleteAccountRequest(AdministeredRequest):
    """One's own account, unless an administrator names another."""

    uid: Uid | None = Field(None, description="Whose account, for an administrator. Your own when absent.")


class DeletedView(ResponseModel):
    """What became of it."""

    deleted: bool = Field(
        description="false: some of it is left, and a schedule goes on with it. The account can do nothing more."
    )


@callable_function(
    who="a signed-in user, about themselves; an administrator, about anybody",
    secrets=(STRIPE_SECRET_KEY,) if domains.sells() else (),
    reasons=(CallReason.PERMISSION_DENIED, AccountReason.SESSION_IN_PROGRESS),
)
def deleteAccount(caller: Caller, request: DeleteAccountRequest) -> DeletedView:  # noqa: N802
    """Deletes an account for good, with its profile, lists, stamps, messages and sign-in. Points are forfeited.

    Consultations that have not begun are voided, on either side; a capture already decided is finished. Tickets,
    payments and the entries of points stay for the books, and name the account by uid only. Refused while a session
    runs. Repeating it answers the same.
    """
    uid = request.uid or caller.uid
    if uid != caller.uid and not caller.admin:
        raise Refusal(CallReason.PERMISSION_DENIED)
    if not all(domain.may_leave(uid) for domain in domains.every()):
        raise Refusal(AccountReason.SESSION_IN_PROGRESS)
    account_deletion.begin(uid, caller.uid)
    return DeletedView(deleted=account_deletion.finish(uid, caller.uid))
