// One screen at a time, the marks above them all, and questions that want an answer.

import { door, gates, now, onChange } from "./door.js";
import { ageText, text } from "./texts.js";

const SCREENS = ["sign-in", "event", "scan", "find", "records", "settings"];
const leaving = new Map();
const entering = new Map();
let current = null;

export const byId = (id) => document.getElementById(id);

/** An element with text; nothing that came from elsewhere is ever markup. */
export function element(name, words = "", properties = {}) {
  return Object.assign(document.createElement(name), { textContent: words }, properties);
}

/** What a screen does when it is shown, and when another takes its place. */
export function onScreen(name, { enter, leave }) {
  if (enter) entering.set(name, enter);
  if (leave) leaving.set(name, leave);
}

export function show(name) {
  if (current === name) return;
  const from = current;
  current = name;
  for (const screen of SCREENS) byId(`screen-${screen}`).hidden = screen !== name;
  byId("menu").hidden = name === "sign-in" || name === "event";
  for (const button of byId("menu").querySelectorAll("button")) {
    if (button.dataset.screen === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  if (from) leaving.get(from)?.();
  if (from) byId(`screen-${name}`).querySelector("h1").focus();
  entering.get(name)?.();
}

export const shown = () => current;

/** Ask for a yes or no; anything but the named button is a no. */
export function ask(question, why, yes) {
  const dialog = byId("ask");
  byId("ask-question").textContent = question;
  byId("ask-why").textContent = why;
  byId("ask-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function prepareScreens() {
  byId("menu").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) show(button.dataset.screen);
  });
  for (const answer of ["yes", "no"]) byId(`ask-${answer}`).addEventListener("click", () => byId("ask").close(answer));
  onChange(marks);
  onChange(counts);
  onChange(choices);
  // The age of the data grows by itself.
  setInterval(() => marks(door), 5_000);
}

function marks({ bundle, online, unsent, forbidden, user }) {
  byId("event-title").textContent = bundle?.title ?? text("title");
  byId("mark-network").textContent = text(online ? "online" : "offline");
  byId("mark-network").classList.toggle("warns", !online);
  byId("mark-unsent").textContent = text("unsynced", { n: unsent.length });
  byId("mark-unsent").hidden = unsent.length === 0;
  const age = bundle && now() - bundle.fetched_at;
  byId("mark-age").textContent = bundle ? text("age", { age: ageText(age) }) : text("noData");
  byId("mark-age").classList.toggle("warns", !bundle || age > 5 * 60_000);
  byId("marks").hidden = !user;
  byId("forbidden").hidden = !forbidden;
}

function counts({ bundle, unsent, eventId }) {
  const said = bundle?.counts;
  const alone = unsent.filter((scan) => scan.event_id === eventId && scan.result === "ok");
  const went = (direction) => alone.filter((scan) => scan.direction === direction).length;
  byId("count-entered").textContent = said ? `${said.entered + went("entry")} / ${said.sold}` : "–";
  byId("count-inside").textContent = said ? said.inside + went("entry") - went("exit") : "–";
  byId("count-duplicates").textContent = said?.duplicates ?? "–";
}

function choices({ bundle, gate, direction }) {
  const { choices: names, mayBeNone } = gates(bundle);
  const select = byId("gate");
  byId("gate-line").hidden = names.length === 0;
  const first = element("option", text(mayBeNone ? "everyGate" : "chooseGate"), { value: "" });
  const others = names.map((name) => element("option", name, { value: name }));
  select.replaceChildren(...(names.length === 1 && !mayBeNone ? [] : [first]), ...others);
  select.value = gate ?? "";
  byId("direction-line").hidden = !bundle?.rules.reentry;
  byId("direction").value = direction;
}
