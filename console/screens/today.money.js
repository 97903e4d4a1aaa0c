// Today's money: what is held now, and what was captured, voided and refunded since midnight in Japan.

import { useList } from "../data.js";
import { startOfDay, yen } from "../format.js";
import { html } from "../html.js";
import { Table } from "../table.js";
import { t, word } from "../texts.js";
import { t as own } from "./today.texts.js";

// At most so many documents are added up for a number; more are shown as "500+".
const LIMIT = 500;

export function Money({ now }) {
  const day = startOfDay(now);
  const since = (collection, field, amount, only) => ({ collection, where: [[field, ">=", day]], amount, only });
  const refunded = (data) => data.decision === "refund";
  const sums = [
    useSum("held", "consultation", {
      collection: "payment_intents", where: [["status", "==", "requires_capture"]], amount: (data) => data.amount,
    }),
    useSum("captured", "consultation", since("payment_intents", "capturedAt", (data) => data.amountCaptured)),
    useSum("captured", "checkout", since("purchases", "paid_at", (data) => data.amount_received ?? data.amount)),
    useSum("captured", "admission", since("event_orders", "paid_at", (data) => data.amount)),
    useSum("voided", "consultation", since("payment_intents", "canceledAt", (data) => data.amount)),
    useSum("refunded", "consultation", since("payment_intents", "refundedAt", (data) => data.amountRefunded)),
    useSum("refunded", "checkout", since("purchases", "carried_out_at", (data) => data.amount_refunded, refunded)),
    useSum("refunded", "admission", since("event_orders", "carried_out_at", (data) => data.refunded_amount, refunded)),
  ];
  const columns = [
    { title: own("kind"), cell: ({ what, domain }) => `${own(what)} · ${word("domain", domain)}` },
    { title: t("amount"), number: true, cell: ({ error, loading, sum, plus }) => error ?? (loading ? "…" : `${yen(sum)}${plus}`) },
    { title: own("count"), number: true, cell: ({ loading, count, plus }) => (loading ? "…" : `${count}${plus}`) },
  ];
  return html`<section><h2>${own("money")}</h2><${Table} rows=${sums} columns=${columns} caption=${own("money")} quiet /></section>`;
}

function useSum(what, domain, { collection, where, amount, only = () => true }) {
  const { rows, loading, error, full } = useList({ collection, where, limit: LIMIT });
  const counted = rows.map(({ data }) => data).filter(only);
  const sum = counted.reduce((total, data) => total + (amount(data) ?? 0), 0);
  return { id: `${what}-${domain}`, what, domain, loading, error, sum, count: counted.length, plus: full ? "+" : "" };
}
