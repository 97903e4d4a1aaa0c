// What the phone must know to decide alone: keys, rules and the tickets that changed, kept fresh while there is a network.

import { call } from "./calls.js";
import { change, door } from "./door.js";
import * as store from "./store.js";

/** Open an event: what is kept of it at once; the server's word comes with `refresh`. */
export async function openEvent(eventId) {
  const bundle = (await store.bundleOf(eventId)) ?? null;
  await store.keep("event", eventId);
  change({ eventId, bundle, gate: chosenGate(bundle, await store.kept(`gate:${eventId}`)), direction: "entry", forbidden: false, missing: false });
}

/** Ask for what changed (for everything if nothing is kept), and keep it. Raises CallFailed. */
export async function refresh(eventId) {
  const before = await store.bundleOf(eventId);
  const { first, tickets, skew } = await pages(eventId, before?.since);
  const { tickets: _, next: __, server_time, ...said } = first;
  const bundle = { ...before, ...said, event_id: eventId, skew, fetched_at: Date.parse(server_time) };
  await store.saveBundle(bundle, tickets);
  if (door.eventId === eventId) change({ bundle, gate: chosenGate(bundle, door.gate) });
}

// The first page says from when on to ask next time: what changes while the others are fetched is given again.
async function pages(eventId, since) {
  const tickets = [];
  let first;
  let skew;
  let cursor;
  do {
    const asked = Date.now();
    const page = await call("getDoorBundle", { event_id: eventId, ...(since && { since }), ...(cursor && { cursor }) });
    // The server looked at its clock somewhere between question and answer.
    skew ??= Date.parse(page.server_time) - (asked + Date.now()) / 2;
    first ??= page;
    tickets.push(...page.tickets);
    cursor = page.next;
  } while (cursor);
  return { first, tickets, skew };
}

function chosenGate(bundle, gate) {
  const own = bundle?.rules.gates ?? [];
  if (own.length === 1) return own[0];
  return own.length === 0 || own.includes(gate) ? (gate ?? null) : null;
}
