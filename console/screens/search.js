// What the search box found: one hit opens at once, several are listed.

import { useEffect, useState } from "preact/hooks";
import { announce } from "../announce.js";
import { moment, yen } from "../format.js";
import { html } from "../html.js";
import { lookUp } from "../lookup.js";
import { goInstead } from "../router.js";
import { Table } from "../table.js";
import { word } from "../texts.js";
import { t } from "./search.texts.js";

export const path = "/search/:text";
export const title = t("title");

export function Screen({ text }) {
  const [state, setState] = useState({ hits: null, error: null });
  useEffect(() => {
    let left = false;
    lookUp(text).then(
      (hits) => left || (hits.length === 1 ? goInstead(hits[0].address) : setState({ hits, error: null })),
      (error) => left || setState({ hits: null, error: error.message }),
    );
    return () => {
      left = true;
    };
  }, [text]);
  const { hits, error } = state;
  const none = hits?.length === 0;
  useEffect(() => none && announce(t("nothingFound", { text })), [none]);
  if (error) return html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`;
  if (!hits) return html`<p class="quiet">${t("loading")}</p>`;
  if (none) return html`<p>${t("nothingFound", { text })}</p>`;
  const columns = [
    { title: t("what"), cell: ({ kind, id }) => html`${t(`hit.${kind}`)} <code>${id}</code>` },
    { title: t("status"), cell: ({ data }) => word("status", data.status) },
    { title: t("amount"), number: true, cell: ({ data }) => yen(data.amount) },
    { title: t("more"), cell: ({ data }) => moment(data.created_at ?? data.createdAt) },
  ];
  return html`<section><p class="quiet">${t("asked", { text })}</p>
    <${Table} rows=${hits} columns=${columns} href=${({ address }) => address} caption=${t("found")} quiet /></section>`;
}
