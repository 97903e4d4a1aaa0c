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
from typing import Any, TypeVar

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore

from common import log
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

_Write = Callable[[Any], Any]
"""Adds one write to a batch."""


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


@MadeOnce
def client() -> firestore.Client:
    """The process's one client; made at first use, because a client made at import breaks deployments."""
    made = firestore.Client()
    # It makes its channel when it is first asked for, each thread one of its own if several come at once. There is no
    # public way to have it made.
    _ = made._firestore_api
    return made


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
    found = {
        snapshot.reference.path: Doc(snapshot.reference, snapshot.to_dict(), snapshot.update_time)
        for snapshot in client().get_all(list(refs), field_paths=fields, retry=_RETRY, timeout=RPC_TIMEOUT_SECONDS)
    }
    return [found[reference.path] for reference in refs]


AT_ONCE = 300
"""How many documents of a page are read in one round trip, so that none is so large that it must be cut off."""


def read_page(refs: Iterable[firestore.DocumentReference], fields: Sequence[str] | None = None) -> dict[str, Doc]:
    """Any number of documents by path, each once, in a few round trips. For what looks at many things together.

    Args:
        fields: the only fields to fetch, of documents that others may have filled.
    """
    wanted = list({reference.path: reference for reference in refs}.values())
    return {
        snapshot.reference.path: Doc(snapshot.reference, snapshot.to_dict(), snapshot.update_time)
        for start in range(0, len(wanted), AT_ONCE)
        for snapshot in client().get_all(
            wanted[start : start + AT_ONCE], field_paths=fields, retry=_RETRY, timeout=RPC_TIMEOUT_SECONDS
        )
    }


class Unit:
    """Writes planned together and committed at once. After the commit the ``Doc``s given to it are up to date."""

    def __init__(self) -> None:
        self._writes: list[_Write] = []
        self._shown: list[_Write] = []
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
        self._plan(lambda batch: batch.create(doc.ref, data), doc, data)

    def update_as_read(self, doc: Doc, changes: dict[str, Any]) -> None:
        """Change fields of a document that must be as it was read. Values are plain, without transforms."""
        as_read = _as_read(doc)
        self._plan(lambda batch: batch.update(doc.ref, changes, as_read), doc, {**(doc.data or {}), **changes})

    def create_unread(self, reference: firestore.DocumentReference, data: dict[str, Any]) -> None:
        """Create a document nobody has read: a history line, a notification."""
        self._creating.append(reference)
        self._plan(lambda batch: batch.create(reference, data))

    def merge_blindly(self, reference: firestore.DocumentReference, changes: Mapping[str, Any]) -> None:
        """Merge fields or transforms blindly. Guarded only by what else is in the commit."""
        self._plan(lambda batch: batch.set(reference, dict(changes), merge=True))

    def delete_as_read(self, doc: Doc) -> None:
        """Delete a document that must be as it was read."""
        as_read = _as_read(doc)
        self._plan(lambda batch: batch.delete(doc.ref, as_read), doc, None)

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
        self._plan(lambda batch: batch.update(reference, {field: firestore.Increment(by)}))

    def replace_blindly(self, reference: firestore.DocumentReference, data: Mapping[str, Any]) -> None:
        """Leave nothing in a document but ``data``, blindly. Guarded only by what else is in the commit."""
        self._plan(lambda batch: batch.set(reference, dict(data)))

    def delete_blindly(self, reference: firestore.DocumentReference) -> None:
        """Delete blindly. Guarded only by what else is in the commit."""
        self._plan(lambda batch: batch.delete(reference))

    def show(
        self, reference: firestore.DocumentReference, changes: Mapping[str, Any], *, may_create: bool = False
    ) -> None:
        """Change fields of a document that the app owns, if that can be done.

        Its owner may have filled or deleted it, or may be writing to it all the time; then everything else is committed
        without it. So nothing may depend on what it shows.

        Args:
            may_create: whether its owner is here right now, so that it may be made if it is not there.
        """
        if may_create:
            self._shown.append(lambda batch: batch.set(reference, dict(changes), merge=True))
        else:
            self._shown.append(lambda batch: batch.update(reference, dict(changes)))

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

    def _plan(self, write: _Write, doc: Doc | None = None, data: dict[str, Any] | None = None) -> None:
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

    def _send_with(self, shown: list[_Write]) -> Any:
        batch = client().batch()
        for write in (*self._writes, *shown):
            write(batch)
        return batch.commit(retry=_RETRY, timeout=RPC_TIMEOUT_SECONDS)


def _as_read(doc: Doc) -> Any:
    """The precondition that a document did not change since it was read."""
    if doc.update_time is None:
        raise LookupError(f"{doc.ref.path} was not read from Firestore just now")
    return client().write_option(last_update_time=doc.update_time)
