// The words of the screen Audit.

import { textsOf } from "../texts.js";

export const t = textsOf({
  title: ["監査", "Audit"],
  none: ["記録はありません。", "There are no entries."],
  filter: ["絞り込む", "Filter"],
  everything: ["すべて表示", "Show all"],
  who: ["誰が（uid）", "Who (uid)"],
  what: ["操作", "What"],
  target: ["対象", "Target"],
  "example.who": ["admin", "admin"],
  "example.what": ["cancelPaymentIntent", "cancelPaymentIntent"],
  "example.target": ["stores/store-1、pi_…", "stores/store-1, pi_…"],
  note: ["メモ", "Note"],
  show: ["開く", "Open"],
  changes: ["{name}：変更前と変更後", "{name}: before and after"],
  noChange: ["変更された項目はありません。", "No field was changed."],
  field: ["項目", "Field"],
  before: ["変更前", "Before"],
  after: ["変更後", "After"],
});
