// Audit: what administrators changed, newest first, by whom, why, and from what to what.

import { useRef } from "preact/hooks";
import { useList, useNow } from "../data.js";
import { idOf, plain, When } from "../format.js";
import { html } from "../html.js";
import { kindOf, pathOf } from "../ids.js";
import { go, to } from "../router.js";
import { Facts, Listed, Table } from "../table.js";
import { t } from "./audit.texts.js";

export const path = "/audit/:filter?";
export const title = t("title");

const FIELDS = ["who", "what", "target"];

/** The address of the entries that have these values: `auditOf({ target: "stores/store-1" })`. */
export function auditOf(values) {
  const filter = new URLSearchParams(values).toString();
  return filter ? to("audit", filter) : to("audit");
}

export function Screen({ filter = "" }) {
  const wanted = wantedIn(filter);
  const list = useList({
    collection: "audit", where: Object.entries(wanted).map(([field, value]) => [field, "==", value]), orderBy: [["at", "desc"]], limit: 50,
  });
  const now = useNow();
  return html`
    <${Filter} wanted=${wanted} />
    <${Listed} list=${list} empty=${t("none")}>${list.rows.map(({ id, data }) => html`
      <${Entry} key=${id} id=${id} entry=${data} wanted=${wanted} now=${now} />`)}<//>`;
}

function wantedIn(filter) {
  const given = new URLSearchParams(filter);
  return Object.fromEntries(FIELDS.map((field) => [field, given.get(field)]).filter(([, value]) => value));
}

function Filter({ wanted }) {
  const form = useRef(null);
  const submit = (event) => {
    event.preventDefault();
    const values = FIELDS.map((field) => [field, form.current.elements.namedItem(field).value.trim()]).filter(([, value]) => value);
    const { target, ...rest } = Object.fromEntries(values);
    go(auditOf(target ? { ...rest, target: pathOf(target) ?? target } : rest));
  };
  return html`<form ref=${form} class="filter card" aria-label=${t("filter")} onSubmit=${submit}>
    ${FIELDS.map((field) => html`<div key=${field} class="field"><label for="filter-${field}">${t(field)}</label>
      <input id="filter-${field}" name=${field} defaultValue=${wanted[field] ?? ""} placeholder=${t(`example.${field}`)}
        autocomplete="off" autocapitalize="none" spellcheck=${false} /></div>`)}
    <p class="buttons first"><button type="submit" class="main">${t("filter")}</button>
      <a class="button" href=${to("audit")}>${t("everything")}</a></p>
  </form>`;
}

function Entry({ id, entry, wanted, now }) {
  const { at, who, what, note, target } = entry;
  const only = (field) => html`<a href=${auditOf({ ...wanted, [field]: entry[field] })}><code>${plain(entry[field])}</code></a>`;
  const address = screenOf(target);
  return html`<article class="card" aria-labelledby="entry-${id}">
    <h2 id="entry-${id}">${plain(what)} <span class="quiet">· <${When} date=${at} /> · <${When} date=${at} now=${now} /></span></h2>
    <${Facts} facts=${[
      [t("who"), who && only("who")],
      [t("what"), what && only("what")],
      [t("target"), target && html`${only("target")} ${address && html`<a href=${address}>${t("show")}<span class="unseen"> ${target}</span></a>`}`],
      [t("note"), note],
    ]} />
    <${Changes} before=${entry.before ?? {}} after=${entry.after ?? {}} name=${`${plain(what)} ${plain(target)}`} />
  </article>`;
}

function Changes({ before, after, name }) {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  if (fields.length === 0) return html`<p class="quiet">${t("noChange")}</p>`;
  const side = (values) => ({ id }) => (Object.hasOwn(values, id) ? html`<pre>${plain(values[id])}</pre>` : "–");
  const columns = [
    { title: t("field"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("before"), wide: true, cell: side(before) },
    { title: t("after"), wide: true, cell: side(after) },
  ];
  return html`<${Table} rows=${fields.map((id) => ({ id }))} columns=${columns} caption=${t("changes", { name })} quiet />`;
}

const SCREENS = { tickets: "ticket", payment_intents: "ticket", purchases: "ticket", event_orders: "ticket", events: "events", devices: "devices" };
const LISTS = { code_campaigns: "campaigns", ticket_types: "master", imecons: "master", stores: "master", store_staff: "master" };

/** Where what was changed is shown, if anywhere. A target may be an id alone. */
function screenOf(target) {
  if (typeof target !== "string") return null;
  const [collection] = target.split("/");
  if (Object.hasOwn(LISTS, collection)) return to(LISTS[collection]);
  if (Object.hasOwn(SCREENS, collection)) return to(SCREENS[collection], idOf(target));
  return !target.includes("/") && kindOf(target) ? to("ticket", target) : null;
}
