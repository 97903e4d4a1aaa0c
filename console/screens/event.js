// One event: what was sold, who came, its orders, and what became of the money when it was cancelled.

import { useState } from "preact/hooks";
import { ActionButton } from "../action.js";
import { useDoc, useList } from "../data.js";
import { Id, moment, When, yen } from "../format.js";
import { html } from "../html.js";
import { Facts } from "../table.js";
import { useTotals } from "../totals.js";
import { Door } from "./event.door.js";
import { Orders } from "./event.orders.js";
import { Refunds } from "./event.refunds.js";
import { Sales } from "./event.sales.js";
import { t } from "./events.texts.js";
import { History } from "./ticket.books.js";

export const path = "/events/:id";
export const title = t("oneTitle");

const SECONDS = 10;

export function Screen({ id }) {
  const { data: event, loading, error } = useDoc(`events/${id}`);
  const [status, choose] = useState("");
  const its = [["event_id", "==", id]];
  const orders = useList({
    collection: "event_orders", where: status ? [...its, ["status", "==", status]] : its, orderBy: [["created_at", "desc"]], limit: 50,
  });
  // What changes on an order that is shown, or on the event, tells that the counts are others now.
  const again = orders.rows.reduce((sum, { data }) => sum + data.version, event?.version ?? 0);
  const { values } = useTotals(
    {
      open: { collection: "event_orders", where: [...its, ["status", "in", ["pending_payment", "paid"]]] },
      money: { collection: "event_orders", where: its, sums: ["amount_captured", "refunded_amount"] },
    },
    { again, seconds: SECONDS },
  );
  if (error) return html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`;
  if (!event) return html`<p class="quiet">${t(loading ? "loading" : "noEvent")}</p>`;
  return html`
    <${About} id=${id} event=${event} values=${values} />
    ${event.status === "cancelled" && html`<${Refunds} its=${its} event=${event} again=${again} />`}
    <${Sales} its=${its} event=${event} again=${again} />
    <${Door} its=${its} event=${event} />
    <${Orders} list=${orders} status=${status} choose=${choose} />
    <section><${History} path=${`events/${id}`} /></section>`;
}

function About({ id, event, values }) {
  const money = values?.money;
  return html`<section aria-labelledby="about"><h2 id="about">${event.title}</h2>
    <${Facts} facts=${[
      [t("status"), html`<strong>${t(`event.${event.status}`)}</strong>`],
      [t("id"), html`<${Id} id=${id} />`],
      [t("date"), html`<${When} date=${event.event_date} />`],
      [t("venue"), event.venue_name],
      [t("organizer"), event.organizer_name],
      [t("published"), event.published_at && moment(event.published_at)],
      [t("cancelReason"), event.cancel_reason],
      [t("captured"), money && yen(money.amount_captured)],
      [t("returned"), money && yen(money.refunded_amount)],
      [t("net"), money && yen(money.amount_captured - money.refunded_amount)],
    ]} />
    ${values && event.status !== "cancelled" && html`<p class="buttons"><${ActionButton} action=${cancelling(id, event, values)} /></p>`}
  </section>`;
}

function cancelling(id, event, { open, money }) {
  const amount = money.amount_captured - money.refunded_amount;
  const draft = event.status === "draft";
  return {
    title: t("cancelEvent"),
    amount,
    facts: [[t("name"), event.title], [t("date"), moment(event.event_date)], [t("organizer"), event.organizer_name], [t("orders"), t("orderCount", { n: open.count })]],
    consequence: draft ? t("cancelDraftWhat") : t("cancelWhat", { orders: open.count, amount: yen(amount) }),
    danger: true,
    name: "cancelEvent",
    data: { eventId: id },
    fields: [{ name: "reason", label: t("reason"), required: true, maxLength: 500 }],
  };
}
