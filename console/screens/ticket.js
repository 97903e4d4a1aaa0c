// One ticket, order or purchase, by any id that it has: our books, live, beside Stripe's view, and what can be done.

import { useEffect, useState } from "preact/hooks";
import { account } from "../account.js";
import { ActionButton } from "../action.js";
import { call } from "../calls.js";
import { useDoc, useNow } from "../data.js";
import { Id, idOf } from "../format.js";
import { html } from "../html.js";
import { kindOf, pathOf } from "../ids.js";
import { Incident } from "../incident.js";
import { to } from "../router.js";
import { t, word } from "../texts.js";
import { actionsFor } from "./ticket.actions.js";
import { Books } from "./ticket.books.js";
import { StripeView } from "./ticket.stripe.js";
import { t as own } from "./ticket.texts.js";

export const path = "/ticket/:id";
export const title = own("title");

const DOMAINS = { tickets: "consultation", purchases: "checkout", event_orders: "admission" };

export function Screen({ id }) {
  const now = useNow(10);
  const [asked, again] = useInspection(id);
  const at = asked.answer?.path ?? bookOf(id);
  const { data: document, error } = useDoc(at);
  const domain = at && DOMAINS[at.split("/")[0]];
  const { data: payment } = useDoc(domain === "consultation" && document?.payment_intent_id ? `payment_intents/${document.payment_intent_id}` : null);
  if (asked.failure?.reason === "RECORD_NOT_FOUND" && !document) return html`<p class="bad" role="alert">${own("notFound", { id })}</p>`;
  const person = document && html`<${Person} uid=${uidOf(document)} known=${asked.answer?.person} />`;
  const outdated = document && asked.answer?.document && asked.answer.document.version !== document.version;
  return html`
    ${error && html`<p class="bad" role="alert">${t("cannotRead", { why: error })}</p>`}
    ${asked.answer && !asked.answer.path && html`<p class="bad" role="alert">${own("onlyStripe")}</p>`}
    <${Violations} violations=${asked.answer?.violations ?? []} />
    <${Incidents} ids=${asked.answer?.incidents ?? []} now=${now} done=${again} />
    ${document && html`<${Actions} id=${idOf(at)} domain=${domain} document=${document} payment=${payment} person=${personText(document, asked.answer?.person)} done=${again} />`}
    <div class="columns">
      ${document && html`<${Books} path=${at} document=${document} payment=${payment} person=${person} now=${now} />`}
      <${StripeView} asked=${asked} outdated=${outdated} again=${again} now=${now} />
    </div>`;
}

// An id of ours says where its document is, so the books are there before Stripe has answered.
const bookOf = (id) => (["ticket", "purchase", "order"].includes(kindOf(id)) ? pathOf(id) : null);

function useInspection(id) {
  const [asked, setAsked] = useState({ id, busy: true });
  const [time, setTime] = useState(0);
  useEffect(() => {
    let left = false;
    setAsked((before) => (before.id === id ? { ...before, busy: true, failure: null } : { id, busy: true }));
    call("inspectTicket", { id }).then(
      (answer) => left || setAsked({ id, busy: false, answer, at: new Date() }),
      (failure) => left || setAsked((before) => ({ ...before, busy: false, failure })),
    );
    return () => {
      left = true;
    };
  }, [id, time]);
  return [asked, () => setTime((before) => before + 1)];
}

const uidOf = ({ user_ref: user, buyer_uid: buyer, purchaser_id: purchaser }) => idOf(user) ?? buyer ?? purchaser ?? null;

function personText(document, known) {
  return [known?.display_name, known?.email, uidOf(document)].filter(Boolean).join(" · ");
}

function Person({ uid, known }) {
  return html`${[known?.display_name, known?.email].filter(Boolean).join(" · ")} <${Id} id=${uid} href=${uid && to("search", uid)} />`;
}

function Violations({ violations }) {
  return violations.length > 0 && html`<section class="problems" aria-labelledby="violations"><h2 id="violations">${own("violations")}</h2>
    <ul>${violations.map((text) => html`<li key=${text}>${text}</li>`)}</ul></section>`;
}

function Incidents({ ids, now, done }) {
  return ids.length > 0 && html`<section aria-labelledby="incidents"><h2 id="incidents">${own("incidents")}</h2>
    ${ids.map((id) => html`<${OneIncident} key=${id} id=${id} now=${now} done=${done} />`)}</section>`;
}

function OneIncident({ id, now, done }) {
  const { data } = useDoc(`incidents/${id}`);
  return data && html`<${Incident} id=${id} data=${data} now=${now} done=${done} within />`;
}

function Actions({ domain, id, document, payment, person, done }) {
  const acts = account.use()?.acts;
  const actions = actionsFor({ domain, id, document, payment, person, done });
  if (!acts) return null;
  return html`<section aria-labelledby="actions"><h2 id="actions">${own("actions")} <span class="quiet">· ${word("domain", domain)} · ${word("status", document.status)}</span></h2>
    ${actions.length === 0 ? html`<p class="quiet">${own("noActions")}</p>` : html`<p class="buttons">${actions.map((action) => html`
      <${ActionButton} key=${action.name} action=${action} />`)}</p>`}</section>`;
}
