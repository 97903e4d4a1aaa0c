// Our books of one ticket, order or purchase, live: its fields, its payment and its history.

import { useList } from "../data.js";
import { Id, idOf, moment, plain, When, yen } from "../format.js";
import { html } from "../html.js";
import { Facts, ListTable } from "../table.js";
import { word } from "../texts.js";
import { linksOf } from "./ticket.actions.js";
import { t } from "./ticket.texts.js";

// What lets somebody in, or what Stripe was sent, is nothing to look at.
const KEPT_BACK = ["ticket_code", "create_params", "fingerprint"];

export function Books({ path, document, payment, person, now }) {
  const id = idOf(path);
  const links = linksOf(document);
  const paymentId = document.payment_intent_id ?? document.payment_id;
  return html`<section aria-labelledby="books"><h2 id="books">${t("books")}</h2>
    <${Facts} facts=${[
      [t("status"), html`<strong>${word("status", document.status)}</strong>`],
      [t("decision"), document.decision && word("decision", document.decision)],
      [t("amount"), yen(document.amount)],
      [t("buyer"), person],
      [t("consultant"), document.imecon_ref && html`<${Id} id=${idOf(document.imecon_ref)} />`],
      [t("id"), html`<${Id} id=${id} />`],
      [t("payment"), paymentId && html`<${Id} id=${paymentId} />`],
      [t("session"), document.session_id && html`<${Id} id=${document.session_id} />`],
      [t("room"), document.chat_room_ref && html`<${Id} id=${idOf(document.chat_room_ref)} />`],
      [t("device"), document.device_id && html`<${Id} id=${document.device_id} href=${links.device} />`],
      [t("eventId"), document.event_id && html`<${Id} id=${document.event_id} href=${links.event} />`],
      [t("type"), document.type ?? document.product_type],
      [t("created"), moment(document.created_at)],
      [t("authorized"), document.authorized_at && moment(document.authorized_at)],
      [t("started"), document.started_at && moment(document.started_at)],
      [t("paid"), document.paid_at && moment(document.paid_at)],
      [t("completed"), document.completed_at && moment(document.completed_at)],
      [t("expires"), document.expires_at && moment(document.expires_at)],
      [t("cancelReason"), document.cancel_reason ?? document.end_reason],
      [t("due"), document.due_at && html`${word("due", document.due_action)} · <${When} date=${document.due_at} now=${now} />`],
      [t("tries"), document.tries > 0 ? document.tries : null],
      ...ofPayment(payment ?? {}),
    ]} />
    <${History} path=${path} />
    <${AllFields} summary=${t("allFields")} value=${withoutSecrets(document)} />
  </section>`;
}

function ofPayment(payment) {
  return [
    [t("payment"), payment.status && word("payment", payment.status)],
    [t("captureBefore"), payment.captureBefore && moment(payment.captureBefore)],
    [t("amountCaptured"), payment.amountCaptured === undefined ? null : yen(payment.amountCaptured)],
    [t("amountRefunded"), payment.amountRefunded === undefined ? null : yen(payment.amountRefunded)],
    [t("refundPending"), payment.refundPending ? plain(true) : null],
    [t("dispute"), payment.disputeStatus],
  ];
}

/** What happened to a document, newest first. */
export function History({ path }) {
  const list = useList({ collection: `${path}/history`, orderBy: [["at", "desc"]], limit: 50 });
  const columns = [
    { title: t("at"), cell: ({ data }) => html`<${When} date=${data.at} />` },
    { title: t("event"), cell: ({ data }) => html`<code>${plain(data.event)}</code>` },
    { title: t("change"), cell: ({ data }) => html`${word("status", data.from)} → ${word("status", data.to)}` },
    { title: t("actor"), cell: ({ data }) => plain(data.actor) },
    { title: t("reason"), cell: ({ data }) => plain(data.reason) },
  ];
  return html`<${ListTable} list=${list} columns=${columns} caption=${t("history")} empty=${t("noHistory")} />`;
}

/** Every field there is, closed until somebody wants to look. */
export function AllFields({ summary, value }) {
  return html`<details><summary>${summary}</summary><pre tabindex="0">${JSON.stringify(value, null, 2)}</pre></details>`;
}

const withoutSecrets = (document) => Object.fromEntries(Object.entries(document).filter(([name]) => !KEPT_BACK.includes(name)));
