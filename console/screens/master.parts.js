// What the lists of master data share: a heading with the button that adds, and the last column with the others.

import { ActionButton } from "../action.js";
import { html } from "../html.js";
import { ListTable } from "../table.js";
import { auditOf } from "./audit.js";
import { t } from "./master.texts.js";

/** A list. id: of its heading. add: the action that adds one. The other properties are those of `ListTable`. */
export function Section({ id, heading, add, ...table }) {
  return html`<section aria-labelledby=${id}><h2 id=${id}>${heading}</h2>
    <p class="buttons first"><${ActionButton} action=${add} /></p>
    <${ListTable} caption=${heading} quiet ...${table} /></section>`;
}

/** The buttons of a row, `actions` being `[[action, label]]`, and a link to what was changed before. */
export function Buttons({ id, path, actions }) {
  return html`<span class="buttons first">${actions.map(([action, label]) => html`
    <${ActionButton} key=${action.name} action=${action} label=${html`${label}<span class="unseen"> ${id}</span>`} />`)}
    <a class="button" href=${auditOf({ target: path })}>${t("history")}<span class="unseen"> ${id}</span></a></span>`;
}

/** Whether something is on sale, or somebody takes consultations. */
export function Active({ active }) {
  return html`<span class=${active === true ? "good" : "quiet"}>${t(active === true ? "active" : "inactive")}</span>`;
}
