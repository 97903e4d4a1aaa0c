"""Why an event cannot be changed, and why a ticket cannot be bought."""

from __future__ import annotations

from common.errors import Reason


class AdmissionReason(Reason):
    """Of events, their places and orders."""

    EVENT_NOT_FOUND = ("NOT_FOUND", "イベントが見つかりません", "No such event.")
    EVENT_NOT_ON_SALE = (
        "FAILED_PRECONDITION",
        "このイベントは現在販売していません",
        "Tickets to this event are not on sale.",
    )
    EVENT_NOT_CHANGEABLE = (
        "FAILED_PRECONDITION",
        "現在の状態ではこのイベントを変更できません",
        "The event cannot be changed like this in its present state.",
    )
    PLACES_SOLD = (
        "FAILED_PRECONDITION",
        "販売済みの席数より少なくすることはできません",
        "More places than that are sold or held.",
    )
    VERSION_CONFLICT = (
        "ABORTED",
        "イベントが他の人によって変更されています。画面を更新してください",
        "Somebody else has changed the event. Please reload it.",
    )
    ORGANIZER_NOT_FOUND = ("NOT_FOUND", "主催者が見つかりません", "No such organiser.")
    LAST_OWNER = (
        "FAILED_PRECONDITION",
        "主催者には少なくとも一人の所有者が必要です",
        "An organiser needs at least one owner.",
    )
    SOLD_OUT = ("FAILED_PRECONDITION", "売り切れました", "Sold out.")
    SEAT_TAKEN = ("FAILED_PRECONDITION", "この席は既に取られています", "This seat is taken.")
    LIMIT_PER_PERSON = (
        "FAILED_PRECONDITION",
        "お一人様の購入上限枚数を超えています",
        "This is more than one person may buy.",
    )
    REQUEST_ID_USED = (
        "FAILED_PRECONDITION",
        "この注文番号は別の内容で使用されています",
        "This request_id was used for another order.",
    )
    ORDER_NOT_FOUND = ("NOT_FOUND", "注文が見つかりません", "No such order.")
    ORDER_EXPIRED = (
        "FAILED_PRECONDITION",
        "お支払いの期限が過ぎました。もう一度お求めください",
        "The time to pay is over. Please order again.",
    )
    PLACES_LEFT = (
        "FAILED_PRECONDITION",
        "まだ席があります。このままお求めください",
        "There are places left. Please buy them.",
    )
    NOT_WAITING = ("NOT_FOUND", "キャンセル待ちに登録されていません", "You are not on this waiting list.")
    NOT_CANCELLABLE = (
        "FAILED_PRECONDITION",
        "このチケットはキャンセルできません",
        "This ticket cannot be cancelled.",
    )
    TICKET_NOT_FOUND = ("NOT_FOUND", "チケットが見つかりません", "No such ticket.")
    TICKET_NOT_USABLE = (
        "FAILED_PRECONDITION",
        "このチケットは現在使用できません",
        "This ticket cannot be used now.",
    )
    SCAN_ID_USED = (
        "FAILED_PRECONDITION",
        "この読み取り番号は別のチケットで使用されています",
        "This scan_id was used for another scan.",
    )
    NOT_TRANSFERABLE = (
        "FAILED_PRECONDITION",
        "このイベントのチケットは譲渡できません",
        "Tickets to this event cannot be handed on.",
    )
    TRANSFER_NOT_FOUND = ("NOT_FOUND", "譲渡の案内が見つかりません", "No such transfer.")
    TRANSFER_OVER = (
        "FAILED_PRECONDITION",
        "この譲渡はすでに終了しています",
        "This transfer is over: taken, withdrawn or too late.",
    )
