"""setOrganizerMembers and setEventStaff: who works for an organiser, and who lets people into an event."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from admission import roles
from admission.event_fields import Title
from admission.loaded_event import LoadedEvent
from admission.reasons import AdmissionReason
from admission.records import organizer_ref, staff_ref
from admission.request_fields import EventId, Gate, OrganizerId, Uid
from admission.roles import OWNERS, Role
from common import accounts, audit, clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import CallReason, Refusal
from common.messages import AdministeredRequest, IsoTime, Part, ResponseModel, Timestamp
from common.retry import run_until_committed

RoleName = Annotated[str, StringConstraints(pattern="^(owner|manager|finance|door)$")]


class SetOrganizerMembersRequest(AdministeredRequest):
    """All members of an organiser from now on."""

    organizer_id: OrganizerId
    name: Title | None = Field(None, description="Shown on its events. An administrator's, for a new organiser.")
    members: dict[Uid, RoleName] = Field(min_length=1, max_length=200, description="uid: owner, manager, finance, door")


class SetOrganizerMembersResponse(ResponseModel):
    """The organiser as it now is."""

    organizer_id: str
    members: dict[str, str]


class StaffFields(Part):
    """Somebody at the door."""

    gates: list[Gate] = Field(max_length=50, description="Where; everywhere if empty.")
    until: IsoTime | None = None


class SetEventStaffRequest(AdministeredRequest):
    """Everybody at the door of an event from now on."""

    event_id: EventId
    uids: dict[Uid, StaffFields] = Field(max_length=500)


class StaffView(BaseModel):
    """Somebody at the door."""

    gates: list[str]
    until: Timestamp | None


class SetEventStaffResponse(ResponseModel):
    """Everybody at the door."""

    event_id: str
    uids: dict[str, StaffView]


@callable_function(
    who="an owner of the organiser, or an administrator",
    reasons=(AccountReason.ACCOUNT_DELETED, CallReason.PERMISSION_DENIED, AdmissionReason.LAST_OWNER),
)
def setOrganizerMembers(caller: Caller, request: SetOrganizerMembersRequest) -> SetOrganizerMembersResponse:  # noqa: N802
    """Says who works for an organiser, and as what. An administrator makes a new one by this."""
    return run_until_committed(lambda: _set_members(caller, request))


def _set_members(caller: Caller, request: SetOrganizerMembersRequest) -> SetOrganizerMembersResponse:
    organizer, deletion = documents.read(organizer_ref(request.organizer_id), accounts.deletion_ref(caller.uid))
    accounts.refuse_if_deleted(deletion, clock.now())
    if not roles.may(caller, organizer, OWNERS):
        raise Refusal(CallReason.PERMISSION_DENIED)
    if Role.OWNER not in request.members.values():
        raise Refusal(AdmissionReason.LAST_OWNER)
    unit = Unit()
    fields: dict[str, Any] = {"members": dict(request.members), "version": int(organizer.get("version", 0)) + 1}
    fields["name"] = request.name or organizer.get("name") or request.organizer_id
    audit.of_change(unit, organizer, fields, caller.uid)
    if organizer.exists:
        unit.update_as_read(organizer, fields)
    else:
        unit.create(organizer, fields)
    unit.commit()
    return SetOrganizerMembersResponse(organizer_id=organizer.id, members=fields["members"])


@callable_function(
    who="an owner or manager of the organiser",
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CallReason.PERMISSION_DENIED,
        AdmissionReason.ORGANIZER_NOT_FOUND,
        AdmissionReason.EVENT_NOT_FOUND,
    ),
)
def setEventStaff(caller: Caller, request: SetEventStaffRequest) -> SetEventStaffResponse:  # noqa: N802
    """Says who lets people into an event, at which gates, and until when."""
    loaded, unit = LoadedEvent.read(caller, request.event_id), Unit()
    uids = {uid: {"gates": each.gates, "until": each.until} for uid, each in request.uids.items()}
    unit.replace_blindly(staff_ref(loaded.event.id), {"uids": uids, "updated_at": clock.now()})
    audit.entry(unit, staff_ref(loaded.event.id).path, {}, {"uids": uids})
    unit.commit()
    return SetEventStaffResponse(
        event_id=loaded.event.id,
        uids={uid: StaffView(gates=each.gates, until=each.until) for uid, each in request.uids.items()},
    )
