// Tables: rows whose first cell is a link for the whole row, and which become cards on a narrow screen.

import { html } from "./html.js";
import { t } from "./texts.js";

/**
 * columns: `[{title, cell: (row) => what to show, number?: true, wide?: true, label?: the title as text alone}]`.
 * rows: each with an `id`. href: `(row) => address or null`, followed by the whole row.
 * caption: the table's name, which is shown above it unless `quiet`.
 */
export function Table({ columns, rows, href, caption, quiet, mark }) {
  // The roles are said because a table that is shown as cards is none to a screen reader otherwise.
  return html`<table role="table">
    <caption class=${quiet ? "unseen" : ""}>${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map((column) => html`
      <th role="columnheader" scope="col" class=${kind(column)}>${column.title}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map((row) => html`
      <${Row} key=${row.id} columns=${columns} row=${row} address=${href?.(row)} mark=${mark?.(row)} />`)}</tbody>
  </table>`;
}

function Row({ columns, row, address, mark }) {
  return html`<tr role="row" class=${[address ? "leads" : "", mark ?? ""].join(" ").trim()}>${columns.map((column, index) => html`
    <td role="cell" class=${kind(column)} data-label=${column.label ?? column.title}>${
      index === 0 && address ? html`<a class="row" href=${address}>${column.cell(row)}</a>` : column.cell(row)
    }</td>`)}</tr>`;
}

const kind = ({ number, wide }) => (number ? "number" : wide ? "wide" : "");

/** A list of `useList` as a table, with what there is to say while it loads, fails or is empty, and "more". */
export function ListTable({ list, empty, ...table }) {
  return html`<${Listed} list=${list} empty=${empty}><${Table} rows=${list.rows} ...${table} /><//>`;
}

/** The same around anything else that shows a list; `uncounted` does not say how many there are. */
export function Listed({ list, empty, uncounted, children }) {
  if (list.error) return html`<p class="bad" role="alert">${t("cannotRead", { why: list.error })}</p>`;
  if (list.rows.length === 0) return html`<p class="quiet">${list.loading ? t("loading") : (empty ?? t("nothing"))}</p>`;
  return html`<div class="list">${children}
    ${!uncounted && html`<p class="quiet after">${t("shownOf", { n: list.rows.length })}${list.full ? "+" : ""}
      ${list.more && html` <button type="button" onClick=${list.more}>${t("more")}</button>`}</p>`}</div>`;
}

/** Names and values side by side: `facts` is `[[name, value]]`. What has no value is left out. */
export function Facts({ facts }) {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return html`<dl class="facts">${told.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
