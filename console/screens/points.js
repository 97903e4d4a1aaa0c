// Points: a customer's ledger, what it comes from, and the reversal of an entry.

import { useRef } from "preact/hooks";
import { ActionButton } from "../action.js";
import { useDoc, useList, useNow } from "../data.js";
import { Id, When, yen } from "../format.js";
import { html } from "../html.js";
import { go, to } from "../router.js";
import { Facts, ListTable } from "../table.js";
import { useTotals } from "../totals.js";
import { t, word } from "./points.texts.js";

export const path = "/points/:uid?";
export const title = t("title");

const PAGE = 50;
const FINAL = new Set(["reversal", "forfeit"]);

export function Screen({ uid }) {
  return uid ? html`<${Customer} uid=${uid} />` : html`<${Everybody} />`;
}

function Everybody() {
  const input = useRef(null);
  const list = useList({ collection: "transactions", orderBy: [["createdAt", "desc"]], limit: PAGE });
  const open = (event) => {
    event.preventDefault();
    const uid = input.current.value.trim();
    if (uid) go(to("points", uid));
  };
  const customer = { title: t("customer"), cell: ({ data }) => data.userId };
  return html`
    <form class="filter card" onSubmit=${open}>
      <div class="field"><label for="uid">${t("customer")}</label>
        <input id="uid" ref=${input} required autocomplete="off" autocapitalize="none" spellcheck=${false} /></div>
      <button type="submit" class="main">${t("open")}</button>
    </form>
    <section><${ListTable} list=${list} columns=${[customer, ...ENTRY]} caption=${t("newest")} href=${({ data }) => to("points", data.userId)} /></section>`;
}

function Customer({ uid }) {
  const mine = [["userId", "==", uid]];
  const entries = useList({ collection: "transactions", where: mine, orderBy: [["createdAt", "desc"]], limit: PAGE });
  const newest = entries.rows[0];
  return html`
    <section><h2>${t("balanceTitle")}</h2>
      <${Facts} facts=${[[t("customer"), html`<${Id} id=${uid} />`]]} />
      ${newest && html`<${Balance} uid=${uid} newest=${newest} />`}</section>
    <section><${ListTable} list=${entries} columns=${[...ENTRY, ...reversing(entries.rows)]} caption=${t("ledger")} empty=${t("noEntries")} /></section>
    <div class="columns"><${Awards} mine=${mine} /><${Payments} mine=${mine} /><${Stamps} mine=${mine} /></div>`;
}

// What the newest entry says, beside the sum of all of them.
function Balance({ uid, newest }) {
  const { balanceAfter, totalAfter } = newest.data;
  const asked = { ledger: { collection: "transactions", where: [["userId", "==", uid]], sums: ["delta", "earned"] } };
  const { values, error } = useTotals(asked, { again: newest.id });
  const sums = values?.ledger;
  const differ = sums && (sums.delta !== balanceAfter || sums.earned !== totalAfter);
  const said = sums && t("sumsSay", { balance: points(sums.delta), total: points(sums.earned) });
  return html`
    <${Facts} facts=${[[t("balance"), html`<strong>${points(balanceAfter)}</strong>`], [t("total"), points(totalAfter)], [t("sums"), error ?? said]]} />
    ${differ && html`<p class="bad" role="alert">${t("sumsDiffer")}</p>`}`;
}

function Awards({ mine }) {
  const now = useNow();
  const list = useList({ collection: "point_awards", where: mine, orderBy: [["createdAt", "desc"]], limit: 20 });
  const columns = [
    { title: t("at"), cell: ({ data }) => html`<${When} date=${data.createdAt} />` },
    { title: t("store"), cell: ({ data }) => html`<${Store} id=${data.storeId} name=${data.storeName} />` },
    { title: t("paid"), number: true, cell: ({ data }) => yen(data.amount) },
    { title: t("given"), number: true, cell: ({ data }) => points(data.points) },
    { title: t("standing"), cell: ({ data }) => word(standing(data, now)) },
  ];
  return html`<section><${ListTable} list=${list} columns=${columns} caption=${t("awards")} /></section>`;
}

