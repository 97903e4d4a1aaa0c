// Looking somebody up by name or seat; letting them in by hand, or undoing an entry. Only with a network.

import { showAnswer, showTrouble } from "./answer.js";
import { call } from "./calls.js";
import { door, heard, onChange } from "./door.js";
import { admitByHand, CannotDecide } from "./scan.js";
import { ask, byId, element } from "./screens.js";
import { synchronize } from "./sync.js";
import { text, timeText } from "./texts.js";

let asked = null;

export function prepareFind() {
  byId("find").addEventListener("submit", search);
  byId("find-more").addEventListener("click", () => page(asked));
  onChange(({ online }) => (byId("find-offline").hidden = online));
}

/** Show nobody who was looked up before: somebody else looks, or at another event. */
export function forgetFound() {
  asked = null;
  byId("find").reset();
  byId("find-more").hidden = true;
  byId("found").replaceChildren();
  say("");
}

async function search(event) {
  event.preventDefault();
  const { name, seat } = event.target.elements;
  byId("found").replaceChildren();
  const wanted = { ...(name.value.trim() && { name: name.value.trim() }), ...(seat.value.trim() && { seat_number: seat.value.trim() }) };
  if (Object.keys(wanted).length) await page({ event_id: door.eventId, ...wanted });
}

async function page(question) {
  const { user } = door;
  const answer = await asking("findTickets", question);
  if (!answer || door.user?.uid !== user.uid || door.eventId !== question.event_id) return;
  asked = answer.next && { ...question, cursor: answer.next };
  byId("find-more").hidden = !asked;
  byId("found").append(...answer.tickets.map(row));
  say(text("found", { n: byId("found").children.length }));
}

async function asking(name, data) {
  try {
    const answer = await call(name, data);
    heard(null);
    return answer;
  } catch (failure) {
    heard(failure);
    say(failure.kind === "passing" ? text("findNeedsNetwork") : failure.message);
    return null;
  }
}

function row(ticket) {
  const who = whoIs(ticket);
  const item = element("li", "", { className: "ticket" });
  const state = element("p", stateText(ticket));
  item.append(element("h2", who), element("p", ticket.tier ?? ""), state);
  const enters = ticket.status === "valid" || (ticket.status === "used" && !ticket.inside && door.bundle?.rules.reentry);
  if (enters) item.append(button("admit", who, () => admit(ticket, item)));
  if (ticket.status === "used") item.append(button("undo", who, () => undo(ticket, item)));
  return item;
}

function button(key, who, press) {
  const made = element("button", text(key), { type: "button", onclick: press });
  made.setAttribute("aria-label", `${text(key)}: ${who}`);
  return made;
}

async function admit(ticket, item) {
  if (!(await ask(text("askAdmit", { who: whoIs(ticket) }), text("askAdmitWhy"), text("admit")))) return;
  try {
    const answer = await admitByHand(ticket);
    await showAnswer({ ...ticket, ...answer, holder_name: answer.holder_name ?? ticket.holder_name });
    if (answer.result === "ok") again(item, { ...ticket, status: "used", inside: true, entered_at: answer.entered_at });
  } catch (error) {
    if (!(error instanceof CannotDecide)) throw error;
    await showTrouble(error.message);
  }
}

async function undo(ticket, item) {
  const who = whoIs(ticket);
  if (!(await ask(text("askUndo", { who }), text("askUndoWhy"), text("undo")))) return;
  const answer = await asking("undoEntry", { event_id: door.eventId, ticket_id: ticket.ticket_id });
  if (!answer) return;
  say(text(answer.undone ? "undone" : "notUndone", { who }));
  again(item, { ...ticket, status: answer.status, inside: false, entered_at: null });
  // The phone must know it too before it decides alone.
  synchronize();
}

function again(item, ticket) {
  const fresh = row(ticket);
  item.replaceWith(fresh);
  fresh.querySelector("button")?.focus();
}

function whoIs({ holder_name, seat_number, ticket_id }) {
  return [holder_name, seat_number].filter(Boolean).join(" · ") || `${text("ticket")} ${ticket_id}`;
}

function stateText({ status, inside, entered_at }) {
  if (status === "used") return inside ? text("statusUsed", { at: timeText(entered_at) }) : text("statusOutside");
  return text(status === "cancelled" ? "statusCancelled" : "statusValid");
}

function say(words) {
  byId("find-says").textContent = words;
}
