"""An event with its organiser and its tiers, for whoever changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from admission import roles, search_index
from admission.event import Event
from admission.reasons import AdmissionReason
from admission.records import event_ref, organizer_ref
from admission.roles import EDITORS, Role
from admission.tier import Tier
from common import accounts, clock, documents, history
from common.callable import Caller
from common.documents import Doc, Unit
from common.errors import Refusal
from common.history import Change


@dataclass
class LoadedEvent:
    """An event that its caller may change."""

    event: Event
    organizer: Doc
    tiers: list[Tier]
    found_in: Doc
    """The document of ``search_index`` that its row belongs in."""

    @classmethod
    def read(cls, caller: Caller, event_id: str, needed: frozenset[Role] = EDITORS) -> LoadedEvent:
        """Read what the event is decided on.

        Raises:
            Refusal: ``EVENT_NOT_FOUND`` also to whoever has none of the roles needed while it is a draft;
                ``PERMISSION_DENIED``, ``ACCOUNT_DELETED``.
        """
        doc, deletion = documents.read(event_ref(event_id), accounts.deletion_ref(caller.uid))
        accounts.refuse_if_deleted(deletion, clock.now())
        if not doc.exists:
            raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
        event = Event(doc)
        organizer, found_in, *tiers = documents.read(
            organizer_ref(event.organizer_id), search_index.ref_of(event_id), *event.tier_refs()
        )
        roles.require(caller, organizer, needed)
        return cls(event, organizer, [Tier(tier) for tier in tiers], found_in)

    def agree(self, version: int | None) -> None:
        """Refuse who has seen another version.

        Raises:
            Refusal: ``VERSION_CONFLICT``, with the present one.
        """
        if version not in (None, self.event.version):
            raise Refusal(AdmissionReason.VERSION_CONFLICT, version=self.event.version)

    def change(self, unit: Unit, fields: dict[str, Any], change: Change) -> None:
        """Plan the event's next version, and that it can be found, or no more, as it then is."""
        search_index.write(unit, self.found_in, self.event.id, {**(self.event.doc.data or {}), **fields}, change.at)
        history.advance(unit, self.event.doc, {**fields, "updated_at": change.at}, change)
