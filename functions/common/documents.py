"""One unit of work on Firestore: read documents by id in one round trip, plan writes, commit once.

Every update and delete of a document that was read carries its ``update_time``, every new document is a ``create``;
so a commit either finds the world as it was read or fails whole with ``LostRace``, and the caller decides again on
fresh documents (``common.retry``). No Firestore transaction is used: they hold locks, and thirty contenders on one
document took 40 s with them against 0.1 s with this.

A write that changes nothing keeps the document's update time, so two such writes would both win. Callers therefore
change something (``version``) in every document whose race they guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore

from common import firestore_api, log
from common.firestore_api import FirestoreApi
from common.firestore_values import Codec, field_path
from common.made_once import MadeOnce

T = TypeVar("T")

RPC_TIMEOUT_SECONDS = 10.0
# The client's own retries go on for a minute, longer than an app waits. A commit is safe to repeat: its preconditions
# let it take effect once.
_RETRY = Retry(
    predicate=if_exception_type(exceptions.ServiceUnavailable), initial=0.1, maximum=1.0, timeout=RPC_TIMEOUT_SECONDS
)

PASSING = (
    exceptions.DeadlineExceeded,
    exceptions.ResourceExhausted,
    exceptions.Cancelled,
    exceptions.ServiceUnavailable,
    exceptions.Aborted,
    exceptions.InternalServerError,
    exceptions.Unknown,
    # What the client raises when it gave up repeating one of these.
    exceptions.RetryError,
)
"""Failures of Firestore that a repetition may not meet. The effect of a commit is unknown then."""

_LOST = (
    exceptions.FailedPrecondition,
    exceptions.NotFound,
    exceptions.Aborted,
)

_NOT_SHOWN = (exceptions.NotFound, exceptions.InvalidArgument, exceptions.Aborted)
"""What a document of the app's may answer with: it is gone, full, or being written to."""


class LostRace(Exception):
    """Another writer changed, created or deleted a document this commit depends on. Nothing was written.

    Attributes:
        creating: the documents to be created, if one of them was there already.
    """

    def __init__(self, creating: Iterable[firestore.DocumentReference] = ()) -> None:
        super().__init__()
        self.creating = frozenset(creating)


class Doc:
    """A document as it was last seen: its reference, its fields (``None`` when it does not exist), its update time."""

    __slots__ = ("data", "ref", "update_time")

    def __init__(self, ref: firestore.DocumentReference, data: dict[str, Any] | None, update_time: Any = None) -> None:
        self.ref = ref
        self.data = data
        self.update_time = update_time

    @classmethod
    def new(cls, ref: firestore.DocumentReference) -> Doc:
        """A document of a fresh id, which cannot exist yet."""
        return cls(ref, None)

    @classmethod
    def found(cls, snapshot: Any) -> Doc:
        """A document that a query found."""
        return cls(snapshot.reference, snapshot.to_dict(), snapshot.update_time.timestamp_pb())

    @property
    def exists(self) -> bool:
        return self.data is not None

    @property
    def id(self) -> str:
        return str(self.ref.id)

    def get(self, field: str, default: Any = None) -> Any:
        """A field's value, or ``default`` when the field or the document is absent."""
        return default if self.data is None else self.data.get(field, default)

    def __getitem__(self, field: str) -> Any:
        if self.data is None:
            raise KeyError(f"{self.ref.path} does not exist")
        return self.data[field]


class DocumentView:
    """Base of the typed views of documents. A view always shows what its ``Doc`` holds, also after a commit."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc

    @property
    def id(self) -> str:
        return self.doc.id

    @property
    def exists(self) -> bool:
        return self.doc.exists


class Connection(NamedTuple):
    """What a process talks to Firestore with."""

    client: firestore.Client
    codec: Codec
    api: FirestoreApi


@MadeOnce
def connection() -> Connection:
    """The process's one connection; made at first use, because a client made at import breaks deployments."""
    client = firestore.Client()
    database = f"projects/{client.project}/databases/(default)"
    return Connection(client, Codec(client, database), FirestoreApi(firestore_api.channel(), database))


