// Stripe's view of a payment, as inspectTicket answered it.

import { distance, Id, moment, plain, When, yen } from "../format.js";
import { html } from "../html.js";
import { Facts, Table } from "../table.js";
import { AllFields } from "./ticket.books.js";
import { t } from "./ticket.texts.js";

/** `asked` is `{at, answer, failure, busy}`; `outdated` says that the books changed after it. */
export function StripeView({ asked, outdated, again, now }) {
  const { answer, failure, busy, at } = asked;
  return html`<section aria-labelledby="stripe" aria-busy=${busy}><h2 id="stripe">${t("stripe")}</h2>
    <p class="quiet" role="status">${busy ? t("asking") : at && t("askedAt", { when: distance(at, at > now ? at : now) })}
      ${!busy && outdated && html` <strong class="warns">${t("outdated")}</strong>`}</p>
    ${failure && html`<p class="bad" role="alert">${t("notAnswered", { message: failure.message })}</p>`}
    <p class="buttons"><button type="button" aria-disabled=${busy} onClick=${() => busy || again()}>${t("askAgain")}</button></p>
    ${answer && html`<${Objects} stripe=${answer.stripe} /><${Events} events=${answer.events} />
      <${AllFields} summary=${t("allOfStripe")} value=${answer.stripe} />`}
  </section>`;
}

function Objects({ stripe }) {
  const { payment_intent: payment, charge, session, refunds, disputes } = stripe;
  if (!payment && !session) return html`<p class="bad">${t("unknownAtStripe")}</p>`;
  return html`
    ${session && html`<h3>${t("session")}</h3><${Facts} facts=${[
      [t("id"), html`<${Id} id=${session.id} />`],
      [t("status"), `${session.status} · ${session.payment_status}`],
      [t("amount"), yen(session.amount_total)],
      [t("expires"), time(session.expires_at)],
    ]} />`}
    ${payment && html`<h3>PaymentIntent</h3><${Facts} facts=${[
      [t("id"), html`<${Id} id=${payment.id} />`],
      [t("status"), html`<strong>${payment.status}</strong>`],
      [t("amount"), yen(payment.amount)],
      [t("capturable"), yen(payment.amount_capturable)],
      [t("received"), yen(payment.amount_received)],
      [t("created"), time(payment.created)],
      [t("cancellation"), payment.cancellation_reason],
    ]} />`}
    ${charge && html`<h3>${t("charge")}</h3><${Facts} facts=${[
      [t("id"), html`<${Id} id=${charge.id} />`],
      [t("status"), charge.status],
      [t("amountCaptured"), yen(charge.amount_captured)],
      [t("amountRefunded"), yen(charge.amount_refunded)],
      [t("captureBefore"), time(charge.payment_method_details?.card?.capture_before)],
      [t("card"), cardOf(charge)],
      [t("outcome"), charge.outcome?.seller_message],
    ]} />`}
    <${Money} rows=${refunds ?? []} caption=${t("refunds")} />
    <${Money} rows=${disputes ?? []} caption=${t("disputes")} />`;
}

function Money({ rows, caption }) {
  const columns = [
    { title: t("id"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("amount"), number: true, cell: ({ amount }) => yen(amount) },
    { title: t("status"), cell: ({ status }) => plain(status) },
    { title: t("reason"), cell: ({ reason, failure_reason: failed }) => plain(failed ?? reason) },
    { title: t("created"), cell: ({ created }) => time(created) },
  ];
  return rows.length > 0 && html`<${Table} rows=${rows} columns=${columns} caption=${caption} />`;
}

function Events({ events }) {
  const columns = [
    { title: t("at"), cell: ({ created }) => html`<${When} date=${created && new Date(created)} />` },
    { title: t("kind"), cell: ({ type }) => html`<code>${type}</code>` },
    { title: t("result"), cell: ({ outcome }) => outcome },
    { title: t("id"), cell: ({ id }) => html`<code>${id}</code>` },
  ];
  return events.length > 0 && html`<${Table} rows=${events} columns=${columns} caption=${t("events")} />`;
}

const time = (seconds) => (seconds ? moment(new Date(seconds * 1_000)) : null);

function cardOf({ payment_method_details: details }) {
  const card = details?.card;
  return card ? [card.brand, card.last4 && `•••• ${card.last4}`, card.funding].filter(Boolean).join(" ") : null;
}
