"""Who may do what for an organiser: ``organizers/{id}.members`` says it, a role for each uid."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from admission.reasons import AdmissionReason
from common.callable import Caller
from common.documents import Doc
from common.errors import CallReason, Refusal


class Role(StrEnum):
    """A member's role."""

    OWNER = "owner"
    MANAGER = "manager"
    FINANCE = "finance"
    DOOR = "door"


OWNERS = frozenset({Role.OWNER})
EDITORS = frozenset({Role.OWNER, Role.MANAGER})


def members(organizer: Doc) -> dict[str, Any]:
    """The members, as far as an operator left a map there."""
    found = organizer.get("members")
    return found if isinstance(found, dict) else {}


def may(caller: Caller, organizer: Doc, roles: frozenset[Role]) -> bool:
    """Whether the caller has one of these roles; administrators have all."""
    return caller.admin or members(organizer).get(caller.uid) in roles


def require(caller: Caller, organizer: Doc, roles: frozenset[Role]) -> None:
    """Refuse whoever has none of these roles.

    Raises:
        Refusal: ``ORGANIZER_NOT_FOUND`` to administrators, ``PERMISSION_DENIED``.
    """
    if not may(caller, organizer, roles):
        raise Refusal(CallReason.PERMISSION_DENIED)
    if not organizer.exists:
        raise Refusal(AdmissionReason.ORGANIZER_NOT_FOUND)
