// Events: those from a day on, the next one first.

import { useList } from "../data.js";
import { startOfDay, When } from "../format.js";
import { html } from "../html.js";
import { to } from "../router.js";
import { makeState } from "../state.js";
import { ListTable } from "../table.js";
import { t } from "./events.texts.js";

export const path = "/events";
export const title = t("title");

const STATUSES = ["draft", "published", "closed", "cancelled"];
const NINE_HOURS = 9 * 3_600_000;
// What was chosen stays chosen while one looks at an event and comes back.
const chosen = makeState({ status: "", from: startOfDay(new Date()) });

export function Screen() {
  const { status, from } = chosen.use();
  const list = useList({
    collection: "events",
    where: [...(status ? [["status", "==", status]] : []), ["event_date", ">=", from]],
    orderBy: [["event_date", "asc"]],
    limit: 50,
  });
  const columns = [
    { title: t("name"), cell: ({ data }) => data.title },
    { title: t("date"), cell: ({ data }) => html`<${When} date=${data.event_date} />` },
    { title: t("status"), cell: ({ data }) => t(`event.${data.status}`) },
    { title: t("organizer"), cell: ({ data }) => data.organizer_name },
    { title: t("venue"), cell: ({ data }) => data.venue_name },
    { title: t("places"), number: true, cell: ({ data }) => data.total_seats },
  ];
  return html`
    <form class="filter card" onSubmit=${(event) => event.preventDefault()}>
      <div class="field"><label for="status">${t("status")}</label>
        <select id="status" onChange=${({ target }) => chosen.set({ status: target.value, from })}>
          <option value="" selected=${status === ""}>${t("all")}</option>
          ${STATUSES.map((each) => html`<option key=${each} value=${each} selected=${each === status}>${t(`event.${each}`)}</option>`)}
        </select></div>
      <div class="field"><label for="from">${t("from")}</label>
        <input id="from" type="date" value=${dayOf(from)} onChange=${({ target }) => target.value && chosen.set({ status, from: beginningOf(target.value) })} /></div>
    </form>
    <section><${ListTable} list=${list} columns=${columns} caption=${t("title")} empty=${t("noEvents")} href=${({ id }) => to("events", id)} quiet /></section>`;
}

const dayOf = (date) => new Date(date.getTime() + NINE_HOURS).toISOString().slice(0, "2026-01-01".length);
const beginningOf = (day) => new Date(`${day}T00:00:00+09:00`);
