// Stores as customers see them, and who works there.

import { useDoc, useList } from "../data.js";
import { plain } from "../format.js";
import { html } from "../html.js";
import { Buttons, Section } from "./master.parts.js";
import { t } from "./master.texts.js";

export function Stores() {
  // Each row listens to its staff too.
  const list = useList({ collection: "stores", limit: 20 });
  const columns = [
    { title: t("store"), cell: ({ id }) => html`<code>${id}</code>` },
    { title: t("name"), cell: ({ data }) => plain(data.name) },
    { title: t("address"), cell: ({ data }) => plain(data.address) },
    { title: t("images"), number: true, cell: ({ data }) => data.images?.length ?? 0 },
    { title: t("staff"), cell: ({ id }) => html`<${Staff} id=${id} />` },
    { title: t("change"), cell: ({ id, path, data }) => html`<${StoreButtons} id=${id} path=${path} store=${data} />` },
  ];
  return html`<${Section} id="stores" heading=${t("stores")} add=${added()} list=${list} columns=${columns} />`;
}

function Staff({ id }) {
  const { data, loading, error } = useDoc(`store_staff/${id}`);
  if (error) return html`<span class="bad">${error}</span>`;
  if (loading) return "…";
  const uids = uidsOf(data);
  return uids.length > 0 ? uids.join("、") : html`<span class="bad">${t("noStaff")}</span>`;
}

function StoreButtons({ id, path, store }) {
  const { data: staff, loading } = useDoc(`store_staff/${id}`);
  // What is saved replaces all who work there, so they must be known before.
  const people = loading ? [] : [[staffed(id, store, staff), t("editStaff")]];
  return html`<${Buttons} id=${id} path=${path} actions=${[[edited(id, store), t("edit")], ...people]} />`;
}

// Written by hand before, it may be no list at all.
const uidsOf = (staff) => (Array.isArray(staff?.uids) ? staff.uids.map(String) : []);

const added = () => ({
  ...saving(), title: t("addStore"), fields: [{ name: "storeId", label: t("store"), hint: t("storeHint"), required: true }, ...fieldsOf({})],
});

const edited = (id, store) => ({
  ...saving(), title: t("editStore"), facts: [[t("store"), id], [t("nameNow"), plain(store.name)]], data: { storeId: id }, fields: fieldsOf(store),
});

const saving = () => ({ consequence: t("storeWhat"), name: "saveStore" });

const fieldsOf = (store) => [
  { name: "name", label: t("name"), value: store.name, required: true },
  { name: "address", label: t("address"), hint: t("addressHint"), value: store.address },
  { name: "images", label: t("images"), hint: t("imagesHint"), kind: "lines", value: Array.isArray(store.images) ? store.images : [] },
];

const staffed = (id, store, staff) => ({
  title: t("staffTitle"),
  facts: [[t("store"), id], [t("name"), plain(store.name)]],
  consequence: t("staffWhat"),
  name: "saveStaff",
  data: { storeId: id },
  fields: [{ name: "uids", label: t("staffUids"), hint: t("staffHint"), kind: "lines", value: uidsOf(staff) }],
});
