// The words of all screens together, in Japanese and English; which language, the browser says. What one screen alone
// says is in `screens/<name>.texts.js`: `export const t = textsOf({ key: ["日本語", "English"] })`.

const SHARED = {
  console: ["Kippu 管理", "Kippu console"],
  skip: ["本文へ移動", "Skip to the content"],
  screens: ["画面", "Screens"],
  search: ["検索", "Search"],
  searchHint: ["pi_、チケット、注文、uid、端末…（/）", "pi_, ticket, order, uid, device… (/)"],
  signIn: ["サインイン", "Sign in"],
  signOut: ["サインアウト", "Sign out"],
  mail: ["メールアドレス", "E-mail"],
  password: ["パスワード", "Password"],
  forgotten: ["パスワードを忘れた方", "Forgotten your password?"],
  resetSent: ["登録があれば、再設定用のメールを送りました。", "If there is such an account, a mail to reset it was sent."],
  resetNeedsMail: ["先にメールアドレスを入力してください。", "Enter your e-mail first."],
  wrongPassword: ["メールアドレスまたはパスワードが違います。", "The e-mail or the password is wrong."],
  tooMany: ["試行回数が多すぎます。しばらくしてからお試しください。", "Too many tries. Wait a while."],
  noNetwork: ["ネットワークに接続できません。", "There is no network."],
  failed: ["できませんでした。もう一度お試しください。", "That did not work. Try again."],
  notStarted: ["設定を読み込めません。", "The configuration cannot be read."],
  notAllowed: ["このアカウントには管理画面の権限がありません。", "This account may not see the console."],
  readAgain: ["権限を確認し直す", "Check again"],
  supportOnly: ["サポート権限：閲覧のみで、変更はできません。", "Support: you see everything and change nothing."],
  loading: ["読み込み中…", "Loading…"],
  nothing: ["ありません。", "None."],
  more: ["さらに表示", "Show more"],
  shownOf: ["{n}件を表示", "{n} shown"],
  cannotRead: ["読み込めません：{why}", "Cannot be read: {why}"],
  screenFailed: ["この画面を表示できません：{why}", "This screen cannot be shown: {why}"],
  noScreen: ["この画面はありません。", "There is no such screen."],
  copy: ["{what} をコピー", "Copy {what}"],
  copied: ["コピーしました", "Copied"],
  seconds: ["{n}秒", "{n} s"],
  minutes: ["{n}分", "{n} min"],
  hours: ["{n}時間", "{n} h"],
  days: ["{n}日", "{n} d"],
  ago: ["{n}前", "{n} ago"],
  ahead: ["あと{n}", "in {n}"],
  yes: ["はい", "Yes"],
  no: ["いいえ", "No"],
  note: ["メモ（必須）", "Note (required)"],
  noteHint: ["監査記録に残ります。500文字まで。", "Kept in the audit. At most 500 characters."],
  amount: ["金額", "Amount"],
  person: ["対象者", "Person"],
  consequence: ["結果", "What happens"],
  cancel: ["やめる", "Cancel"],
  wrong: ["正しくありません：{problem}", "Not valid: {problem}"],
  working: ["実行中…", "Working…"],
  done: ["完了しました：{what}", "Done: {what}"],
  refused: ["できませんでした：{message}（{reason}）", "Refused: {message} ({reason})"],
  passing: [
    "応答がありません。実行された可能性があります。状態を確かめてから、もう一度お試しください：{message}",
    "No answer. It may have been done all the same: look, then try again: {message}",
  ],

  ticket: ["チケット", "Ticket"],
  payment: ["決済", "Payment"],
  buyer: ["購入者", "Buyer"],
  consultant: ["コンサルタント", "Consultant"],
  status: ["状態", "Status"],
  decision: ["決定", "Decision"],
  expires: ["期限", "Expires"],
  due: ["次の処理", "Due"],
  dueAt: ["予定時刻", "Due at"],
  tries: ["試行回数", "Tries"],
  runbook: ["手順書：", "Runbook:"],
  resume: ["処理を再開する", "Resume"],
  resumeWhat: [
    "決定済みの処理を今すぐもう一度行います。新しい決定はしません。",
    "What was decided is tried again now. Nothing new is decided.",
  ],

  "domain.consultation": ["相談", "Consultation"],
  "domain.checkout": ["端末ライセンス", "Device"],
  "domain.admission": ["イベント", "Event"],
  "domain.points": ["ポイント", "Points"],
  "status.pending_payment": ["支払い待ち", "Waits for payment"],
  "status.authorized": ["仮売上済み", "Card held"],
  "status.used": ["相談待ち", "Waits for the consultant"],
  "status.active": ["相談中", "In session"],
  "status.completed": ["完了", "Completed"],
  "status.cancelled": ["取消", "Cancelled"],
  "status.open": ["支払い待ち", "Open"],
  "status.processing": ["入金待ち", "Payment under way"],
  "status.fulfilled": ["提供済み", "Fulfilled"],
  "status.closed": ["終了", "Closed"],
  "status.refunded": ["返金済み", "Refunded"],
  "status.revoked": ["取り上げ済み", "Revoked"],
  "status.paid": ["支払い済み", "Paid"],
  "status.expired": ["期限切れ", "Expired"],
  "payment.created": ["未払い", "Unpaid"],
  "payment.requires_capture": ["仮売上", "Held"],
  "payment.captured": ["売上確定", "Captured"],
  "payment.canceled": ["取消", "Canceled"],
  "decision.capture": ["売上確定", "Capture"],
  "decision.void": ["取消", "Void"],
  "decision.refund": ["返金", "Refund"],
  "decision.expire": ["終了", "Expire"],
  "due.void": ["期限で取消", "Void at the deadline"],
  "due.end": ["相談を終了", "End the session"],
  "due.resume": ["決定を実行", "Carry out the decision"],
  "due.refund": ["返金を実行", "Refund"],
  "due.expire": ["期限で終了", "Expire"],
  "due.check": ["入金を確認", "Check the payment"],

  "incident.hold_lost": ["相談後に仮売上が失われた", "The hold was lost"],
  "incident.captured_unserved": ["相談なしで売上が確定された", "Money was taken without a session"],
  "incident.stray_capture": ["別の決済が売上確定された", "A stray payment was captured"],
  "incident.payment_missing": ["Stripeに決済がない", "Stripe does not know the payment"],
  "incident.amount_mismatch": ["決済の金額が違う", "The payment has another amount"],
  "incident.paid_after_close": ["終了後に支払われた", "Paid after it was closed"],
  "incident.refund_failed": ["返金に失敗した", "A refund failed"],
  "incident.lock_without_ticket": ["チケットが消されていた", "A ticket had been deleted"],
  "incident.reconcile_differences": ["帳簿がStripeと一致しない", "The books differ from Stripe"],
  "incident.sweep_stuck": ["処理が何度も失敗している", "Something fails again and again"],
  "incident.decision_not_carried_out": ["決定をStripeが拒否した", "Stripe refused a decision"],
};

export const language = pick(globalThis.navigator?.languages ?? []);

function pick(languages) {
  return languages.map((name) => name.slice(0, 2)).find((name) => name === "ja" || name === "en") ?? "ja";
}

/** A function `t(key, values)` that knows the texts of `table` and the shared ones; `t.has(key)` tells whether it does. */
export function textsOf(table) {
  const all = { ...SHARED, ...table };
  const t = (key, values = {}) => {
    if (!Object.hasOwn(all, key)) throw new Error(`no text for ${key}`);
    const template = all[key][language === "ja" ? 0 : 1];
    return template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  };
  t.has = (key) => Object.hasOwn(all, key);
  return t;
}

export const t = textsOf({});

/** A word of the machine in people's words, as `word("status", "active")`; the word itself if there are none for it. */
export function word(kind, value) {
  if (value === null || value === undefined) return "–";
  return t.has(`${kind}.${value}`) ? t(`${kind}.${value}`) : String(value);
}
