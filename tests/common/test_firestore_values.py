"""What the codec writes and reads is what the client library writes and reads, for values and writes of every kind."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1 import WriteBatch, _helpers, types
from google.cloud.firestore_v1.field_path import FieldPath
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.firestore_values import TRANSFORMS, Codec, field_path

PROJECT = "demo-kippu"
DATABASE = f"projects/{PROJECT}/databases/(default)"
CLIENT = firestore.Client(PROJECT, AnonymousCredentials())  # type: ignore[no-untyped-call]
CODEC = Codec(CLIENT, DATABASE)
REFERENCE = CLIENT.document("tickets", "t_1")

# Not an empty one: the library's paths have none. What is not a letter needs quoting.
NAMES = st.one_of(
    st.sampled_from(["amount", "_private", "a.b", "with space", "`", "\\", "a`\\b", "0", "価格", "é", "-", "~"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)
TIMES = st.one_of(
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(-timedelta(hours=11))])),
    st.datetimes(),
    st.builds(
        lambda at, extra: DatetimeWithNanoseconds(  # type: ignore[no-untyped-call]
            at.year, at.month, at.day, at.hour, at.minute, at.second, nanosecond=extra, tzinfo=UTC
        ),
        # The library counts seconds of other centuries as floats, and misses.
        st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001  # the zone is given above
        st.integers(0, 999_999_999),
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([0, -1, 2**53 + 1, 2**63 - 1, -(2**63)]),
    st.floats(),
    st.sampled_from([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308]),
    TIMES,
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
    st.builds(firestore.GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
    st.sampled_from([REFERENCE, CLIENT.document("users/あ"), CLIENT.document("a/b/c/d")]),
)
VALUES = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=4) | st.lists(below, max_size=3).map(tuple) | st.dictionaries(NAMES, below, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=5)
LISTS = st.lists(VALUES, min_size=1, max_size=3)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats()
GIVEN = {
    firestore.ArrayUnion: LISTS,
    firestore.ArrayRemove: LISTS,
    firestore.Increment: NUMBERS,
    firestore.Maximum: NUMBERS,
    firestore.Minimum: NUMBERS,
}
WITH_TRANSFORMS = st.dictionaries(
    NAMES, VALUES | st.one_of(*(st.builds(kind, given) for kind, given in GIVEN.items())), max_size=5
)

properties = settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)


def same(message: Any, other: Any) -> bool:
    """Whether two messages are the same; not a number is the same as itself, and maps have no order."""
    return bool(message.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True))


def raw(value: Any) -> Any:
    """The message that the library writes a value as."""
    encoded = _helpers.encode_value(value)
    return types.Value.pb(encoded)


def test_every_transform_is_tried() -> None:
    assert GIVEN.keys() == TRANSFORMS.keys()


@properties
@given(VALUES)
def test_a_value_is_written_as_the_library_writes_it(value: Any) -> None:
    message = types.Value.pb()()
    CODEC.encode(value, message)
    assert same(message, raw(value))


@properties
@given(VALUES)
def test_a_value_is_read_as_the_library_reads_it(value: Any) -> None:
    message = raw(value)
    ours, theirs = CODEC.decode(message), _helpers.decode_value(types.Value.wrap(message), CLIENT)
    assert repr(plain(ours)) == repr(plain(theirs))
    # And written again, it is what it was.
    again = types.Value.pb()()
    CODEC.encode(ours, again)
    assert same(again, message)


def plain(value: Any) -> Any:
    """The value with its times as their nanoseconds and its kind, whichever class of times they are."""
    if isinstance(value, datetime):
        return (
            "time",
            value.replace(microsecond=0).isoformat(),
            getattr(value, "nanosecond", value.microsecond * 1000),
        )
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return sorted((name, plain(each)) for name, each in value.items())
    if isinstance(value, firestore.GeoPoint):
        return (value.latitude, value.longitude)
    return ("reference", value.path) if isinstance(value, firestore.DocumentReference) else value


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(0, 0), (0, 1), (-1, 999_999_999), (-62_135_596_800, 0), (253_402_300_799, 999_999_999)]
)
def test_a_time_at_its_limits_is_read_as_the_library_reads_it(seconds: int, nanos: int) -> None:
    message = types.Value.pb()(timestamp_value=Timestamp(seconds=seconds, nanos=nanos))
    theirs = _helpers.decode_value(types.Value.wrap(message), CLIENT)
    assert plain(CODEC.decode(message)) == plain(theirs)


@properties
@given(st.lists(NAMES, min_size=1, max_size=3))
def test_a_path_is_quoted_as_the_library_quotes_it(names: list[str]) -> None:
    assert field_path(*names) == FieldPath(*names).to_api_repr()


def written(plan: Callable[[WriteBatch], object]) -> Any:
    """The message of the one write that the library plans."""
    batch = CLIENT.batch()
    plan(batch)
    (write,) = batch._write_pbs
    return in_order(types.Write.pb(write))


def in_order(write: Any) -> Any:
    """The write with its paths and transforms in their order, which means nothing."""
    transforms = sorted(write.update_transforms, key=lambda each: str(each.field_path))
    del write.update_transforms[:]
    write.update_transforms.extend(transforms)
    if write.HasField("update_mask"):
        write.update_mask.field_paths.sort()
    return write


@properties
@given(WITH_TRANSFORMS)
def test_a_replacement_is_the_librarys(data: dict[str, Any]) -> None:
    assert same(in_order(CODEC.replacement(REFERENCE, data)), written(lambda batch: batch.set(REFERENCE, data)))


@properties
@given(WITH_TRANSFORMS)
def test_a_merge_is_the_librarys(data: dict[str, Any]) -> None:
    assert same(in_order(CODEC.merge(REFERENCE, data)), written(lambda batch: batch.set(REFERENCE, data, merge=True)))


@properties
@given(WITH_TRANSFORMS.filter(bool))
def test_an_update_is_the_librarys(data: dict[str, Any]) -> None:
    """The library takes names for paths, so they are handed to it quoted."""
    write = CODEC.update(REFERENCE, data)
    write.current_document.exists = True
    quoted = {field_path(name): value for name, value in data.items()}
    assert same(in_order(write), written(lambda batch: batch.update(REFERENCE, quoted)))


def test_a_deletion_is_the_librarys() -> None:
    assert same(CODEC.deletion(REFERENCE), written(lambda batch: batch.delete(REFERENCE)))


@pytest.mark.parametrize("value", [object(), 1j, datetime, {"a": {"b": object()}}, [firestore.Increment(1)]])
def test_what_is_no_value_cannot_be_written(value: object) -> None:
    with pytest.raises(TypeError, match="Firestore cannot keep"):
        CODEC.replacement(REFERENCE, {"field": value})


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_a_number_that_is_too_large_cannot_be_written(value: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        CODEC.replacement(REFERENCE, {"field": value})


def test_what_an_app_puts_into_its_documents_can_be_read() -> None:
    """The library fails on a reference into another database, and makes objects of maps that look like its own."""
    elsewhere = f"projects/another/databases/(default)/documents/{REFERENCE.path}"
    message = types.Value.pb()(reference_value=elsewhere)
    assert CODEC.decode(message) == elsewhere
    with pytest.raises(ValueError, match=re.escape(elsewhere)):
        _helpers.decode_value(types.Value.wrap(message), CLIENT)
    vector = {"__type__": "__vector__", "value": [1.0]}
    assert CODEC.decode(raw(vector)) == vector