function Payments({ mine }) {
  const list = useList({ collection: "user_point_usage", where: mine, orderBy: [["usedAt", "desc"]], limit: 20 });
  const columns = [
    { title: t("at"), cell: ({ data }) => html`<${When} date=${data.usedAt} />` },
    { title: t("store"), cell: ({ data }) => html`<${Store} id=${data.storeId} name=${data.storeName} />` },
    { title: t("given"), number: true, cell: ({ data }) => points(data.pointsUsed) },
    { title: t("standing"), cell: ({ data }) => word(data.status) },
  ];
  return html`<section><${ListTable} list=${list} columns=${columns} caption=${t("payments")} /></section>`;
}

function Stamps({ mine }) {
  const list = useList({ collection: "stamps", where: mine, limit: 50 });
  const columns = [
    { title: t("store"), cell: ({ data }) => html`<${Store} id=${data.storeId} name=${data.storeName} />` },
    { title: t("stampCount"), number: true, cell: ({ data }) => data.count },
    { title: t("updated"), cell: ({ data }) => html`<${When} date=${data.updatedAt} />` },
  ];
  return html`<section><${ListTable} list=${list} columns=${columns} caption=${t("stamps")} /></section>`;
}

const ENTRY = [
  { title: t("at"), cell: ({ data }) => html`<${When} date=${data.createdAt} />` },
  { title: t("type"), cell: ({ data }) => word(data.type) },
  { title: t("change"), number: true, cell: ({ data }) => signed(data.delta) },
  { title: t("after"), number: true, cell: ({ data }) => points(data.balanceAfter) },
  { title: t("store"), cell: ({ data }) => html`<${Store} id=${data.storeId} name=${data.storeName} />` },
  { title: t("entry"), cell: ({ id, data }) => html`<div><${Id} id=${id} />${data.reverses && html`<${Reversed} data=${data} />`}</div>` },
];

function Reversed({ data }) {
  return html`<div class="quiet">${t("reverses", { entry: data.reverses, by: data.reversedBy })}</div><div>${data.reason}</div>`;
}

// A reversal is newer than what it takes back, so it is among the rows that are shown before that.
function reversing(rows) {
  const balance = rows[0]?.data.balanceAfter;
  const reversed = new Set(rows.map(({ data }) => data.reverses));
  return [{ title: t("standing"), cell: (row) => html`<${Reversing} row=${row} balance=${balance} reversed=${reversed.has(row.id)} />` }];
}

function Reversing({ row, balance, reversed }) {
  if (reversed) return html`<span class="warns">${t("isReversed")}</span>`;
  if (FINAL.has(row.data.type)) return null;
  if (balance - row.data.delta < 0) return html`<span class="quiet">${t("tooFew")}</span>`;
  return html`<${ActionButton} action=${reversal(row, balance)} label=${html`${t("reverse")}<span class="unseen"> ${row.id}</span>`} />`;
}

function reversal({ id, data }, balance) {
  const words = { change: signed(data.delta), before: points(balance), after: points(balance - data.delta) };
  return {
    title: t("reverseTitle"),
    person: data.userId,
    facts: [[t("type"), word(data.type)], [t("change"), signed(data.delta)], [t("store"), data.storeName || data.storeId], [t("entry"), id]],
    consequence: t("reverseDoes", words),
    danger: true,
    name: "reversePoints",
    data: { transactionId: id },
    fields: [{ name: "reason", label: t("reason"), required: true, maxLength: 200 }],
  };
}

/** A store's name, which an entry may leave out. */
function Store({ id, name }) {
  const { data } = useDoc(name || !id ? null : `stores/${id}`);
  return name || data?.name || id || "–";
}

// An award that nobody answered lapses by the clock; its document's status does not tell that, nor a reversal.
function standing(award, now) {
  if (award.status === "pending" && award.expiresAt <= now) return "expired";
  return award.reversedAt ? "reversed" : award.status;
}

const points = (n) => t("points", { n: Number.isFinite(n) ? n.toLocaleString("en") : "–" });
const signed = (n) => (n > 0 ? `+${points(n)}` : points(n));
