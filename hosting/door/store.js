// What the phone keeps in IndexedDB, so that neither a closed tab nor an empty battery loses a scan.
//
// kept: single values by name · bundles: what the server gave for an event · tickets: what it said of each ticket that
// changed · scans: made without the server and not sent yet, by scan_id · notices: what a person must look into.

import { look, merged } from "./check.js";

const NAME = "kippu-door";
const VERSION = 1;
// The result is shown only after the disk has it.
const STRICT = { durability: "strict" };

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("kept");
      db.createObjectStore("bundles", { keyPath: "event_id" });
      db.createObjectStore("tickets", { keyPath: ["event_id", "ticket_id"] });
      const scans = db.createObjectStore("scans", { keyPath: "scan_id" });
      scans.createIndex("ticket", ["event_id", "ticket_id"]);
      db.createObjectStore("notices", { keyPath: "scan_id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}

async function within(stores, mode, work, options) {
  const db = await open();
  let transaction;
  try {
    transaction = db.transaction(stores, mode, options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    // Browsers close a connection by themselves, Safari mostly while the page is in the background.
    opened = null;
    transaction = (await open()).transaction(stores, mode, options);
  }
  const finished = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
  // Where the work fails, that is what the caller hears of.
  finished.catch(() => {});
  const answer = await work(...[stores].flat().map((name) => transaction.objectStore(name)));
  await finished;
  return answer;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A single value, or undefined. */
export const kept = (name) => within("kept", "readonly", (store) => done(store.get(name)));

/** Keep a single value; undefined forgets it. */
export const keep = (name, value) =>
  within("kept", "readwrite", (store) => done(value === undefined ? store.delete(name) : store.put(value, name)));

/** What the server gave for an event, or undefined. */
export const bundleOf = (eventId) => within("bundles", "readonly", (store) => done(store.get(eventId)));

/** Keep what the server gave, with its tickets, in one transaction. */
export const saveBundle = (bundle, tickets) =>
  within(["bundles", "tickets"], "readwrite", async (bundles, known) => {
    for (const ticket of tickets) known.put({ ...ticket, event_id: bundle.event_id });
    await done(bundles.put(bundle));
  });

/** Keep what an answer of the server says of one ticket, until the next bundle says it again. */
export const saveTicket = (eventId, ticketId, change) =>
  within("tickets", "readwrite", async (store) => {
    const before = await done(store.get([eventId, ticketId]));
    await done(store.put({ ...change(before ?? null), event_id: eventId, ticket_id: ticketId }));
  });

/**
 * Decide on a scan by what the phone knows and store it, in one transaction: two people with one ticket are told
 * apart, even in two tabs. Returns the scan with its result, when it is on the disk.
 */
export const decideAndStore = (scan, code, bundle) =>
  within(
    ["tickets", "scans"],
    "readwrite",
    async (tickets, scans) => {
      const key = [scan.event_id, scan.ticket_id ?? ""];
      const ticket = merged(await done(tickets.get(key)), inOrder(await done(scans.index("ticket").getAll(key))));
      const decided = { ...scan, ...look(scan, code, ticket, bundle), entered_at: ticket?.entered_at ?? null };
      decided.seat_number ??= ticket?.seat_number ?? null;
      decided.tier ??= ticket?.tier ?? null;
      await done(scans.add(decided));
      return decided;
    },
    STRICT,
  );

/** Scans that were not sent yet, oldest first. */
export const unsent = () => within("scans", "readonly", async (store) => inOrder(await done(store.getAll())));

/**
 * A scan was sent: it leaves the queue, and what a person must look into stays as a notice. Who went through by it is
 * still known here, if the network goes before the next bundle says so.
 */
export const sent = (scan, notice) =>
  within(["scans", "notices", "tickets"], "readwrite", async (scans, notices, tickets) => {
    const { event_id, ticket_id, scan_id } = scan;
    if (scan.result === "ok") {
      const ticket = merged(await done(tickets.get([event_id, ticket_id])), [scan]);
      tickets.put({ ...ticket, event_id, ticket_id });
    }
    if (notice) notices.put(notice);
    await done(scans.delete(scan_id));
  });

/** The server refuses a scan for good: it stays, but is not sent with the others any more. */
export const setAside = (scan, reason) => within("scans", "readwrite", (store) => done(store.put({ ...scan, stuck: reason })));

export const notices = () => within("notices", "readonly", async (store) => inOrder(await done(store.getAll())));

export const dismiss = (scanId) => within("notices", "readwrite", (store) => done(store.delete(scanId)));

function inOrder(scans) {
  return scans.sort((one, other) => (one.scanned_at < other.scanned_at ? -1 : 1));
}
