// Which part of docs/operations.ja.md and of docs/operations.md says what to do about each kind of incident.

import { config } from "./config.js";
import { html } from "./html.js";
import { language, t } from "./texts.js";

export const RUNBOOKS = {
  hold_lost: ["仮売上が失われた", "A hold is lost"],
  captured_unserved: ["相談なしで売上が確定された", "Money taken without a session"],
  stray_capture: ["相談なしで売上が確定された", "Money taken without a session"],
  payment_missing: ["記録に人の対応が必要", "Records need a person"],
  amount_mismatch: ["記録に人の対応が必要", "Records need a person"],
  paid_after_close: ["返金に失敗した", "A refund failed"],
  refund_failed: ["返金に失敗した", "A refund failed"],
  lock_without_ticket: ["記録に人の対応が必要", "Records need a person"],
  reconcile_differences: ["帳簿が一致しない", "The books differ"],
  sweep_stuck: ["スイープが遅れている、または進まない", "A sweep is late or stuck"],
  decision_not_carried_out: ["Stripeがリクエストを拒否している", "Stripe refuses requests"],
};

/** Where to read on: a link if the configuration says where the page is, the page and its heading otherwise. */
export function Runbook({ kind }) {
  if (!Object.hasOwn(RUNBOOKS, kind)) return null;
  const { page, url, heading, lang } = pageOf(RUNBOOKS[kind]);
  const words = html`${page}: <span lang=${lang}>${heading}</span>`;
  if (!url) return html`<p class="quiet">${t("runbook")} ${words}</p>`;
  return html`<p>${t("runbook")} <a href="${url}#${anchorOf(heading)}" rel="noreferrer">${words}</a></p>`;
}

// Whoever reads Japanese is led to the English page where the configuration knows only that.
function pageOf([japanese, english]) {
  const { operations_url: url, operations_url_ja: urlJa } = config;
  if (language === "ja" && (urlJa || !url)) {
    return { page: "docs/operations.ja.md", url: urlJa, heading: japanese, lang: "ja" };
  }
  return { page: "docs/operations.md", url, heading: english, lang: "en" };
}

// How GitHub names a heading in a link.
const anchorOf = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{M}\p{N}_ -]/gu, "").replaceAll(" ", "-");
