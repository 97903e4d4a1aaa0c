// Which part of docs/operations.md says what to do about each kind of incident.

import { config } from "./config.js";
import { html } from "./html.js";
import { t } from "./texts.js";

export const RUNBOOKS = {
  hold_lost: "A hold is lost",
  captured_unserved: "Money taken without a session",
  stray_capture: "Money taken without a session",
  payment_missing: "Records need a person",
  amount_mismatch: "Records need a person",
  paid_after_close: "A refund failed",
  refund_failed: "A refund failed",
  lock_without_ticket: "Records need a person",
  reconcile_differences: "The books differ",
  sweep_stuck: "A sweep is late or stuck",
  decision_not_carried_out: "Stripe refuses requests",
};

/** Where to read on: a link if the configuration says where docs/operations.md is, its heading otherwise. */
export function Runbook({ kind }) {
  const heading = RUNBOOKS[kind];
  if (!heading) return null;
  const words = html`docs/operations.md: <span lang="en">${heading}</span>`;
  if (!config.operations_url) return html`<p class="quiet">${t("runbook")} ${words}</p>`;
  return html`<p>${t("runbook")} <a href="${config.operations_url}#${anchor(heading)}" rel="noreferrer">${words}</a></p>`;
}

const anchor = (heading) => heading.toLowerCase().replaceAll("'", "").replaceAll(" ", "-");
