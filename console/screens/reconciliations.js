// Reconciliations: what each run compared and found, newest first, and the differences that are open.

import { useDoc, useList, useNow } from "../data.js";
import { duration, Id, moment, plain, When, yen } from "../format.js";
import { html } from "../html.js";
import { Incident } from "../incident.js";
import { to } from "../router.js";
import { Facts, ListTable, Listed, Table } from "../table.js";
import { word } from "../texts.js";
import { t } from "./reconciliations.texts.js";

export const path = "/reconciliations/:time?";
export const title = t("title");

export function Screen({ time }) {
  return time ? html`<${Run} time=${time} />` : html`<${Open} /><${Runs} />`;
}

function Open() {
  const now = useNow();
  const list = useList({
    collection: "incidents",
    where: [["kind", "==", "reconcile_differences"], ["status", "==", "open"]],
    orderBy: [["opened_at", "desc"]],
    limit: 20,
  });
  return html`<section aria-labelledby="open"><h2 id="open">${t("open")}</h2>
    <${Listed} list=${list} empty=${t("noneOpen")}>${list.rows.map(({ id, data }) => html`
      <${Incident} key=${id} id=${id} data=${data} now=${now} />`)}<//></section>`;
}

function Runs() {
  // Each has up to 200 differences in it, so few of them are a page.
  const list = useList({ collection: "reconciliations", orderBy: [["started_at", "desc"]], limit: 10 });
  const columns = [
    { title: t("startedAt"), cell: ({ data }) => html`<${When} date=${data.started_at} />` },
    { title: t("result"), cell: ({ data }) => html`<${Result} run=${data} />` },
    { title: t("differences"), number: true, cell: ({ data }) => plain(data.difference_count) },
    { title: t("failed"), number: true, cell: ({ data }) => plain(data.failed) },
    { title: t("intents"), number: true, cell: ({ data }) => plain(data.intents) },
    { title: t("tickets"), number: true, cell: ({ data }) => plain(data.tickets) },
    { title: t("took"), number: true, cell: ({ data }) => lengthOf(data) },
  ];
  return html`<section><${ListTable} list=${list} columns=${columns} caption=${t("runs")} empty=${t("noRuns")}
    href=${({ id }) => to("reconciliations", id)} mark=${({ data }) => (data.complete && !data.failed ? "" : "late")} /></section>`;
}

function Result({ run }) {
  if (!run.complete) return html`<span class="bad">${t("incomplete")}</span>`;
  if (run.failed > 0) return html`<span class="bad">${t("hasFailed")}</span>`;
  return run.difference_count > 0 ? html`<span class="warns">${t("differs")}</span>` : html`<span class="good">${t("agrees")}</span>`;
}

function Run({ time }) {
  const { data: run, loading, error } = useDoc(`reconciliations/${time}`);
  if (error) return html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`;
  if (!run) return html`<p class="quiet">${t(loading ? "loading" : "noSuchRun")}</p>`;
  return html`
    <p><a href=${to("reconciliations")}>${t("allRuns")}</a></p>
    <section aria-labelledby="counts"><h2 id="counts">${time}</h2>
      <${Facts} facts=${[
        [t("result"), html`<${Result} run=${run} />`],
        [t("startedAt"), moment(run.started_at)],
        [t("took"), lengthOf(run)],
        [t("speed"), plain(run.items_per_second)],
        [t("intents"), plain(run.intents)],
        [t("tickets"), plain(run.tickets)],
        [t("recovered"), plain(run.events_recovered)],
        [t("failed"), plain(run.failed)],
        [t("capturedAtStripe"), yen(run.captured_at_stripe)],
        [t("capturedInBooks"), yen(run.captured_in_firestore)],
        [t("differences"), plain(run.difference_count)],
      ]} />
      ${run.captured_at_stripe !== run.captured_in_firestore && html`<p class="warns">${t("sumsDiffer")}</p>`}
    </section>
    <section><${Stages} stages=${run.stages ?? {}} /></section>
    <section><${Differences} differences=${run.differences ?? []} count=${run.difference_count} /></section>`;
}

function Stages({ stages }) {
  const rows = Object.entries(stages).sort(([a], [b]) => a.localeCompare(b)).map(([id, stage]) => ({ id, ...stage }));
  const columns = [
    { title: t("stage"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("items"), number: true, cell: ({ items }) => plain(items) },
    { title: t("took"), number: true, cell: ({ seconds }) => (Number.isFinite(seconds) ? duration(seconds * 1_000) : "–") },
    { title: t("speed"), number: true, cell: ({ items, seconds }) => (seconds > 0 ? (items / seconds).toFixed(1) : "–") },
    { title: t("complete"), cell: ({ complete }) => html`<span class=${complete ? "good" : "bad"}>${t(complete ? "isComplete" : "incomplete")}</span>` },
  ];
  return html`<${Listed} list=${{ rows }} uncounted><${Table} rows=${rows} columns=${columns} caption=${t("stages")} /><//>`;
}

function Differences({ differences, count }) {
  const rows = differences.map((difference, index) => ({ id: index, ...typed(difference) }));
  const columns = [
    { title: t("kind"), cell: ({ kind }) => html`<code>${plain(kind)}</code>` },
    { title: t("domain"), cell: ({ domain }) => word("domain", domain) },
    { title: t("ticket"), cell: ({ ticket }) => html`<${Id} id=${ticket} href=${ticket && to("ticket", ticket)} />` },
    { title: t("payment"), cell: ({ payment }) => html`<${Id} id=${payment} href=${payment && to("ticket", payment)} />` },
    { title: t("text"), wide: true, cell: ({ text }) => text },
  ];
  return html`<h2>${t("found")}</h2>
    <${Listed} list=${{ rows }} empty=${t("noDifferences")} uncounted><${Table} rows=${rows} columns=${columns} caption=${t("found")} quiet /><//>
    ${count > rows.length && html`<p class="quiet">${t("notAll", { n: rows.length, count })}</p>`}`;
}

// A report of an earlier version has texts alone.
const typed = (difference) => (typeof difference === "string" ? { text: difference } : difference);

const lengthOf = ({ started_at: from, finished_at: until }) => (from && until ? duration(until - from) : "–");
