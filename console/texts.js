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
  working: ["実行中…", "Working…"],
  done: ["完了しました：{what}", "Done: {what}"],
  refused: ["できませんでした：{message}（{reason}）", "Refused: {message} ({reason})"],
  passing: [
    "応答がありません。実行された可能性があります。状態を確かめてから、もう一度お試しください：{message}",
    "No answer. It may have been done all the same: look, then try again: {message}",
  ],
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
