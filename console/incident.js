// An incident: what happened, what to do about it, and the buttons to do it.

import { ActionButton } from "./action.js";
import { distance, Id, plain, When, yen } from "./format.js";
import { html } from "./html.js";
import { t } from "./incident.texts.js";
import { to } from "./router.js";
import { Runbook } from "./runbooks.js";
import { Facts } from "./table.js";
import { word } from "./texts.js";

// What `details` repeats of the incident's own fields.
const TOLD = ["ticket", "purchase", "id", "paymentIntent", "session", "amount"];
const MAY_RESUME = ["sweep_stuck", "decision_not_carried_out", "payment_missing", "refund_failed"];

/** `data` is the document `incidents/{id}`. `within`: shown on its ticket's own screen, so no link leads there. */
export function Incident({ id, data, now, within, done }) {
  const name = word("incident", data.kind);
  const more = Object.entries(data.details ?? {}).filter(([field]) => !TOLD.includes(field));
  return html`<article class="card incident" aria-labelledby="incident-${id}">
    <h3 id="incident-${id}">${name} <span class="quiet">· ${word("domain", data.domain)} · <${When} date=${data.opened_at} now=${now} /></span></h3>
    ${t.has(`next.${data.kind}`) && html`<p><strong>${t("next")}</strong> ${t(`next.${data.kind}`)}</p>`}
    <${Runbook} kind=${data.kind} />
    <${Facts} facts=${[
      [t("amount"), Number.isFinite(data.amount) ? yen(data.amount) : null],
      [t("ticket"), data.ticket && html`<${Id} id=${data.ticket} href=${within ? null : to("ticket", data.ticket)} />`],
      [t("payment"), data.payment && html`<${Id} id=${data.payment} href=${within ? null : to("ticket", data.payment)} />`],
      [t("subject"), data.subject !== data.ticket && data.subject !== data.payment ? data.subject : null],
      [t("seen"), data.seen_at && distance(data.seen_at, now)],
      ...more.map(([field, value]) => [field, plain(value)]),
    ]} />
    ${data.differences?.length > 0 && html`<${Differences} differences=${data.differences} />`}
    ${data.status === "resolved"
      ? html`<p class="quiet">${t("resolved", { who: data.resolved_by, when: distance(data.resolved_at, now) })} ${data.note}</p>`
      : html`<p class="buttons"><${Buttons} id=${id} data=${data} name=${name} within=${within} done=${done} /></p>`}
  </article>`;
}

function Buttons({ id, data, name, within, done }) {
  const ticket = data.ticket ?? data.payment;
  const amount = Number.isFinite(data.amount) ? data.amount : undefined;
  const facts = [[t("incident"), name], [t("ticket"), ticket ?? data.subject]];
  const resolve = {
    title: t("resolve"), amount, facts, consequence: t("resolveWhat"), name: "resolveIncident", data: { incidentId: id }, done,
  };
  const resume = {
    title: t("resume"), amount, facts, consequence: t("resumeWhat"), name: "resumeDecision", data: { id: ticket }, done,
  };
  return html`
    ${ticket && !within && html`<a class="button" href=${to("ticket", ticket)}>${t("openTicket")}</a>`}
    ${data.kind === "reconcile_differences" && html`<a class="button" href=${to("reconciliations")}>${t("openReconciliations")}</a>`}
    ${ticket && MAY_RESUME.includes(data.kind) && html`<${ActionButton} action=${resume} />`}
    <${ActionButton} action=${resolve} />`;
}

function Differences({ differences }) {
  return html`<ul>${differences.slice(0, 20).map(({ ticket, payment, text }, index) => html`
    <li key=${index}>${text} ${(ticket ?? payment) && html`<a href=${to("ticket", ticket ?? payment)}>${t("openTicket")}</a>`}</li>`)}</ul>
    ${differences.length > 20 && html`<p class="quiet">${t("moreDifferences", { n: differences.length - 20 })}</p>`}`;
}
