"""What the return page says, in Japanese and in English: of a purchase, and where none can be shown. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from checkout.answers import Guidance, guidance
from checkout.products import ProductType
from checkout.purchase import CheckoutPurchase
from common.clock import TOKYO
from common.errors import Reason


class Text(NamedTuple):
    """The same in both languages."""

    ja: str
    en: str

    def in_(self, language: str) -> str:
        """In ``ja`` or ``en``."""
        return self.en if language == "en" else self.ja


@dataclass(frozen=True)
class Message:
    """What stands at the top of the page.

    Attributes:
        may_change: whether there may be more to see a little later.
    """

    heading: Text
    paragraphs: tuple[Text, ...]
    may_change: bool = False


OPEN_APP = Text("アプリを開く", "Open the app")
OPEN_OTHERWISE = Text("別の方法でアプリを開く", "Open the app another way")
LOOK_AGAIN = Text("最新の状態を見る", "Check again")
LANGUAGES = Text("言語", "Language")
THIS_LANGUAGE = Text("日本語", "English")

IF_NOT_OPENED = Text("アプリが開かないとき", "If the app does not open")
OPEN_BY_HAND = Text(
    "この画面を閉じて、ホーム画面からアプリを開いてください。アプリを開くと、購入の状態が自動で反映されます。",
    "Close this page and open the app from your home screen. The app finds your purchase by itself.",
)
DO_NOT_PAY_AGAIN = Text(
    "お支払いは記録されています。もう一度購入する必要はありません。",
    "Your payment is on record. There is no need to buy again.",
)

_PRODUCT = Text("商品", "Product")
_AMOUNT = Text("金額", "Amount")
_UNTIL = Text("有効期限（日本時間）", "Valid until (Japan time)")
_NUMBER = Text("購入番号", "Purchase number")
_PRODUCTS = {
    ProductType.LICENSE: Text("ライセンス", "Licence"),
    ProductType.DAYPASS: Text("デイパス", "Day pass"),
}

_READY = {
    ProductType.LICENSE: Message(
        Text("ライセンスのご購入が完了しました", "Payment complete: your licence is ready"),
        (
            Text(
                "お支払いを確認し、購入した端末のライセンスを有効にしました。アプリに戻ってお使いください。",
                "We have received your payment, and the device that you bought it for has its licence. "
                "Go back to the app to use it.",
            ),
        ),
    ),
    ProductType.DAYPASS: Message(
        Text("デイパスのご購入が完了しました", "Payment complete: your day pass is ready"),
        (
            Text(
                "お支払いを確認し、購入した端末のデイパスを有効にしました。アプリに戻ってお使いください。",
                "We have received your payment, and the device that you bought it for is unlocked. "
                "Go back to the app to use it.",
            ),
        ),
    ),
}
_CREDIT = Message(
    _READY[ProductType.DAYPASS].heading,
    (
        Text(
            "お支払いを確認しました。デイパスは、次にアプリを開いたときに始まります。",
            "We have received your payment. The day pass begins when you next open the app.",
        ),
    ),
)
_CANCELLED = Message(
    Text("お支払いは完了していません", "You have not paid"),
    (
        Text(
            "お支払いページから戻りました。まだお支払いはありません。",
            "You came back from the payment page. Nothing was paid so far.",
        ),
        Text(
            "続けるときは、ブラウザーの「戻る」でお支払いページに戻るか、アプリからもう一度開いてください。"
            "やめるときは、アプリで取り消すか、そのままお待ちください。お支払いページは自動で閉じられます。",
            "To go on, use your browser's back button, or open the payment page from the app again. "
            "To stop, cancel it in the app, or do nothing: the payment page closes by itself.",
        ),
    ),
    may_change=True,
)
_MESSAGES = {
    Guidance.PAY: Message(
        Text("お支払いをまだ確認できていません", "We have not seen your payment yet"),
        (
            Text(
                "お支払いが済んでいる場合は、少し待ってから「最新の状態を見る」を押してください。",
                "If you have paid, wait a moment and choose “Check again”.",
            ),
            Text(
                "まだの場合は、アプリからお支払いページをもう一度開いてください。",
                "If you have not, open the payment page from the app again.",
            ),
        ),
        may_change=True,
    ),
    Guidance.CLOSING: Message(
        Text("お支払いページを閉じています", "The payment page is being closed"),
        (
            Text(
                "このお手続きは終了しました。お支払いが間に合っていた場合は、自動で反映または返金されます。",
                "This purchase has ended. If you paid just in time, it is given to you or refunded by itself.",
            ),
        ),
        may_change=True,
    ),
    Guidance.PAY_AT_STORE: Message(
        Text("コンビニでのお支払いをお待ちしています", "Waiting for your payment at the convenience store"),
        (
            Text(
                "お支払い方法の画面に表示された番号で、期限までにコンビニでお支払いください。",
                "Please pay at the convenience store in time, with the number that the payment page showed.",
            ),
            Text(
                "お支払いの後は自動で反映されます。反映まで少し時間がかかることがあります。",
                "After that it is given to you by itself, which may take a little while.",
            ),
        ),
        may_change=True,
    ),
    Guidance.START_AGAIN: Message(
        Text("このお手続きは終了しました", "This purchase has ended"),
        (
            Text("お支払いは完了していません。", "It was not paid."),
            Text("購入するときは、アプリからもう一度お手続きください。", "To buy, please start again in the app."),
        ),
    ),
    Guidance.REFUNDING: Message(
        Text("返金のお手続き中です", "Your payment is being refunded"),
        (
            Text(
                "お支払いいただいた全額を、お支払い方法に返金します。お手続きは必要ありません。",
                "All that you paid goes back to the way you paid it. You need not do anything.",
            ),
        ),
        may_change=True,
    ),
    Guidance.REFUNDED: Message(
        Text("返金しました", "Your payment was refunded"),
        (
            Text(
                "お支払いいただいた全額を返金しました。明細への反映には数日かかることがあります。",
                "All that you paid was refunded. It may take some days to appear on your statement.",
            ),
        ),
    ),
    Guidance.REVOKED: Message(
        Text("この購入は取り消されました", "This purchase was revoked"),
        (
            Text(
                "返金、またはカード会社への異議申し立てがあったため、ご利用いただけません。",
                "It was refunded, or disputed with the card's bank, so it cannot be used any more.",
            ),
            Text(
                "お心当たりがない場合は、下の購入番号を添えてアプリのサポートにお問い合わせください。",
                "If you do not know why, please contact the app's support with the purchase number below.",
            ),
        ),
    ),
}
_NOT_GRANTED = {
    "license_owned": Text(
        "この端末にはすでにライセンスがあるため、この購入は不要でした。",
        "The device has a licence already, so this purchase was not needed.",
    ),
    "pass_active": Text(
        "この端末のデイパスは有効期間中のため、この購入は不要でした。",
        "The device has a day pass that is still valid, so this purchase was not needed.",
    ),
}
"""By ``end_reason``: why what was paid is given back."""

TRY_AGAIN = ("ABORTED", "UNAVAILABLE")
"""The statuses of refusals that a repetition may not meet."""
_IF_PAID = Text(
    "お支払いが済んでいる場合、購入は自動で反映されます。もう一度お支払いにならないでください。",
    "If you have paid, your purchase is given to you by itself. Please do not pay again.",
)


def message(purchase: CheckoutPurchase, *, cancelled: bool) -> Message:
    """What is said of a purchase.

    Args:
        cancelled: whether its buyer comes from the payment page without paying, as the address says.
    """
    found = guidance(purchase.state)
    if found is Guidance.READY:
        late = purchase.type is ProductType.DAYPASS and purchase.time("pass_ends_at") is None
        return _CREDIT if late else _READY[purchase.type]
    if found is Guidance.PAY and cancelled:
        return _CANCELLED
    said = _MESSAGES[found]
    why = _NOT_GRANTED.get(str(purchase.doc.get("end_reason")))
    if why is None or found not in (Guidance.REFUNDING, Guidance.REFUNDED):
        return said
    return Message(said.heading, (why, *said.paragraphs), said.may_change)


def refused(reason: Reason) -> Message:
    """What is said where there is no purchase to show."""
    return Message(Text(reason.ja, reason.en), (_IF_PAID,), may_change=reason.status in TRY_AGAIN)


def help_texts(purchase: CheckoutPurchase | None) -> tuple[Text, ...]:
    """What to do if the app does not open."""
    paid = purchase is not None and guidance(purchase.state) is Guidance.READY
    return (DO_NOT_PAY_AGAIN, OPEN_BY_HAND) if paid else (OPEN_BY_HAND,)


def facts(purchase: CheckoutPurchase) -> tuple[tuple[Text, Text], ...]:
    """What the purchase is, a name and a value each."""
    yen = f"{purchase.amount:,}"
    known = [(_PRODUCT, _PRODUCTS[purchase.type]), (_AMOUNT, Text(f"{yen}円", f"¥{yen}"))]
    ends_at = purchase.time("pass_ends_at")
    if ends_at is not None and guidance(purchase.state) is Guidance.READY:
        there = ends_at.astimezone(TOKYO)
        written = Text(f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}", f"{there:%Y-%m-%d %H:%M}")
        known.append((_UNTIL, written))
    return (*known, (_NUMBER, Text(purchase.id, purchase.id)))
