// Who went in and out, counted by gate, and tickets that let two people in.

import { useList } from "../data.js";
import { When } from "../format.js";
import { html } from "../html.js";
import { to } from "../router.js";
import { Facts, ListTable, Table } from "../table.js";
import { useTotals } from "../totals.js";
import { t } from "./events.texts.js";

const SECONDS = 10;
const REFUSALS = ["already_used", "invalid", "wrong_event", "wrong_gate", "wrong_time", "cancelled", "unpaid", "blocked", "transferred"];

export function Door({ its, event }) {
  const gates = [...new Set(Object.values(event.tier_gates ?? {}).flat()), null];
  const entries = (...more) => ({ collection: "event_entries", where: [...its, ...more] });
  const standing = (...more) => entries(["undone_at", "==", null], ...more);
  // Whoever passes last tells that the counts are others now.
  const newest = useList({ collection: "event_entries", where: its, orderBy: [["at", "desc"]], limit: 1 });
  const { values, error } = useTotals(
    {
      in: standing(["direction", "==", "entry"]),
      out: standing(["direction", "==", "exit"]),
      ...Object.fromEntries(gates.map((gate) => [`in ${gate}`, standing(["direction", "==", "entry"], ["gate", "==", gate])])),
      ...Object.fromEntries(gates.map((gate) => [`out ${gate}`, standing(["direction", "==", "exit"], ["gate", "==", gate])])),
      duplicates: standing(["duplicate", "==", true]),
      offline: standing(["offline", "==", true]),
      all: entries(),
      inside: { collection: "event_tickets", where: [...its, ["inside", "==", true]] },
      refused: { collection: "event_scans", where: [...its, ["result", "in", REFUSALS]] },
    },
    { again: newest.rows[0]?.id, seconds: SECONDS },
  );
  return html`<section aria-labelledby="door"><h2 id="door">${t("door")}</h2>
    ${error && html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`}
    ${values && html`<${Counts} values=${values} gates=${gates} />`}
    ${values?.duplicates.count > 0 && html`<${Duplicates} its=${its} />`}
  </section>`;
}

function Counts({ values, gates }) {
  const n = (name) => values[name].count;
  const rows = gates.map((gate) => ({ id: `gate ${gate}`, named: gate !== null, name: gate ?? t("noGate"), in: n(`in ${gate}`), out: n(`out ${gate}`) }));
  // Staff may name a gate that no tier is let in at.
  const others = { id: "others", name: t("otherGates"), in: n("in") - totalOf(rows, "in"), out: n("out") - totalOf(rows, "out") };
  const together = { id: "together", name: t("together"), in: n("in"), out: n("out") };
  const shown = [...rows, others].filter((row) => row.named || row.in > 0 || row.out > 0);
  return html`
    <${Facts} facts=${[
      [t("inside"), n("inside")],
      [t("duplicates"), html`<span class=${n("duplicates") ? "late" : ""}>${n("duplicates")}</span>`],
      [t("offline"), n("offline")],
      [t("undone"), n("all") - n("in") - n("out")],
      [t("scansRefused"), n("refused")],
    ]} />
    <${Table} columns=${GATE} rows=${[...shown, together]} caption=${t("gate")} quiet />`;
}

const totalOf = (rows, way) => rows.reduce((sum, row) => sum + row[way], 0);

const GATE = [
  { title: t("gate"), cell: ({ name }) => name },
  { title: t("entries"), number: true, cell: (row) => row.in },
  { title: t("exits"), number: true, cell: (row) => row.out },
];

function Duplicates({ its }) {
  const list = useList({ collection: "event_entries", where: [...its, ["duplicate", "==", true], ["undone_at", "==", null]], limit: 50 });
  const columns = [
    { title: t("seat"), cell: ({ data }) => data.seat_number },
    { title: t("holder"), cell: ({ data }) => data.holder_name ?? "–" },
    { title: t("gate"), cell: ({ data }) => data.gate ?? t("noGate") },
    { title: t("at"), cell: ({ data }) => html`<${When} date=${data.at} />` },
  ];
  const order = ({ data }) => to("ticket", data.ticket_id.slice(0, data.ticket_id.lastIndexOf(".")));
  return html`<${ListTable} list=${list} columns=${columns} caption=${t("duplicateList")} href=${order} />`;
}
