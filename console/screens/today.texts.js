// The words of the screen Today.

import { textsOf } from "../texts.js";

export const t = textsOf({
  title: ["今日", "Today"],
  incidents: ["対応が必要なこと", "Needs a person"],
  noIncidents: ["対応が必要なことはありません。", "Nothing needs a person."],
  schedules: ["定期処理", "Schedules"],
  schedule: ["定期処理", "Schedule"],
  state: ["状況", "State"],
  lastRun: ["前回", "Last run"],
  doneCount: ["処理", "Done"],
  failedCount: ["失敗", "Failed"],
  oldest: ["最古の未処理", "Oldest due"],
  "state.never": ["実行記録なし", "Never ran"],
  "state.late": ["遅れています", "Late"],
  "state.failed": ["失敗しました", "Failed"],
  "state.incomplete": ["残りがあります", "Not complete"],
  "state.ok": ["正常", "In order"],
  run: ["今すぐ実行", "Run now"],
  runTitle: ["{name} を実行する", "Run {name}"],
  runWhat: [
    "定期処理を1回、25秒まで実行します。通常の実行と重なっても害はありません。",
    "The schedule runs once, for 25 seconds at most. Beside its own runs it does no harm.",
  ],
  deadlines: ["次の期限", "Next deadlines"],
  money: ["今日のお金（日本時間）", "Today's money (Japan's day)"],
  held: ["仮売上（現在）", "Held now"],
  captured: ["売上確定", "Captured"],
  voided: ["取消", "Voided"],
  refunded: ["返金", "Refunded"],
  kind: ["種類", "Kind"],
  count: ["件数", "Count"],
});
