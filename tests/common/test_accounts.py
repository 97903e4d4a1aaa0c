"""Which accounts count as deleted, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common import accounts
from common.accounts import AccountReason, DeletionStatus
from common.documents import Doc
from common.errors import Refusal

pytestmark = pytest.mark.usefixtures("references")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _deleted(minutes_ago: float) -> dict[str, Any]:
    return {"status": DeletionStatus.DELETED, "deleted_at": NOW - timedelta(minutes=minutes_ago)}


@pytest.mark.parametrize(
    ("fields", "deleted"),
    [
        (None, False),
        ({"status": DeletionStatus.BEGUN, "deleted_at": None}, True),
        (_deleted(0), True),
        # An ID token is good for an hour.
        (_deleted(61), True),
        (_deleted(65), False),
        # Begun anew by whoever came again.
        ({**_deleted(1_000), "status": DeletionStatus.BEGUN}, True),
    ],
)
def test_as_long_as_a_token_may_be_good(fields: dict[str, Any] | None, deleted: bool) -> None:
    deletion = Doc(accounts.deletion_ref("somebody"), fields)
    assert accounts.is_deleted(deletion, NOW) is deleted
    if not deleted:
        accounts.refuse_if_deleted(deletion, NOW)
        return
    with pytest.raises(Refusal) as refused:
        accounts.refuse_if_deleted(deletion, NOW)
    assert refused.value.reason is AccountReason.ACCOUNT_DELETED
