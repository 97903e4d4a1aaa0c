// What surrounds every screen: the sign-in, the menu, the search box, the heading, and what is shown when a screen fails.

import { useEffect, useErrorBoundary, useRef, useState } from "preact/hooks";
import { account, leave, readClaimsAgain, resetPassword, signIn } from "./account.js";
import { ActionDialog } from "./action.js";
import { Announcer } from "./announce.js";
import { html } from "./html.js";
import { match, to, useRoute } from "./router.js";
import { screens } from "./screens/index.js";
import { SearchBox } from "./search.js";
import { t } from "./texts.js";

export function Console() {
  const who = account.use();
  if (who === undefined) return html`<main><p class="quiet">${t("loading")}</p></main>`;
  if (who === null) return html`<${SignIn} />`;
  return who.sees ? html`<${Shell} who=${who} />` : html`<${NotAllowed} who=${who} />`;
}

function SignIn() {
  const [says, say] = useState("");
  const form = useRef(null);
  const tried = async (what) => {
    say("");
    try {
      await what();
    } catch (error) {
      say(whatWentWrong(error));
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const { mail, password } = form.current.elements;
    tried(() => signIn(mail.value.trim(), password.value));
  };
  const forgotten = () => {
    const mail = form.current.elements.mail.value.trim();
    if (!mail) return say(t("resetNeedsMail"));
    return tried(async () => {
      await resetPassword(mail);
      say(t("resetSent"));
    });
  };
  useTitle(t("signIn"));
  return html`<main class="narrow">
    <h1>${t("console")}</h1>
    <form ref=${form} onSubmit=${submit}>
      <div class="field"><label for="mail">${t("mail")}</label><input id="mail" name="mail" type="email" autocomplete="username" required /></div>
      <div class="field"><label for="password">${t("password")}</label><input id="password" name="password" type="password" autocomplete="current-password" required /></div>
      <p class="buttons"><button type="submit" class="main">${t("signIn")}</button><button type="button" onClick=${forgotten}>${t("forgotten")}</button></p>
    </form>
    <p role="status">${says}</p>
  </main>`;
}

function whatWentWrong({ code }) {
  if (code === "auth/network-request-failed") return t("noNetwork");
  if (code === "auth/too-many-requests") return t("tooMany");
  const wrong = ["auth/invalid-credential", "auth/wrong-password", "auth/user-not-found", "auth/invalid-email", "auth/user-disabled"];
  return t(wrong.includes(code) ? "wrongPassword" : "failed");
}

function NotAllowed({ who }) {
  useTitle(t("console"));
  return html`<main class="narrow">
    <h1>${t("console")}</h1>
    <p role="alert">${t("notAllowed")}</p>
    <p><code>${who.email ?? who.uid}</code></p>
    <p class="buttons"><button type="button" onClick=${readClaimsAgain}>${t("readAgain")}</button><button type="button" onClick=${leave}>${t("signOut")}</button></p>
  </main>`;
}

function Shell({ who }) {
  const parts = useRoute();
  const address = parts.join("/");
  const found = screens.map((screen) => ({ screen, params: match(screen.path, parts) })).find(({ params }) => params);
  const title = found?.screen.title ?? t("noScreen");
  const heading = useRef(null);
  const first = useRef(true);
  useTitle(title);
  useEffect(() => {
    // Whoever uses a keyboard or a screen reader starts at the heading of the screen they opened.
    if (!first.current) heading.current.focus();
    first.current = false;
  }, [address]);
  return html`
    <a class="skip" href="#content" onClick=${(event) => (event.preventDefault(), heading.current.focus())}>${t("skip")}</a>
    <header>
      <p class="brand">${t("console")}</p>
      <${SearchBox} />
      <p class="who"><span>${who.email ?? who.uid}</span> <button type="button" onClick=${leave}>${t("signOut")}</button></p>
    </header>
    <div class="body">
      <nav aria-label=${t("screens")}><ul>${screens.filter(({ path }) => !path.includes(":") || path.endsWith("?")).map((screen) => html`
        <li key=${screen.path}><${MenuLink} screen=${screen} open=${isWithin(screen.path, parts)} /></li>`)}</ul></nav>
      <main id="content">
        <h1 ref=${heading} tabindex="-1">${title}</h1>
        ${!who.acts && html`<p class="quiet">${t("supportOnly")}</p>`}
        ${found && html`<${Guarded} key=${address} screen=${found.screen} params=${found.params} />`}
      </main>
    </div>
    <${Announcer} />
    <${ActionDialog} />`;
}

function MenuLink({ screen, open }) {
  return html`<a href=${to(nameOf(screen.path))} aria-current=${open ? "page" : null}>${screen.title}</a>`;
}

const nameOf = (path) => path.split("/")[1];
const isWithin = (path, parts) => nameOf(path) === parts[0];

function Guarded({ screen, params }) {
  const [error] = useErrorBoundary((problem) => globalThis.console.error(problem));
  if (error) return html`<p class="bad" role="alert">${t("screenFailed", { why: error.message })}</p>`;
  return html`<${screen.Screen} ...${params} />`;
}

function useTitle(title) {
  useEffect(() => {
    document.title = `${title} · Kippu`;
  }, [title]);
}
