// Keeps phone and server together: sends what was decided alone, then asks what changed.

import { refresh } from "./bundle.js";
import { call } from "./calls.js";
import { countAgain, door, heard } from "./door.js";
import * as store from "./store.js";

const BATCH = 100;
const EVERY = 30_000;
// While something waits to be sent, or the server did not answer the last time.
const SOON = 5_000;

let running = null;
let next = null;
let timer;
let due = 0;

/** Send and ask, after what runs now, and from then on again and again. Never raises. */
export function synchronize() {
  if (!running) return begin();
  next ??= running.then(() => {
    next = null;
    return begin();
  });
  return next;
}

function begin() {
  clearTimeout(timer);
  running = once()
    .catch((error) => console.error(error))
    .finally(() => {
      running = null;
      const waits = door.unsent.some(({ stuck }) => !stuck) || !door.online || !door.bundle;
      plan(waits ? SOON : EVERY);
    });
  return running;
}

/** Something new waits to be sent. */
export function soon() {
  if (!running && due - Date.now() > SOON) plan(SOON);
}

function plan(wait) {
  clearTimeout(timer);
  due = Date.now() + wait;
  timer = setTimeout(synchronize, wait);
}

async function once() {
  if (!door.user || !door.eventId) return;
  const failures = [];
  for (const eventId of await eventsWithScans()) await attempt(() => sendAll(eventId), failures, eventId);
  await attempt(() => refresh(door.eventId), failures, door.eventId);
  await countAgain();
  // Only the event at hand decides whether these staff may work; another one's scans wait for who may send them.
  const failure = failures.find(({ eventId }) => eventId === door.eventId) ?? failures.find(({ kind }) => kind === "passing");
  heard(failure ?? null);
}

async function attempt(work, failures, eventId) {
  try {
    await work();
  } catch (failure) {
    if (!failure.kind) throw failure;
    failures.push(Object.assign(failure, { eventId }));
  }
}

async function eventsWithScans() {
  const events = new Set((await store.unsent()).filter(({ stuck }) => !stuck).map((scan) => scan.event_id));
  return [...events];
}

async function sendAll(eventId) {
  for (;;) {
    const waiting = (await store.unsent()).filter((scan) => scan.event_id === eventId && !scan.stuck);
    if (waiting.length === 0) return;
    await send(eventId, waiting.slice(0, BATCH));
    await countAgain();
  }
}

// A batch that is refused is halved until the one scan is found that the server will never take.
async function send(eventId, scans) {
  try {
    const answer = await call("syncScans", { event_id: eventId, scans: scans.map(asSent) });
    const said = new Map(answer.scans.map((scan) => [scan.scan_id, scan]));
    for (const scan of scans) await settle(scan, said.get(scan.scan_id));
  } catch (failure) {
    if (failure.kind !== "refused" || failure.reason === "EVENT_NOT_FOUND") throw failure;
    if (scans.length === 1) return store.setAside(scans[0], failure.reason ?? failure.message);
    const half = Math.ceil(scans.length / 2);
    await send(eventId, scans.slice(0, half));
    await send(eventId, scans.slice(half));
  }
}

function asSent({ scan_id, by_hand, ticket_id, token, scanned_at, direction, gate, result }) {
  return { scan_id, ...(by_hand ? { ticket_id } : { token }), scanned_at, direction, ...(gate && { gate }), result };
}

async function settle(scan, answer) {
  // What the server says nothing of stays in the queue, but must not keep the others waiting.
  if (!answer) return store.setAside(scan, "NOT_ANSWERED");
  if (answer.detail === "scan_id_used") return store.setAside(scan, "SCAN_ID_USED");
  await store.sent(scan, notice(scan, answer));
}

// Somebody went through, and the server would not have let them: a person must know.
function notice(scan, answer) {
  const problem = answer.problem ?? (scan.result === "ok" && !answer.recorded ? answer.result : null);
  if (!answer.duplicate && !problem) return null;
  return { ...scan, ...answer, kind: answer.duplicate ? "duplicate" : "problem", problem, scanned_at: scan.scanned_at };
}
