// Master data: ticket types, consultants, and stores with their staff. All of it is written by callables that refuse slips.

import { html } from "../html.js";
import { Consultants } from "./master.consultants.js";
import { Stores } from "./master.stores.js";
import { t } from "./master.texts.js";
import { TicketTypes } from "./master.types.js";

export const path = "/master";
export const title = t("title");

export function Screen() {
  return html`<${TicketTypes} /><${Consultants} /><${Stores} />`;
}
