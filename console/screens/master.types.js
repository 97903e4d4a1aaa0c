// Ticket types: what a consultation costs and promises.

import { useList } from "../data.js";
import { plain, yen } from "../format.js";
import { html } from "../html.js";
import { Active, Buttons, Section } from "./master.parts.js";
import { t } from "./master.texts.js";

// Each as the document spells it, and as the callable does.
const TERMS = [
  ["session_minutes", "sessionMinutes"],
  ["min_session_minutes", "minSessionMinutes"],
  ["resume_minutes", "resumeMinutes"],
  ["hold_hours", "holdHours"],
  ["pending_minutes", "pendingMinutes"],
];

export function TicketTypes() {
  const list = useList({ collection: "ticket_types", limit: 50 });
  const columns = [
    { title: t("type"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("sold"), cell: ({ data }) => html`<${Active} active=${data.active} />` },
    { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
    ...TERMS.map(([field]) => ({ title: t(field), number: true, cell: ({ data }) => plain(data[field]) })),
    { title: t("page"), cell: ({ data }) => plain(data.page) },
    { title: t("change"), cell: ({ id, path, data }) => html`<${Buttons} id=${id} path=${path} actions=${[[edited(id, data), t("edit")]]} />` },
  ];
  return html`<${Section} id="types" heading=${t("types")} add=${added()} list=${list} columns=${columns} />`;
}

const added = () => ({
  ...saving(), title: t("addType"), fields: [{ name: "ticketType", label: t("type"), hint: t("typeHint"), required: true }, ...fieldsOf({ active: false })],
});

const edited = (id, data) => ({
  ...saving(), title: t("editType"), facts: [[t("type"), id], [t("amountNow"), yen(data.amount)]], data: { ticketType: id }, fields: fieldsOf(data),
});

const saving = () => ({ consequence: t("typeWhat"), name: "saveTicketType" });

const fieldsOf = (data) => [
  { name: "amount", label: t("amountIn"), kind: "number", value: data.amount, required: true },
  { name: "active", label: t("sold"), kind: "checkbox", value: data.active },
  ...TERMS.map(([field, name]) => ({ name, label: t(field), hint: t(`${field}.hint`), kind: "number", value: data[field] })),
  { name: "page", label: t("page"), hint: t("pageHint"), value: data.page },
];
