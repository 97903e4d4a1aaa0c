// Holds: cards that are held, those that expire first before the others, on one time line.

import { useBeside, useList, useNow } from "../data.js";
import { idOf, moment, When, yen, ZONE } from "../format.js";
import { html } from "../html.js";
import { to } from "../router.js";
import { ListTable } from "../table.js";
import { language, word } from "../texts.js";
import { t } from "./holds.texts.js";

export const path = "/holds";
export const title = t("title");

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// A hold waits for three days, seven at most. Many cards are held for a month, which ends at the edge.
const BEFORE = 3 * DAY;
const AFTER = 7 * DAY;
const DAY_NAME = new Intl.DateTimeFormat(language, { timeZone: ZONE, month: "numeric", day: "numeric" });

export function Screen() {
  const now = useNow(10);
  const list = useList({
    collection: "tickets", where: [["status", "in", ["authorized", "used", "active"]]], orderBy: [["expires_at", "asc"]], limit: 50,
  });
  const payments = useBeside("payment_intents", list.rows.map(({ data }) => data.payment_intent_id));
  const columns = [
    { title: t("ticket"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("status"), cell: ({ data }) => word("status", data.status) },
    { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
    { title: t("buyer"), cell: ({ data }) => idOf(data.user_ref) ?? "–" },
    { title: t("consultant"), cell: ({ data }) => idOf(data.imecon_ref) ?? "–" },
    { title: t("expires"), cell: ({ data }) => html`<${When} date=${data.expires_at} now=${now} />` },
    { title: html`${t("timeline")} <${Days} now=${now} />`, label: t("timeline"), wide: true, cell: ({ data }) => html`<${Bar} ticket=${data} bank=${payments.get(data.payment_intent_id)?.captureBefore} now=${now} />` },
  ];
  return html`<section><p class="quiet">${t("legend")}</p>
    <${ListTable} list=${list} empty=${t("none")} columns=${columns} href=${({ id }) => to("ticket", id)} caption=${t("title")} quiet
      mark=${({ data }) => (isUrgent(data, now) ? "late" : "")} /></section>`;
}

// A session that runs cannot expire any more.
const isUrgent = ({ status, expires_at: until }, now) => status !== "active" && until - now < HOUR;

function Bar({ ticket, bank, now }) {
  const from = ticket.authorized_at ?? ticket.used_at ?? ticket.created_at;
  const { expires_at: until } = ticket;
  const told = t("bar", { from: moment(from), until: moment(until), bank: moment(bank) });
  return html`<div class=${isUrgent(ticket, now) ? "bar urgent" : "bar"} role="img" aria-label=${told} title=${told}>
    ${bank && html`<span class="until-bank" style=${between(from, bank, now)}></span>`}
    <span class="until-deadline" style=${between(from, until, now)}></span>
    <span class="now" style=${{ left: percent(now, now) }}></span>
  </div>`;
}

function Days({ now }) {
  const days = [-2, 0, 2, 4, 6].map((day) => new Date(now.getTime() + day * DAY));
  return html`<span class="days" aria-hidden="true">${days.map((day) => html`
    <span key=${day.getTime()} style=${{ left: percent(day, now) }}>${DAY_NAME.format(day)}</span>`)}</span>`;
}

function between(from, until, now) {
  const left = Number.parseFloat(percent(from, now));
  return { left: `${left}%`, width: `${Math.max(0.5, Number.parseFloat(percent(until, now)) - left)}%` };
}

function percent(date, now) {
  const share = (date - now + BEFORE) / (BEFORE + AFTER);
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
}
