// The words of incidents: what to do next about each kind, as docs/operations.md says it in full.

import { textsOf } from "./texts.js";

export const t = textsOf({
  incident: ["インシデント", "Incident"],
  next: ["次にすること：", "Next:"],
  subject: ["対象", "About"],
  seen: ["最後の検出", "Last seen"],
  resolved: ["{when}に {who} が解決済みにしました。", "Resolved {when} by {who}."],
  resolve: ["解決済みにする", "Resolve"],
  resolveWhat: [
    "一覧から消えます。お金や記録は変わりません。同じことがまた起きれば、再び開きます。",
    "It leaves the list. No money and no record changes. Should it happen again, it is open again.",
  ],
  openTicket: ["チケットを開く", "Open the ticket"],
  openReconciliations: ["突合を開く", "Open the reconciliations"],
  moreDifferences: ["ほか{n}件", "{n} more"],

  "next.hold_lost": [
    "Stripeで誰が仮売上を取り消したかを確かめ、購入者とはアプリの外で精算します。",
    "See in Stripe who canceled the hold, and settle it with the buyer outside the app.",
  ],
  "next.captured_unserved": [
    "返金するか、購入者と相談の日時を取り決めます。",
    "Refund it, or agree on a session with the buyer.",
  ],
  "next.stray_capture": [
    "チケットのものではないこの決済を返金します。",
    "Refund this payment, which is not the ticket's own.",
  ],
  "next.payment_missing": [
    "Stripeのキーが別のアカウントやモードのものでないかを確かめます。1件だけなら購入者と精算し、取消で閉じます。",
    "See whether the key is of another account or mode. If it is one alone: settle it with the buyer, then close it by cancelling.",
  ],
  "next.amount_mismatch": [
    "Stripeのイベントで、どのキーが金額を変えたかを確かめ、そのキーを交換します。決済は取り消されます。",
    "See in Stripe's events which key changed the amount, and roll that key. The payment is voided.",
  ],
  "next.paid_after_close": [
    "購入者には何も要りません。Stripeがなぜ先に否定したかを確かめます。",
    "Nothing for the buyer. Find out why Stripe had said no before.",
  ],
  "next.refund_failed": [
    "もう一度返金し、それでも失敗すればStripeの外で返金して記録します。",
    "Refund once more; if that fails too, give the money back outside Stripe and note it.",
  ],
  "next.lock_without_ticket": [
    "チケットが元に戻っているかを確かめ、誰が消したかを調べます。",
    "See that the ticket is there again, and who deleted it.",
  ],
  "next.reconcile_differences": [
    "差異ごとにStripeとチケットの履歴を比べ、Stripe側か管理者の操作で正します。",
    "Compare each with Stripe and the ticket's history; correct it at Stripe or by an action here.",
  ],
  "next.sweep_stuck": [
    "このチケットと決済を確かめ、原因を除いてから再開します。",
    "Look at this ticket and its payment, mend the cause, then resume.",
  ],
  "next.decision_not_carried_out": [
    "Stripeの拒否理由を確かめます。決定は保存されており、再開できます。",
    "See why Stripe refused. The decision is kept, and can be resumed.",
  ],
});
