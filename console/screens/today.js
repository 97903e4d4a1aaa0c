// Today: what needs a person, what is late, what is due next, and today's money.

import { useList } from "../data.js";
import { html } from "../html.js";
import { ListTable } from "../table.js";
import { t } from "./today.texts.js";

export const path = "/today";
export const title = t("title");

export function Screen() {
  const list = useList({ collection: "incidents", where: [["status", "==", "open"]], orderBy: [["opened_at", "desc"]], limit: 50 });
  const columns = [{ title: "id", cell: ({ id }) => id }];
  return html`<${ListTable} list=${list} columns=${columns} caption=${t("title")} />`;
}
