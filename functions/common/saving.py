"""A document that operators used to write by hand, written by a call: valid, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.cloud import firestore

from common import audit, cache, documents
from common.configuration import Configuration
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.retry import run_until_committed


def save(reference: firestore.DocumentReference, model: type[Configuration], fields: Mapping[str, Any]) -> Doc:
    """Change these fields of a document, or create it; what else it has is the app's, and stays.

    Args:
        model: what must be able to use it afterwards.

    Raises:
        Refusal: ``INVALID_ARGUMENT``, with the fields that are wrong. Nothing is written.
    """
    return run_until_committed(lambda: _save(reference, model, fields))


def _save(reference: firestore.DocumentReference, model: type[Configuration], fields: Mapping[str, Any]) -> Doc:
    (doc,) = documents.read(reference)
    before = {name: doc.get(name) for name in fields}
    problems = model.problems({**(doc.data or {}), **fields}, reference.id)
    if problems:
        wrong = [{"field": field, "problem": problem} for field, problem in problems]
        raise Refusal(CallReason.INVALID_ARGUMENT, fields=wrong)
    if doc.exists and before == fields:
        return doc
    unit = Unit()
    audit.entry(unit, reference.path, before if doc.exists else {}, fields)
    if doc.exists:
        unit.update_as_read(doc, dict(fields))
    else:
        unit.create(doc, dict(fields))
    unit.commit()
    # So that whoever saved it and tries it in this instance meets it.
    cache.forget()
    return doc
