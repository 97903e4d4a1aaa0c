"""What the documents of the points programme have in common: a customer and a store."""

from __future__ import annotations

from common.documents import DocumentView


class PointsDocument(DocumentView):
    """A typed view of a document about a customer's points at a store."""

    @property
    def user_id(self) -> str:
        return str(self.doc["userId"])

    @property
    def store_id(self) -> str:
        return str(self.doc["storeId"])
