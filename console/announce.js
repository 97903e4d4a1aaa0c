// What screen readers say when something happened that the focus does not show.

import { html } from "./html.js";
import { makeState } from "./state.js";

// Milliseconds until the words are there (the same words twice would be no change), and until they are gone again.
const COME = 50;
const STAY = 8_000;

const words = makeState("");
let timer;

export function announce(text) {
  clearTimeout(timer);
  words.set("");
  timer = setTimeout(() => {
    words.set(text);
    timer = setTimeout(() => words.set(""), STAY);
  }, COME);
}

export function Announcer() {
  return html`<p class="status" role="status" aria-live="polite">${words.use()}</p>`;
}
