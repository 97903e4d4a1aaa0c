"""Why what an administrator asks for is refused, whatever it is about."""

from __future__ import annotations

from common.errors import Reason


class BackofficeReason(Reason):
    """Of the console's callables."""

    RECORD_NOT_FOUND = ("NOT_FOUND", "該当する取引が見つかりません", "Nothing has this id.")
    NOTHING_TO_RESUME = ("FAILED_PRECONDITION", "再開する処理はありません", "Nothing of it waits to be carried out.")
    SCHEDULE_NOT_FOUND = ("NOT_FOUND", "該当する定期処理がありません", "There is no such schedule here.")
    SCHEDULE_RUN_FAILED = (
        "UNAVAILABLE",
        "定期処理に失敗しました。ログを確認してください",
        "The schedule failed; the log says why.",
    )
    INCIDENT_NOT_FOUND = ("NOT_FOUND", "該当するインシデントが見つかりません", "There is no such incident.")
