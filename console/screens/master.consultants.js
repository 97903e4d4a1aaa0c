// Consultants: who takes consultations, and their name.

import { useList } from "../data.js";
import { Id, plain } from "../format.js";
import { html } from "../html.js";
import { Active, Buttons, Section } from "./master.parts.js";
import { t } from "./master.texts.js";

export function Consultants() {
  const list = useList({ collection: "imecons", limit: 50 });
  const columns = [
    { title: t("uid"), cell: ({ id }) => html`<${Id} id=${id} />` },
    { title: t("name"), cell: ({ data }) => plain(data.display_name) },
    { title: t("takes"), cell: ({ data }) => html`<${Active} active=${data.active} />` },
    { title: t("change"), cell: ({ id, path, data }) => html`<${Buttons} id=${id} path=${path} actions=${[[edited(id, data), t("edit")]]} />` },
  ];
  return html`<${Section} id="consultants" heading=${t("consultants")} add=${added()} list=${list} columns=${columns} />`;
}

const added = () => ({
  ...saving(), title: t("addConsultant"), fields: [{ name: "imeconId", label: t("uid"), hint: t("uidHint"), required: true }, ...fieldsOf({ active: true })],
});

const edited = (id, data) => ({
  ...saving(), title: t("editConsultant"), person: `${plain(data.display_name)}（${id}）`, data: { imeconId: id }, fields: fieldsOf(data),
});

const saving = () => ({ consequence: t("consultantWhat"), name: "saveConsultant" });

const fieldsOf = (data) => [
  { name: "displayName", label: t("name"), value: data.display_name },
  { name: "active", label: t("takes"), kind: "checkbox", value: data.active },
];
