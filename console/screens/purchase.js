// One purchase of a licence or a day pass: what was paid and given back, its device, its history, and its refund.

import { ActionButton } from "../action.js";
import { useDoc, useNow } from "../data.js";
import { Id, moment, When, yen } from "../format.js";
import { html } from "../html.js";
import { to } from "../router.js";
import { Facts } from "../table.js";
import { word } from "../texts.js";
import { productOf } from "./devices.js";
import { t } from "./devices.texts.js";
import { actionsFor } from "./ticket.actions.js";
import { History } from "./ticket.books.js";

export const path = "/purchases/:id";
export const title = t("purchaseTitle");

export function Screen({ id }) {
  const now = useNow();
  const { data: purchase, loading, error } = useDoc(`purchases/${id}`);
  if (error) return html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`;
  if (!purchase) return html`<p class="quiet">${t(loading ? "loading" : "noPurchase")}</p>`;
  const actions = actionsFor({ domain: "checkout", id, document: purchase, person: purchase.buyer_uid });
  return html`
    <section aria-labelledby="purchase"><h2 id="purchase">${productOf(purchase)} · ${yen(purchase.amount)}</h2>
      <${Facts} facts=${factsOf(id, purchase, now)} />
      <p class="buttons">${actions.map((action) => html`<${ActionButton} key=${action.name} action=${action} />`)}
        <a href=${to("ticket", id)}>${t("stripe")}</a></p></section>
    <section><${History} path=${`purchases/${id}`} /></section>`;
}

function factsOf(id, purchase, now) {
  const at = (field) => purchase[field] && moment(purchase[field]);
  return [
    [t("status"), html`<strong>${word("status", purchase.status)}</strong>`],
    [t("decision"), purchase.decision && !purchase.carried_out_at && word("decision", purchase.decision)],
    [t("due"), purchase.due_at && html`${word("due", purchase.due_action)} · <${When} date=${purchase.due_at} now=${now} />`],
    [t("id"), html`<${Id} id=${id} />`],
    [t("buyer"), html`<${Id} id=${purchase.buyer_uid} />`],
    [t("device"), html`<${Id} id=${purchase.device_id} href=${to("devices", purchase.device_id)} />`],
    [t("session"), purchase.session_id && html`<${Id} id=${purchase.session_id} />`],
    [t("payment"), purchase.payment_intent_id && html`<${Id} id=${purchase.payment_intent_id} />`],
    [t("received"), purchase.paid_at && yen(purchase.amount_received ?? purchase.amount)],
    [t("back"), purchase.amount_refunded > 0 ? yen(purchase.amount_refunded) : null],
    [t("refundPending"), purchase.refund_pending ? t("yes") : null],
    [t("dispute"), purchase.dispute_status],
    [t("created"), at("created_at")],
    [t("expires"), purchase.status === "open" ? at("expires_at") : null],
    [t("paid"), at("paid_at")],
    [t("fulfilled"), at("fulfilled_at")],
    [t("passEnds"), at("pass_ends_at")],
    [t("endReason"), purchase.end_reason],
    [t("missing"), at("payment_missing_at")],
    [t("transfers"), purchase.transfers?.length || null],
  ];
}
