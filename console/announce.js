// What screen readers say when something happened that the focus does not show.

import { html } from "./html.js";
import { makeState } from "./state.js";

const words = makeState("");

export function announce(text) {
  // The same words twice would be no change, so the first are taken away.
  words.set("");
  setTimeout(() => words.set(text), 50);
}

export function Announcer() {
  return html`<p class="status" role="status" aria-live="polite">${words.use()}</p>`;
}
