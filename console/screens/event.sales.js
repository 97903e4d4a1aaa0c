// What was sold of each tier. The tiers say what there is; the tickets and the orders that wait are counted.

import { useList } from "../data.js";
import { yen } from "../format.js";
import { html } from "../html.js";
import { ListTable } from "../table.js";
import { useTotals } from "../totals.js";
import { t } from "./events.texts.js";

const MOST_TIERS = 20;
const SOLD = ["valid", "used"];
// An order waits for ten minutes at most, so there are few; beyond this the number is shown as "at least".
const MOST_WAITING = 200;
const SECONDS = 10;

export function Sales({ its, event, again }) {
  const tiers = useList({ collection: "event_tiers", where: its, limit: MOST_TIERS });
  const pending = useList({ collection: "event_orders", where: [...its, ["status", "==", "pending_payment"]], limit: MOST_WAITING });
  const { values, error } = useTotals(
    Object.fromEntries(tiers.rows.map(({ data }) => [data.tier, soldOf(its, data.tier)])),
    { again, seconds: SECONDS },
  );
  const held = heldByTier(pending.rows);
  const rows = inOrder(tiers.rows, event.tiers);
  const columns = [
    { title: t("tier"), cell: ({ data }) => data.name },
    { title: t("price"), number: true, cell: ({ data }) => yen(data.price) },
    { title: t("places"), number: true, cell: ({ data }) => data.size },
    { title: t("sold"), number: true, cell: ({ data }) => values?.[data.tier]?.count ?? "–" },
    { title: t("held"), number: true, cell: ({ data }) => `${held[data.tier] ?? 0}${pending.full ? "+" : ""}` },
    { title: t("kept"), number: true, cell: ({ data }) => data.held_back_seats?.length || data.held_back || 0 },
    { title: t("waiting"), cell: ({ data }) => t(data.waiting ? "waitingYes" : "waitingNo") },
    { title: t("state"), cell: () => t(event.status === "published" ? "isOpen" : "isClosed") },
    { title: t("money"), number: true, cell: ({ data }) => yen(values?.[data.tier]?.price) },
  ];
  return html`<section><${ListTable} list=${{ ...tiers, rows }} columns=${columns} caption=${t("sales")} />
    ${error && html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`}</section>`;
}

const soldOf = (its, tier) => ({ collection: "event_tickets", where: [...its, ["tier", "==", tier], ["status", "in", SOLD]], sums: ["price"] });

function heldByTier(orders) {
  const held = {};
  for (const { tier } of orders.flatMap(({ data }) => data.items)) held[tier] = (held[tier] ?? 0) + 1;
  return held;
}

// As the organiser has them.
const inOrder = (rows, names) => [...rows].sort((one, other) => names.indexOf(one.data.tier) - names.indexOf(other.data.tier));
