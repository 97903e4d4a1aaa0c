// Today: what needs a person, schedules that are late, what is due next, and today's money.

import { account } from "../account.js";
import { ActionButton } from "../action.js";
import { useList, useNow } from "../data.js";
import { duration, When, yen } from "../format.js";
import { html } from "../html.js";
import { Incident } from "../incident.js";
import { to } from "../router.js";
import { grace, SCHEDULES } from "../schedules.js";
import { Listed, ListTable, Table } from "../table.js";
import { word } from "../texts.js";
import { Money } from "./today.money.js";
import { t } from "./today.texts.js";

export const path = "/today";
export const title = t("title");

export function Screen() {
  const now = useNow(10);
  return html`
    <${Incidents} now=${now} />
    <div class="columns"><${Schedules} now=${now} /><${Money} now=${now} /></div>
    <${Deadlines} now=${now} />`;
}

function Incidents({ now }) {
  const list = useList({ collection: "incidents", where: [["status", "==", "open"]], orderBy: [["opened_at", "desc"]], limit: 50 });
  return html`<section aria-labelledby="incidents"><h2 id="incidents">${t("incidents")}</h2>
    <${Listed} list=${list} empty=${t("noIncidents")}>${list.rows.map(({ id, data }) => html`
      <${Incident} key=${id} id=${id} data=${data} now=${now} />`)}<//></section>`;
}

function Schedules({ now }) {
  const { rows, error, loading } = useList({ collection: "schedule_runs", limit: 50 });
  const acts = account.use()?.acts;
  const runs = new Map(rows.map(({ id, data }) => [id, data]));
  const all = Object.entries(SCHEDULES).map(([id, seconds]) => ({ id, run: runs.get(id), state: stateOf(runs.get(id), seconds, now) }));
  const columns = [
    { title: t("schedule"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("state"), cell: ({ state }) => html`<span class=${CLASSES[state]}>${t(`state.${state}`)}</span>` },
    { title: t("lastRun"), cell: ({ run }) => html`<${When} date=${run?.ended_at} now=${now} />` },
    { title: t("doneCount"), number: true, cell: ({ run }) => run?.done ?? "–" },
    { title: t("failedCount"), number: true, cell: ({ run }) => run?.failed ?? "–" },
    { title: t("oldest"), cell: ({ run }) => (run?.oldest_due_at ? duration(now - run.oldest_due_at) : "–") },
    ...(acts ? [{ title: t("run"), cell: ({ id }) => html`<${ActionButton} action=${runNow(id)} label=${html`${t("run")}<span class="unseen"> ${id}</span>`} />` }] : []),
  ];
  const list = { rows: loading ? [] : all, loading, error };
  return html`<section><h2>${t("schedules")}</h2>
    <${Listed} list=${list} uncounted><${Table} rows=${all} columns=${columns} caption=${t("schedules")} quiet /><//></section>`;
}

const CLASSES = { never: "bad", late: "bad", failed: "bad", incomplete: "warns", ok: "good" };

function stateOf(run, seconds, now) {
  if (!run?.ended_at) return "never";
  if (now - run.ended_at > (seconds + grace(seconds)) * 1_000) return "late";
  if (!run.ok) return "failed";
  return run.complete ? "ok" : "incomplete";
}

const runNow = (name) => ({
  title: t("runTitle", { name }), consequence: t("runWhat"), name: "runSchedule", data: { name },
});

function Deadlines({ now }) {
  // Only what is finished has no time there, so any time at all will do.
  const list = useList({ collection: "tickets", where: [["due_at", ">", new Date(0)]], orderBy: [["due_at", "asc"]], limit: 10 });
  const columns = [
    { title: t("ticket"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("due"), cell: ({ data }) => word("due", data.due_action) },
    { title: t("dueAt"), cell: ({ data }) => html`<${When} date=${data.due_at} now=${now} />` },
    { title: t("status"), cell: ({ data }) => word("status", data.status) },
    { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
    { title: t("tries"), number: true, cell: ({ data }) => data.tries ?? 0 },
  ];
  return html`<section><h2>${t("deadlines")}</h2>
    <${ListTable} list=${list} columns=${columns} href=${({ id }) => to("ticket", id)} caption=${t("deadlines")} quiet
      mark=${({ data }) => (data.due_at < now ? "late" : "")} /></section>`;
}
