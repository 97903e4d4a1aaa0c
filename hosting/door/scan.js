// One scan: the server decides; where it does not answer in time the phone does, and sends it later under the same id.

import { call, SCAN_LIMIT } from "./calls.js";
import { after } from "./check.js";
import { change, countAgain, door, heard, now } from "./door.js";
import * as store from "./store.js";
import { soon } from "./sync.js";
import { looksLikeToken, verify } from "./token.js";

/** There is nothing to decide by: `noBundle`, `notStored`, `notStaff`, `signInAgain`, `chooseGate` or `failed`. */
export class CannotDecide extends Error {}

/** The answer to a code before the camera: what validateTicket answers, and `offline`. Raises CannotDecide. */
export async function scanToken(token) {
  if (!looksLikeToken(token)) return { result: "invalid", detail: null, direction: door.direction, offline: false };
  return decide({ token }, { token });
}

/** The answer for a ticket that a person looked up: `{ticket_id, seat_number, holder_name}`. Raises CannotDecide. */
export async function admitByHand(ticket) {
  return decide({ ticket_id: ticket.ticket_id }, ticket, "entry");
}

async function decide(subject, known, direction = door.direction) {
  const { eventId, gate } = door;
  if (door.forbidden) throw new CannotDecide("notStaff");
  if (gate === null && (door.bundle?.rules.gates ?? []).length > 1) throw new CannotDecide("chooseGate");
  const scan = { scan_id: crypto.randomUUID(), event_id: eventId, ...(gate && { gate }), direction };
  if (door.online) {
    const answer = await askServer({ ...scan, ...subject });
    if (answer) return answer;
  }
  return alone({ ...scan, by_hand: !subject.token, ...known });
}

async function askServer(scan) {
  try {
    const answer = await call("validateTicket", scan, SCAN_LIMIT);
    heard(null);
    if (answer.result === "ok" && answer.ticket_id) await remember(scan.event_id, answer);
    if (answer.result === "ok") count(answer.direction);
    return { ...answer, offline: false };
  } catch (failure) {
    heard(failure);
    if (failure.kind === "passing") return null;
    throw new CannotDecide({ forbidden: "notStaff", "signed-out": "signInAgain" }[failure.kind] ?? "failed");
  }
}

// So that the phone knows it too, should the network go before the next bundle comes.
async function remember(eventId, answer) {
  const scan = { ...answer, scanned_at: answer.entered_at ?? new Date(now()).toISOString() };
  const known = { ...(answer.tier && { tier: answer.tier }), ...(answer.seat_number && { seat_number: answer.seat_number }) };
  await store.saveTicket(eventId, answer.ticket_id, (before) => ({ ...after(before, scan), ...known })).catch(() => {});
}

// Until the next bundle counts again.
function count(direction) {
  if (!door.bundle?.counts) return;
  const { entered, inside, ...others } = door.bundle.counts;
  const came = direction === "entry" ? 1 : 0;
  change({ bundle: { ...door.bundle, counts: { ...others, entered: entered + came, inside: inside + (came || -1) } } });
}

async function alone(scan) {
  const bundle = await store.bundleOf(scan.event_id);
  if (!bundle) throw new CannotDecide("noBundle");
  const code = scan.by_hand ? undefined : await verify(scan.token, bundle.keys);
  const at = now();
  const scanned = {
    ...scan,
    gate: scan.gate ?? null,
    at,
    scanned_at: new Date(at).toISOString(),
    by: door.user?.uid ?? null,
    ticket_id: scan.ticket_id ?? code?.ticket_id ?? null,
    generation: code?.generation ?? null,
    seat_number: scan.seat_number ?? code?.seat ?? null,
  };
  try {
    const decided = await store.decideAndStore(scanned, code, bundle);
    await countAgain();
    soon();
    return { ...decided, offline: true };
  } catch {
    throw new CannotDecide("notStored");
  }
}
