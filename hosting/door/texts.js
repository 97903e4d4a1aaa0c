// Every word that staff read, in Japanese and English; which language, the browser says.

const TEXTS = {
  title: ["入場受付", "Door"],
  mail: ["メールアドレス", "E-mail"],
  password: ["パスワード", "Password"],
  signIn: ["サインイン", "Sign in"],
  forgotten: ["パスワードを忘れた方", "Forgotten your password?"],
  resetSent: ["登録があれば、再設定用のメールを送りました。", "If there is such an account, a mail to reset it was sent."],
  resetNeedsMail: ["先にメールアドレスを入力してください。", "Enter your e-mail first."],
  wrongPassword: ["メールアドレスまたはパスワードが違います。", "The e-mail or the password is wrong."],
  tooMany: ["試行回数が多すぎます。しばらくしてからお試しください。", "Too many tries. Wait a while."],
  noNetwork: ["ネットワークに接続できません。", "There is no network."],
  failed: ["できませんでした。もう一度お試しください。", "That did not work. Try again."],
  chooseEvent: ["イベントを選ぶ", "Choose the event"],
  eventId: ["イベントID", "Event ID"],
  open: ["開く", "Open"],
  noSuchEvent: ["このイベントは見つかりません。", "There is no such event."],
  notStaff: [
    "あなたはこのイベントの受付担当ではありません。主催者に確認してください。未送信のスキャンは端末に残っています。",
    "You are not at the door of this event (any more). Ask the organiser. Unsent scans stay on this phone.",
  ],
  signInAgain: ["もう一度サインインしてください。", "Sign in again."],
  scan: ["スキャン", "Scan"],
  find: ["検索", "Look up"],
  records: ["記録", "Records"],
  settings: ["設定", "Settings"],
  menu: ["画面", "Screens"],
  startCamera: ["カメラを開始", "Start the camera"],
  torch: ["ライト", "Torch"],
  cameraRefused: [
    "カメラを使えません。ブラウザーの設定でこのサイトにカメラを許可してください。",
    "The camera cannot be used. Allow it for this site in the browser's settings.",
  ],
  pointCamera: ["QRコードをカメラに向けてください", "Point the camera at a QR code"],
  checking: ["確認しています…", "Checking…"],
  gate: ["入口", "Gate"],
  chooseGate: ["選んでください", "Choose"],
  everyGate: ["指定なし", "None"],
  direction: ["向き", "Direction"],
  entry: ["入場", "Entry"],
  exit: ["退場", "Exit"],
  entered: ["入場済み", "Entered"],
  inside: ["場内", "Inside"],
  duplicates: ["重複", "Duplicates"],
  counts: ["人数", "Counts"],
  lastAnswer: ["直前の結果", "Last answer"],
  nothingYet: ["まだありません", "Nothing yet"],
  offline: ["オフライン", "Offline"],
  online: ["オンライン", "Online"],
  unsynced: ["未送信 {n}件", "{n} unsent"],
  age: ["データ {age}前", "Data {age} old"],
  seconds: ["{n}秒", "{n} s"],
  minutes: ["{n}分", "{n} min"],
  hours: ["{n}時間", "{n} h"],
  noData: ["データなし", "No data"],
  name: ["お名前", "Name"],
  seat: ["座席", "Seat"],
  search: ["検索する", "Search"],
  findNeedsNetwork: ["検索にはネットワークが必要です。", "Looking up needs a network."],
  found: ["{n}件見つかりました", "{n} found"],
  more: ["さらに表示", "Show more"],
  admit: ["入場させる", "Admit"],
  undo: ["入場を取り消す", "Undo the entry"],
  askAdmit: ["{who}を入場させますか？", "Admit {who}?"],
  askAdmitWhy: [
    "QRコードを確認せずに入場させます。本人であることを確かめてください。",
    "No code is checked. Make sure that it is this person.",
  ],
  askUndo: ["{who}の入場を取り消しますか？", "Undo the entry of {who}?"],
  askUndoWhy: ["取り消すと、このチケットでもう一度入場できます。", "The ticket lets somebody in again afterwards."],
  undone: ["{who}の入場を取り消しました。", "The entry of {who} was undone."],
  notUndone: ["取り消す入場はありませんでした。", "There was no entry to undo."],
  statusValid: ["未入場", "Not entered"],
  statusUsed: ["入場済み {at}", "Entered {at}"],
  statusOutside: ["退場中", "Went out"],
  statusCancelled: ["キャンセル", "Cancelled"],
  cancel: ["やめる", "Cancel"],
  unsentScans: ["未送信のスキャン", "Unsent scans"],
  nothingUnsent: ["すべて送信済みです。", "Everything was sent."],
  sendNow: ["今すぐ送信", "Send now"],
  stuck: ["サーバーが受け付けなかったスキャン", "Scans that the server refused"],
  notices: ["確認が必要な入場", "Entries to look into"],
  noNotices: ["ありません。", "None."],
  noticeDuplicate: ["二重入場", "Let in twice"],
  noticeProblem: ["入場後に判明: {result}", "Found out afterwards: {result}"],
  done: ["確認済みにする", "Done"],
  signedInAs: ["サインイン中", "Signed in as"],
  event: ["イベント", "Event"],
  otherEvent: ["イベントを変える", "Change the event"],
  signOut: ["サインアウト", "Sign out"],
  askSignOut: ["サインアウトしますか？", "Sign out?"],
  askSignOutUnsent: [
    "未送信のスキャンが{n}件あります。端末に残り、次にサインインした時に送信されます。先に送信することをお勧めします。",
    "{n} scans are not sent yet. They stay on this phone and are sent at the next sign-in. Better send them first.",
  ],
  next: ["次へ", "Next"],
  noBundle: [
    "このイベントのデータがまだ端末にありません。ネットワークのある場所で一度開いてください。",
    "This phone has no data of the event yet. Open the page once where there is a network.",
  ],
  notStored: [
    "端末に保存できませんでした。入場させず、空き容量を確認してください。",
    "The phone could not store this scan. Let nobody in, and see whether its storage is full.",
  ],
  checkedOffline: ["オフラインで確認", "Checked offline"],
  atTime: ["入場 {at}", "Entered {at}"],
  ticket: ["チケット", "Ticket"],

  "ok.entry": ["入場できます", "Come in"],
  "ok.exit": ["退場を記録しました", "Exit recorded"],
  already_used: ["入場済みのチケットです", "Already used"],
  invalid: ["無効なコードです", "Not a valid ticket"],
  stale: ["古いコードです。チケットを開き直してもらってください", "Old code: ask to open the ticket again"],
  wrong_event: ["別のイベントのチケットです", "For another event"],
  wrong_gate: ["この入口からは入場できません", "Not at this gate"],
  wrong_time: ["入場できる時間ではありません", "Not at this time"],
  cancelled: ["キャンセルされたチケットです", "Cancelled"],
  unpaid: ["支払いが完了していません", "Not paid"],
  blocked: ["利用停止中のチケットです", "Blocked"],
  transferred: ["譲渡済みのチケットです", "Handed on to somebody else"],
};

export const language = pick(globalThis.navigator?.languages ?? []);

function pick(languages) {
  const known = languages.map((name) => name.slice(0, 2)).find((name) => name === "ja" || name === "en");
  return known ?? "ja";
}

/** The text `key` with `{name}`s filled in. */
export function text(key, values = {}) {
  const template = TEXTS[key][language === "ja" ? 0 : 1];
  return template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** What an answer of the door says, in words. */
export function resultText({ result, detail, direction }) {
  if (result === "ok") return text(direction === "exit" ? "ok.exit" : "ok.entry");
  return text(detail === "stale" ? "stale" : result);
}

/** A moment (ISO 8601) as hours and minutes. */
export function timeText(moment) {
  return moment ? new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" }) : "";
}

/** How long ago something was, roughly. */
export function ageText(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return text("seconds", { n: seconds });
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? text("minutes", { n: minutes }) : text("hours", { n: Math.round(minutes / 60) });
}

/** Fill the words into the page's own markup. */
export function translate(page) {
  page.documentElement.lang = language;
  page.title = text("title");
  for (const element of page.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of page.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", text(element.dataset.label));
  }
}
