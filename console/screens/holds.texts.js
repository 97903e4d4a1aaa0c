// The words of the screen Holds.

import { textsOf } from "../texts.js";

export const t = textsOf({
  title: ["仮売上", "Holds"],
  none: ["仮売上はありません。", "No card is held."],
  legend: [
    "色の帯：仮売上から期限まで。灰色の帯：銀行が仮売上を放すまで。縦線：現在。赤：期限まで1時間未満。",
    "Coloured: from the hold to its deadline. Grey: until the bank lets go. Line: now. Red: less than an hour left.",
  ],
  timeline: ["時間軸", "Time line"],
  bar: [
    "仮売上 {from}、期限 {until}、銀行の期限 {bank}",
    "held {from}, expires {until}, the bank lets go {bank}",
  ],
});