def client() -> firestore.Client:
    """The library's client, for queries. It connects at the first of them, which no app's usual call makes."""
    return connection().client


def project() -> str:
    """The project's id."""
    return str(client().project)


def ref(*path: str) -> firestore.DocumentReference:
    """A reference to the document at ``path``, given in segments."""
    return client().document(*path)


def user_ref(uid: str) -> firestore.DocumentReference:
    """``users/{uid}``: a buyer, a consultant, a customer."""
    return ref("users", uid)


def collection(name: str) -> firestore.CollectionReference:
    """A collection, to be queried. No app's usual call makes a query."""
    return client().collection(name)


def read(*refs: firestore.DocumentReference, fields: Sequence[str] | None = None) -> list[Doc]:
    """The documents at ``refs``, in that order, in one round trip.

    Args:
        fields: the only fields to fetch, where the others may be of any size.
    """
    found = _fetch(refs, fields)
    return [found[reference.path] for reference in refs]


AT_ONCE = 300
"""How many documents of a page are read in one round trip, so that none is so large that it must be cut off."""


def read_page(refs: Iterable[firestore.DocumentReference], fields: Sequence[str] | None = None) -> dict[str, Doc]:
    """Any number of documents by path, each once, in a few round trips. For what looks at many things together.

    Args:
        fields: the only fields to fetch, of documents that others may have filled.
    """
    wanted = list({reference.path: reference for reference in refs}.values())
    found: dict[str, Doc] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _fetch(wanted[start : start + AT_ONCE], fields)
    return found


def _fetch(refs: Sequence[firestore.DocumentReference], fields: Sequence[str] | None) -> dict[str, Doc]:
    """The documents at ``refs`` by path, in one round trip."""
    _, codec, api = connection()
    names = {codec.name(reference): reference for reference in refs}
    mask = None if fields is None else [field_path(name) for name in fields]
    found = {}
    for answer in api.batch_get_documents(list(names), mask, _RETRY, RPC_TIMEOUT_SECONDS):
        if answer.missing:
            doc = Doc(names[answer.missing], None)
        else:
            seen = answer.found
            doc = Doc(names[seen.name], codec.decode_fields(seen.fields), seen.update_time)
        found[doc.ref.path] = doc
    return found


