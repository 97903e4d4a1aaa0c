// How far a cancelled event is with its orders: those left, those whose money is on its way, and refunds that failed.

import { useList } from "../data.js";
import { Id, yen } from "../format.js";
import { html } from "../html.js";
import { to } from "../router.js";
import { Facts, ListTable } from "../table.js";
import { useTotals } from "../totals.js";
import { t } from "./events.texts.js";

const SECONDS = 3;

export function Refunds({ its, event, again }) {
  const orders = (...more) => ({ collection: "event_orders", where: [...its, ...more] });
  const { values, error } = useTotals(
    {
      left: orders(["status", "in", ["pending_payment", "paid"]]),
      decided: orders(["due_action", "==", "resume"]),
      given: orders(["status", "==", "cancelled"], ["due_action", "==", null]),
    },
    { again, seconds: SECONDS },
  );
  const failed = useList({
    collection: "incidents",
    where: [["kind", "==", "refund_failed"], ["status", "==", "open"], ["details.event", "==", its[0][2]]],
    limit: 50,
  });
  const many = (n) => t("orderCount", { n: n ?? "–" });
  const failures = `${failed.rows.length}${failed.full ? "+" : ""}`;
  return html`<section aria-labelledby="refunds"><h2 id="refunds">${t("refunds")}</h2>
    <p role="status">${stateOf(event)}</p>
    <${Facts} facts=${[
      [t("left"), many(values?.left.count)],
      [t("decided"), many(values?.decided.count)],
      [t("given"), many(values?.given.count)],
      [t("owed"), html`<span class=${failed.rows.length ? "late" : ""}>${many(failures)}</span>`],
      [t("stuck"), event.due_action && event.tries > 0 ? event.tries : null],
    ]} />
    ${error && html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`}
    ${(failed.rows.length > 0 || failed.error) && html`<${ListTable} list=${failed} columns=${FAILED} caption=${t("owedHint")} href=${({ data }) => to("ticket", data.ticket)} />`}
  </section>`;
}

function stateOf(event) {
  if (!event.published_at) return t("refundsNone");
  return t(event.due_action ? "refundsGo" : "refundsOver");
}

const FAILED = [
  { title: t("order"), cell: ({ data }) => html`<code>${data.ticket}</code>` },
  { title: t("payment"), cell: ({ data }) => html`<${Id} id=${data.payment} />` },
  { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
];
