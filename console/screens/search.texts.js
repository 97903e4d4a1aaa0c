// The words of the search.

import { textsOf } from "../texts.js";

export const t = textsOf({
  title: ["検索結果", "Search"],
  asked: ["「{text}」", "“{text}”"],
  nothingFound: ["「{text}」に該当するものはありません。", "Nothing is “{text}”."],
  found: ["見つかったもの", "Found"],
  what: ["種類", "Kind"],
  more: ["内容", "What"],
  "hit.payment": ["決済", "Payment"],
  "hit.ticket": ["相談チケット", "Consultation ticket"],
  "hit.room": ["チャットルーム", "Chat room"],
  "hit.purchase": ["端末の購入", "Device purchase"],
  "hit.order": ["イベントの注文", "Event order"],
  "hit.event": ["イベント", "Event"],
  "hit.device": ["端末", "Device"],
  "hit.points": ["ポイント", "Points"],
});