class Unit:
    """Writes planned together and committed at once. After the commit the ``Doc``s given to it are up to date."""

    def __init__(self) -> None:
        self._codec = connection().codec
        self._writes: list[Any] = []
        self._shown: list[Any] = []
        self._creating: list[firestore.DocumentReference] = []
        self._after: list[tuple[Doc | None, dict[str, Any] | None]] = []
        self._then: list[Callable[[], None]] = []
        self._sums: list[tuple[int, Callable[[int], None]]] = []

    @property
    def empty(self) -> bool:
        return not self._writes

    def create(self, doc: Doc, data: dict[str, Any]) -> None:
        """Write a document that must not exist yet."""
        self._creating.append(doc.ref)
        self._plan(self._creation(doc.ref, data), doc, data)

    def update_as_read(self, doc: Doc, changes: dict[str, Any]) -> None:
        """Change fields of a document that must be as it was read. Values are plain, without transforms."""
        write = self._codec.update(doc.ref, changes)
        self._plan(_as_read(write, doc), doc, {**(doc.data or {}), **changes})

    def create_unread(self, reference: firestore.DocumentReference, data: dict[str, Any]) -> None:
        """Create a document nobody has read: a history line, a notification."""
        self._creating.append(reference)
        self._plan(self._creation(reference, data))

    def merge_blindly(self, reference: firestore.DocumentReference, changes: Mapping[str, Any]) -> None:
        """Merge fields or transforms blindly. Guarded only by what else is in the commit."""
        self._plan(self._codec.merge(reference, changes))

    def delete_as_read(self, doc: Doc) -> None:
        """Delete a document that must be as it was read."""
        self._plan(_as_read(self._codec.deletion(doc.ref), doc), doc, None)

    def add_blindly(
        self,
        reference: firestore.DocumentReference,
        field: str,
        amount: int,
        more: Mapping[str, Any],
        tell: Callable[[int], None],
    ) -> None:
        """Add to a number of a document blindly, and learn what it comes to: nobody has to read it first.

        Args:
            more: other fields to merge, plain ones.
            tell: called with the sum, once the commit stands.
        """
        self._sums.append((len(self._writes), tell))
        self.merge_blindly(reference, {**more, field: firestore.Increment(amount)})

    def increase(self, reference: firestore.DocumentReference, field: str, by: int) -> None:
        """Add to a number of a document that must be there, whoever else does at once."""
        self._plan(self._existing(reference, {field: firestore.Increment(by)}))

    def replace_blindly(self, reference: firestore.DocumentReference, data: Mapping[str, Any]) -> None:
        """Leave nothing in a document but ``data``, blindly. Guarded only by what else is in the commit."""
        self._plan(self._codec.replacement(reference, data))

    def delete_blindly(self, reference: firestore.DocumentReference) -> None:
        """Delete blindly. Guarded only by what else is in the commit."""
        self._plan(self._codec.deletion(reference))

    def show(
        self, reference: firestore.DocumentReference, changes: Mapping[str, Any], *, may_create: bool = False
    ) -> None:
        """Change fields of a document that the app owns, if that can be done.

        Its owner may have filled or deleted it, or may be writing to it all the time; then everything else is committed
        without it. So nothing may depend on what it shows.

        Args:
            may_create: whether its owner is here right now, so that it may be made if it is not there.
        """
        shown = self._codec.merge if may_create else self._existing
        self._shown.append(shown(reference, changes))

    def after_commit(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` once the commit stands, so that an alert never speaks of what did not happen."""
        self._then.append(tell)

    def commit(self) -> None:
        """Write everything or nothing, but for what is only shown: in one round trip, more if that cannot be written.

        Raises:
            LostRace: a document was not as it was read.
        """
        try:
            results = self._send()
        except exceptions.AlreadyExists as error:
            raise LostRace(self._creating) from error
        except _LOST as error:
            raise LostRace from error
        for (doc, data), result in zip(self._after, results, strict=False):
            if doc is not None:
                doc.data, doc.update_time = data, result.update_time
        for tell in self._then:
            tell()
        for write, tell_sum in self._sums:
            tell_sum(results[write].transform_results[0].integer_value)

    def _creation(self, reference: firestore.DocumentReference, data: Mapping[str, Any]) -> Any:
        write = self._codec.replacement(reference, data)
        write.current_document.exists = False
        return write

    def _existing(self, reference: firestore.DocumentReference, changes: Mapping[str, Any]) -> Any:
        write = self._codec.update(reference, changes)
        write.current_document.exists = True
        return write

    def _plan(self, write: Any, doc: Doc | None = None, data: dict[str, Any] | None = None) -> None:
        self._writes.append(write)
        self._after.append((doc, data))

    def _send(self) -> Any:
        """Send it with all that is shown, or else with one of these, since one owner must not hide what another's
        document shows; or else without."""
        one_of_several = [[each] for each in self._shown if len(self._shown) > 1]
        for shown in (self._shown, *one_of_several) if self._shown else ():
            try:
                return self._send_with(shown)
            except _NOT_SHOWN as error:
                log.warning("not shown to the app", problem=type(error).__name__)
        return self._send_with([])

    def _send_with(self, shown: list[Any]) -> Any:
        return connection().api.commit([*self._writes, *shown], _RETRY, RPC_TIMEOUT_SECONDS).write_results


def _as_read(write: Any, doc: Doc) -> Any:
    """The write, on condition that its document did not change since it was read."""
    if doc.update_time is None:
        raise LookupError(f"{doc.ref.path} was not read from Firestore just now")
    write.current_document.update_time.CopyFrom(doc.update_time)
    return write
