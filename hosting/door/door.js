// What all screens of the page know: who stands at which door, and how the phone and the server stand.

import * as store from "./store.js";

const listeners = new Set();

/** Read it anywhere; change it by `change`. */
export const door = {
  user: null, // {uid, email}
  eventId: null,
  bundle: null,
  gate: null,
  direction: "entry",
  online: true,
  forbidden: false,
  missing: false,
  signedOut: false,
  unsent: [],
  notices: [],
};

/** Change some of it, and tell whoever shows it. */
export function change(values) {
  Object.assign(door, values);
  for (const listener of listeners) listener(door);
}

/** Call `listener` now and after every change. */
export function onChange(listener) {
  listeners.add(listener);
  listener(door);
}

/** Read the queue again after it changed. */
export async function countAgain() {
  change({ unsent: await store.unsent(), notices: await store.notices() });
}

/** Now by the server's clock, in milliseconds since 1970. */
export function now() {
  return Date.now() + (door.bundle?.skew ?? 0);
}

/** A call came back: from a server that lets these staff work (null), or with a failure. */
export function heard(failure) {
  if (failure === null) change({ online: true, forbidden: false, missing: false, signedOut: false });
  else if (failure.kind === "passing") change({ online: false });
  else if (failure.kind === "forbidden") change({ online: true, forbidden: true });
  else if (failure.kind === "signed-out") change({ online: true, signedOut: true });
  else change({ online: true, missing: failure.reason === "EVENT_NOT_FOUND" });
}

/** The gates to choose from: the staff's own, or all that any tier has. Choosing is needed where there are several own. */
export function gates(bundle) {
  const own = bundle?.rules.gates ?? [];
  const choices = own.length ? own : [...new Set(Object.values(bundle?.rules.tiers ?? {}).flatMap((it) => it ?? []))].sort();
  return { choices, mayBeNone: own.length === 0 };
}
