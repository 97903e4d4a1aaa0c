"""The values of documents as Firestore's API carries them: the generated messages themselves, without wrappers.

The client library wraps each value of each message in an object of its own, which costs more processor time than all
else that a call does. What is written and read here is, byte for byte, what the library writes and reads
(``tests/common/test_firestore_values.py``), but for what the rules let an app put into its documents to do harm:
a reference into another database is read as its name, and a map that looks like a vector or a BSON type as a map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.field_path import FieldPath

Write: Any = types.Write.pb()
TRANSFORMS: dict[type, str] = {
    firestore.ArrayUnion: "append_missing_elements",
    firestore.ArrayRemove: "remove_all_from_array",
    firestore.Increment: "increment",
    firestore.Maximum: "maximum",
    firestore.Minimum: "minimum",
}
"""What the server computes, and the field of its message that says so."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AS_IT_IS = frozenset({"string_value", "integer_value", "boolean_value", "double_value", "bytes_value"})
_SIMPLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def field_path(*names: str) -> str:
    """The path of a field below fields, quoted where a name needs that."""
    if all(map(_SIMPLE.fullmatch, names)):
        return ".".join(names)
    return str(FieldPath(*names).to_api_repr())


class Codec:
    """Writes and reads values of one database.

    Attributes:
        client: makes references.
        root: the name that those of all its documents begin with, and a slash.
    """

    def __init__(self, client: firestore.Client, database: str) -> None:
        self.client = client
        self.root = f"{database}/documents/"

    def name(self, reference: firestore.DocumentReference) -> str:
        """A document's full name."""
        return f"{self.root}{reference.path}"

    def encode(self, value: Any, into: Any) -> None:
        """Write a value into a ``Value`` message.

        Raises:
            TypeError: Firestore has no such values, or a transform is where none can be.
        """
        if value is None:
            into.null_value = 0
        elif isinstance(value, str):
            into.string_value = value
        elif isinstance(value, bool):
            into.boolean_value = value
        elif isinstance(value, int):
            into.integer_value = value
        elif isinstance(value, datetime):
            _encode_time(value, into.timestamp_value)
        elif isinstance(value, Mapping):
            into.map_value.SetInParent()
            self.encode_fields(value, into.map_value.fields)
        elif isinstance(value, list | tuple | set | frozenset):
            self.encode_elements(value, into.array_value)
        elif isinstance(value, float):
            into.double_value = value
        elif isinstance(value, bytes):
            into.bytes_value = value
        elif isinstance(value, firestore.DocumentReference):
            into.reference_value = self.name(value)
        elif isinstance(value, firestore.GeoPoint):
            into.geo_point_value.latitude, into.geo_point_value.longitude = value.latitude, value.longitude
            into.geo_point_value.SetInParent()
        else:
            raise TypeError(f"Firestore cannot keep a {type(value).__name__} here")

    def encode_fields(self, values: Mapping[str, Any], fields: Any) -> None:
        """Write values into the fields of a document or a map."""
        for name, value in values.items():
            self.encode(value, fields[name])

    def encode_elements(self, values: Any, array: Any) -> None:
        """Write values into an ``ArrayValue``."""
        array.SetInParent()
        for value in values:
            self.encode(value, array.values.add())

    def decode(self, value: Any) -> Any:
        """The value in a ``Value`` message."""
        kind = value.WhichOneof("value_type")
        if kind in _AS_IT_IS:
            return getattr(value, kind)
        if kind == "null_value":
            return None
        if kind == "timestamp_value":
            return _decode_time(value.timestamp_value)
        if kind == "map_value":
            return self.decode_fields(value.map_value.fields)
        if kind == "array_value":
            return [self.decode(element) for element in value.array_value.values]
        if kind == "reference_value":
            return self._decode_reference(value.reference_value)
        if kind == "geo_point_value":
            return firestore.GeoPoint(value.geo_point_value.latitude, value.geo_point_value.longitude)
        raise ValueError(f"a value of an unknown kind {kind}")

    def decode_fields(self, fields: Any) -> dict[str, Any]:
        """The fields of a document or a map."""
        return {name: self.decode(value) for name, value in fields.items()}

    def _decode_reference(self, name: str) -> Any:
        return self.client.document(name.removeprefix(self.root)) if name.startswith(self.root) else name

    def deletion(self, reference: firestore.DocumentReference) -> Any:
        """A ``Write`` that deletes a document."""
        return Write(delete=self.name(reference))

    def replacement(self, reference: firestore.DocumentReference, data: Mapping[str, Any]) -> Any:
        """A ``Write`` that leaves nothing but ``data`` in a document, there already or not."""
        write = Write()
        write.update.name = self.name(reference)
        fields = write.update.fields
        for name, value in data.items():
            if (transform := TRANSFORMS.get(type(value))) is None:
                self.encode(value, fields[name])
            else:
                self._transform(write.update_transforms.add(field_path=field_path(name)), transform, value)
        return write

    def update(self, reference: firestore.DocumentReference, changes: Mapping[str, Any]) -> Any:
        """A ``Write`` that changes whole fields, those that are named, of a document."""
        write = self.replacement(reference, changes)
        write.update_mask.field_paths.extend(
            field_path(name) for name, value in changes.items() if type(value) not in TRANSFORMS
        )
        write.update_mask.SetInParent()
        return write

    def merge(self, reference: firestore.DocumentReference, changes: Mapping[str, Any]) -> Any:
        """A ``Write`` that lays fields over those of a document, maps over maps, there already or not."""
        write = self.replacement(reference, changes)
        for name, value in changes.items():
            if type(value) not in TRANSFORMS:
                write.update_mask.field_paths.extend(_leaves((name,), value))
        write.update_mask.SetInParent()
        return write

    def _transform(self, message: Any, transform: str, value: Any) -> None:
        into = getattr(message, transform)
        if hasattr(value, "values"):
            self.encode_elements(value.values, into)
        else:
            self.encode(value.value, into)


def _leaves(names: tuple[str, ...], value: Any) -> list[str]:
    """The paths of what a merge writes: a map's fields, one that is empty itself."""
    if isinstance(value, Mapping) and value:
        return [path for name, below in value.items() for path in _leaves((*names, name), below)]
    return [field_path(*names)]


def _encode_time(value: datetime, into: Any) -> None:
    # A time without a zone is UTC.
    since = (value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH
    nanoseconds = value.nanosecond if isinstance(value, DatetimeWithNanoseconds) else 0
    into.seconds, into.nanos = since.days * 86_400 + since.seconds, nanoseconds or since.microseconds * 1000
    into.SetInParent()


def _decode_time(value: Any) -> datetime:
    """A time of any resolution. Firestore keeps microseconds; only its emulator keeps more."""
    if value.nanos % 1000:
        return DatetimeWithNanoseconds.from_timestamp_pb(value)  # type: ignore[no-untyped-call, no-any-return]
    return _EPOCH + timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)
