// The orders of an event, the newest first, with what became of their money.

import { When, yen } from "../format.js";
import { html } from "../html.js";
import { to } from "../router.js";
import { ListTable } from "../table.js";
import { word } from "../texts.js";
import { t } from "./events.texts.js";

const STATUSES = ["pending_payment", "paid", "expired", "cancelled"];

export function Orders({ list, status, choose }) {
  const columns = [
    { title: t("order"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("ordered"), cell: ({ data }) => html`<${When} date=${data.created_at} />` },
    { title: t("status"), cell: ({ data }) => word("status", data.status) },
    { title: t("buyer"), cell: ({ data }) => data.purchaser_id },
    { title: t("places"), number: true, cell: ({ data }) => data.items.length },
    { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
    { title: t("refund"), cell: ({ data }) => refundOf(data) },
  ];
  return html`<section>
    <div class="filter"><div class="field"><label for="order-status">${t("status")}</label>
      <select id="order-status" onChange=${({ target }) => choose(target.value)}>
        <option value="" selected=${status === ""}>${t("all")}</option>
        ${STATUSES.map((each) => html`<option key=${each} value=${each} selected=${each === status}>${word("status", each)}</option>`)}
      </select></div></div>
    <${ListTable} list=${list} columns=${columns} caption=${t("orders")} empty=${t("noOrders")} href=${({ id }) => to("ticket", id)} />
  </section>`;
}

/** What is to be said of an order's money: under way, owed, given back, or taken by a dispute. */
function refundOf(order) {
  const back = order.refunded_amount ?? 0;
  const underWay = order.decision === "refund" && !order.carried_out_at;
  const owed = Math.min(order.returned_amount ?? 0, order.amount_captured ?? 0) - back;
  if (underWay) return t("refundUnderWay", { amount: yen(back || order.amount_captured) });
  if (order.dispute_status) return t("disputed", { status: order.dispute_status });
  if (owed > 0) return html`<span class="late">${t("refundFailed", { amount: yen(owed) })}</span>`;
  return back > 0 ? t("refundDone", { amount: yen(back) }) : t("refundNone");
}
