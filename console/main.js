// Starts the page.

import { render } from "preact";
import { watchAccount } from "./account.js";
import { loadConfig } from "./config.js";
import { prepareFirebase } from "./firebase.js";
import { html } from "./html.js";
import { Console } from "./shell.js";
import { language, t } from "./texts.js";

const root = document.getElementById("console");

async function start() {
  document.documentElement.lang = language;
  prepareFirebase(await loadConfig());
  watchAccount();
  render(html`<${Console} />`, root);
}

start().catch((error) => {
  root.textContent = `${t("notStarted")} ${error.message}`;
});
