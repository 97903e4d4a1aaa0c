"""Documents that operators write by hand. A slip in one is reported with its field, and whoever needs it is refused."""

from __future__ import annotations

from collections.abc import Iterable

from common import log
from common.alerts import Alert
from common.documents import Doc

Problems = Iterable[tuple[str, str]]
"""Fields, each with what is wrong with it."""


def usable(doc: Doc, problems: Problems) -> bool:
    """Whether nothing is wrong with a document; whatever is, is reported."""
    found = list(problems)
    for field, problem in found:
        log.error(Alert.CONFIGURATION_INVALID, document=doc.ref.path, field=field, problem=problem)
    return not found
