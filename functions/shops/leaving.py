"""Whoever deletes their account works at no store any more."""

from __future__ import annotations

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, pages
from common.deadline import Deadline
from common.documents import Unit


def leave(uid: str, deadline: Deadline) -> None:
    """Take somebody out of the staff of every store."""
    works_there = FieldFilter("uids", "array_contains", uid)
    for page in pages.pages(documents.collection("store_staff").where(filter=works_there), deadline):
        unit = Unit()
        for staff in page:
            unit.merge_blindly(staff.reference, {"uids": firestore.ArrayRemove([uid])})
        unit.commit()
