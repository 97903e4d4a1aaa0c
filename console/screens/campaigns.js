// Campaigns: codes that were given away. New ones are made and shown here, once; those of a campaign are stopped together.

import { useState } from "preact/hooks";
import { ActionButton } from "../action.js";
import { useList, useNow } from "../data.js";
import { idOf, moment, plain, When } from "../format.js";
import { html } from "../html.js";
import { ListTable } from "../table.js";
import { auditOf } from "./audit.js";
import { NewCodes } from "./campaigns.codes.js";
import { t } from "./campaigns.texts.js";

export const path = "/campaigns";
export const title = t("title");

export function Screen() {
  const [made, setMade] = useState(null);
  return html`
    <${Create} done=${setMade} />
    ${made && html`<${NewCodes} key=${made.campaign_id} made=${made} close=${() => setMade(null)} />`}
    <${Campaigns} />`;
}

function Create({ done }) {
  const types = useList({ collection: "ticket_types", where: [["active", "==", true]], limit: 50 });
  const fields = [
    { name: "count", label: t("count"), hint: t("countHint"), kind: "number", value: 1, min: 1, max: 200, required: true },
    { name: "maxRedemptions", label: t("each"), hint: t("eachHint"), kind: "number", value: 1, min: 1, required: true },
    { name: "validUntil", label: t("until"), hint: t("untilHint"), kind: "date", required: true },
    { name: "ticketType", label: t("type"), kind: "select", options: types.rows.map(({ id }) => [id, id]), required: true },
    { name: "imeconId", label: t("onlyFor"), hint: t("onlyForHint") },
  ];
  // The batches are new ones each time, so that a later dialog with the same values makes other codes.
  const open = { title: t("create"), consequence: t("createWhat"), name: "createTicketCodes", data: inBatches(), fields, done };
  // A dialog stays as it was opened, so it waits for the types to choose from.
  return html`<p class="buttons first">${types.error ?? (types.loading ? t("loading") : html`<${ActionButton} action=${open} />`)}</p>`;
}

/** Gives the same codes a batch of the same name: asked for again after a lost answer, they are answered once more. */
function inBatches() {
  const names = new Map();
  return (values) => {
    const given = JSON.stringify({ ...values, note: null });
    if (!names.has(given)) names.set(given, crypto.randomUUID());
    return { ...values, batchId: names.get(given) };
  };
}

function Campaigns() {
  const now = useNow();
  const list = useList({ collection: "code_campaigns", orderBy: [["created_at", "desc"]], limit: 50 });
  const columns = [
    { title: t("created"), cell: ({ data }) => html`<${When} date=${data.created_at} />` },
    { title: t("type"), cell: ({ data }) => plain(data.ticket_type) },
    { title: t("onlyFor"), cell: ({ data }) => data.imecon_id ?? t("anybody") },
    { title: t("count"), number: true, cell: ({ data }) => plain(data.count) },
    { title: t("uses"), number: true, cell: ({ data }) => t("usedOf", { used: plain(data.redeemed), most: data.count * data.max_redemptions }) },
    { title: t("until"), cell: ({ data }) => html`<${When} date=${data.valid_until} />` },
    { title: t("state"), cell: ({ data }) => html`<${State} campaign=${data} now=${now} />` },
    { title: t("by"), cell: ({ id, data }) => html`<a href=${auditOf({ target: `code_campaigns/${id}` })}>${idOf(data.created_by) ?? "–"}<span class="unseen"> ${t("history")}</span></a>` },
    { title: t("stop"), cell: ({ id, data }) => html`<${Stop} id=${id} campaign=${data} now=${now} />` },
  ];
  return html`<section><${ListTable} list=${list} columns=${columns} caption=${t("list")} empty=${t("none")} />
    <p class="quiet">${t("usesCounted")}</p></section>`;
}

const isOver = ({ stopped_at: stopped, valid_until: until }, now) => Boolean(stopped) || until <= now;

function State({ campaign, now }) {
  const { stopped_at: stopped, stopped_by: by } = campaign;
  if (stopped) return html`<span class="bad">${t("stopped", { when: moment(stopped), who: by })}</span>`;
  return isOver(campaign, now) ? html`<span class="quiet">${t("expired")}</span>` : html`<span class="good">${t("valid")}</span>`;
}

function Stop({ id, campaign, now }) {
  if (isOver(campaign, now)) return null;
  const { count, ticket_type: type, valid_until: until } = campaign;
  const action = {
    title: t("stopTitle"),
    facts: [[t("campaign"), id], [t("type"), type], [t("count"), count], [t("until"), moment(until)]],
    consequence: t("stopWhat", { count: plain(count) }),
    danger: true,
    name: "stopCampaign",
    data: { campaignId: id },
  };
  return html`<${ActionButton} action=${action} label=${html`${t("stop")}<span class="unseen"> ${id}</span>`} />`;
}
