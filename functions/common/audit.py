"""What administrators change: ``audit/{id}``, written in the commit of the change, so neither is without the other.

While a call of an administrator is served, ``common.history`` writes an entry for every change of theirs by itself;
what changes a document without a history calls ``entry``. A call that changes nothing leaves none.

An entry has ``at``, ``who`` (uid), ``what`` (the callable), ``note`` (why, in their words), ``target`` (the path of the
document), ``before`` and ``after`` (the changed fields).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from common import clock, documents, ids
from common.documents import Doc, Unit

_KEPT_BACK = frozenset({"ticket_code", "codes", "version"})
"""Fields that an entry leaves out: secrets, and what says nothing."""


@dataclass(frozen=True)
class _Action:
    who: str
    what: str
    note: str | None


_under_way: ContextVar[_Action | None] = ContextVar("administrators_action", default=None)


@contextmanager
def action(who: str, what: str, note: str | None) -> Iterator[None]:
    """Whatever is changed meanwhile in the name of ``who`` is the administrator's doing."""
    token = _under_way.set(_Action(who, what, note))
    try:
        yield
    finally:
        _under_way.reset(token)


def entry(unit: Unit, target: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Plan the entry of a change by the administrator whose call is being served. Nothing where there is none."""
    doing = _under_way.get()
    if doing is None:
        return
    fields = {
        "at": clock.now(),
        "who": doing.who,
        "what": doing.what,
        "note": doing.note,
        "target": target,
        "before": _shown(before),
        "after": _shown(after),
    }
    unit.create_unread(documents.ref("audit", ids.new_nonce()), fields)


def of_change(unit: Unit, doc: Doc, changes: Mapping[str, Any], actor: str) -> None:
    """Plan the entry of a document's change, if the actor is that administrator. To be called before it is planned."""
    doing = _under_way.get()
    if doing is not None and doing.who == actor:
        entry(unit, doc.ref.path, {name: doc.get(name) for name in changes if doc.exists}, changes)


def _shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _KEPT_BACK}
