// Devices: the newest purchases of all, or one device with its licence, its day pass, its purchases and its history.

import { useRef, useState } from "preact/hooks";
import { useDoc, useList, useNow } from "../data.js";
import { Id, moment, When, yen } from "../format.js";
import { html } from "../html.js";
import { go, to } from "../router.js";
import { Facts, ListTable } from "../table.js";
import { word } from "../texts.js";
import { t } from "./devices.texts.js";
import { History } from "./ticket.books.js";

export const path = "/devices/:id?";
export const title = t("title");

const STATUSES = ["open", "processing", "fulfilled", "closed", "refunded", "revoked"];
const NEWEST = [["created_at", "desc"]];

export function Screen({ id }) {
  return id ? html`<${Device} id=${id} />` : html`<${Everything} />`;
}

function Everything() {
  const [status, choose] = useState("");
  const input = useRef(null);
  const list = useList({ collection: "purchases", where: status ? [["status", "==", status]] : [], orderBy: NEWEST, limit: 50 });
  const open = (event) => {
    event.preventDefault();
    const device = input.current.value.trim();
    if (device) go(to("devices", device));
  };
  return html`
    <form class="filter card" onSubmit=${open}>
      <div class="field"><label for="status">${t("status")}</label>
        <select id="status" onChange=${({ target }) => choose(target.value)}>
          <option value="">${t("all")}</option>
          ${STATUSES.map((each) => html`<option key=${each} value=${each}>${word("status", each)}</option>`)}
        </select></div>
      <div class="field"><label for="device">${t("findDevice")}</label>
        <input id="device" ref=${input} required autocomplete="off" autocapitalize="none" spellcheck=${false} /></div>
      <button type="submit">${t("open")}</button>
    </form>
    <section><${Purchases} list=${list} /></section>`;
}

function Purchases({ list }) {
  const columns = [
    { title: t("purchase"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("created"), cell: ({ data }) => html`<${When} date=${data.created_at} />` },
    { title: t("product"), cell: ({ data }) => productOf(data) },
    { title: t("status"), cell: ({ data }) => word("status", data.status) },
    { title: t("buyer"), cell: ({ data }) => data.buyer_uid },
    { title: t("device"), cell: ({ data }) => html`<a href=${to("devices", data.device_id)}>${data.device_id}</a>` },
    { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
    { title: t("back"), number: true, cell: ({ data }) => (data.amount_refunded > 0 ? yen(data.amount_refunded) : "") },
  ];
  return html`<${ListTable} list=${list} columns=${columns} caption=${t("purchases")} empty=${t("noPurchases")} href=${({ id }) => to("purchases", id)} />`;
}

function Device({ id }) {
  const now = useNow();
  const { data: device, loading, error } = useDoc(`devices/${id}`);
  const list = useList({ collection: "purchases", where: [["device_id", "==", id]], orderBy: NEWEST, limit: 20 });
  if (error) return html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`;
  return html`
    <section aria-labelledby="device"><h2 id="device">${t("aboutDevice")}</h2>
      <${Facts} facts=${[[t("id"), html`<${Id} id=${id} />`], ...(device ? factsOf(device, now) : [])]} />
      ${!device && html`<p class="quiet">${t(loading ? "loading" : "noDevice")}</p>`}</section>
    <section><${Purchases} list=${list} /></section>
    <section><${History} path=${`devices/${id}`} /></section>`;
}

function factsOf(device, now) {
  const waiting = [device.open_license, device.open_daypass].filter(Boolean);
  return [
    [t("owner"), device.owner_uid && html`<${Id} id=${device.owner_uid} />`],
    [t("license"), device.license_purchased ? t("licensed", { since: moment(device.license_purchased_at) }) : t("unlicensed")],
    [t("byCode"), device.license_by_code ? t("yes") : null],
    [t("licensePurchase"), device.license_purchase_id && purchaseLink(device.license_purchase_id)],
    [t("pass"), passOf(device, now)],
    [t("passPurchase"), device.pass_purchase_id && purchaseLink(device.pass_purchase_id)],
    [t("unlocks"), device.unlock_count],
    [t("waits"), waiting.length ? waiting.map(purchaseLink) : null],
    [t("rebinds"), device.rebinds?.length ? device.rebinds.map(moment).join(", ") : null],
  ];
}

const purchaseLink = (id) => html`<${Id} key=${id} id=${id} href=${to("purchases", id)} />`;

function passOf({ pass_credit: waits, pass_ends_at: until }, now) {
  if (waits) return t("passWaits");
  return until ? t(now < until ? "passActive" : "passOver", { until: moment(until) }) : t("passNone");
}

/** What was bought, in words; as it stands in the document where there are none for it. */
export function productOf({ product_type: type }) {
  return t.has(`product.${type}`) ? t(`product.${type}`) : String(type);
}
