"""resolveIncident: a person has settled what an incident tells of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from backoffice.reasons import BackofficeReason
from common import audit, documents, ids, incidents
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import Refusal
from common.messages import NotedRequest, ResponseModel, Timestamp
from common.retry import run_until_committed

IncidentId = Annotated[str, StringConstraints(pattern=ids.ANY_PATTERN, min_length=1, max_length=400)]


class ResolveIncidentRequest(NotedRequest):
    """Which incident."""

    incident_id: IncidentId = Field(description="The id of its document.")


class IncidentView(BaseModel):
    """An incident."""

    incident_id: str = Field(description="The id of its document.")
    kind: str = Field(description="The alert it came with.")
    status: Literal["open", "resolved"] = Field(description="Whether somebody must still settle it.")
    resolved_at: Timestamp | None
    resolved_by: str | None = Field(description="A uid, or schedule.")
    note: str | None = Field(description="What was done about it.")

    @classmethod
    def of(cls, doc: Doc) -> IncidentView:
        names = ("kind", "status", "resolved_at", "resolved_by", "note")
        return cls(incident_id=doc.id, **{name: doc.get(name) for name in names})


class ResolveIncidentResponse(ResponseModel):
    """The incident as it now is."""

    incident: IncidentView = Field(description="As it stands.")


@callable_function(who="an administrator", admin_only=True, reasons=(BackofficeReason.INCIDENT_NOT_FOUND,))
def resolveIncident(caller: Caller, request: ResolveIncidentRequest) -> ResolveIncidentResponse:  # noqa: N802
    """Closes an incident, with what was done about it. Repeating it answers with how it was closed.

    It moves no money. If the same happens again, the incident is open again.
    """
    return run_until_committed(lambda: _resolve(caller, request))


def _resolve(caller: Caller, request: ResolveIncidentRequest) -> ResolveIncidentResponse:
    (incident,) = documents.read(documents.ref(incidents.COLLECTION, request.incident_id))
    if not incident.exists:
        raise Refusal(BackofficeReason.INCIDENT_NOT_FOUND)
    if incident["status"] == incidents.OPEN:
        unit, changes = Unit(), incidents.resolution(caller.uid, request.note)
        audit.of_change(unit, incident, changes, caller.uid)
        unit.update_as_read(incident, changes)
        unit.commit()
    return ResolveIncidentResponse(incident=IncidentView.of(incident))
