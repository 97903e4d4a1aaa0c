// Whether somebody is let in, decided on the phone from what it keeps: as functions/admission/door/check.py decides it.
// Nothing here reads or stores anything.

const MINUTE = 60_000;
const OLDEST_MINUTES = 2;
const NEWEST_MINUTES = 1;
// Of a bundle older than this, a ticket may have been handed on since.
const FRESH = 2 * MINUTE;

/**
 * The phone's answer `{result, detail}` to a scan.
 *
 * scan: `{direction, gate, at}` (milliseconds since 1970, by the server's clock).
 * code: what the token says (see token.js); null if it is none of ours; undefined if a person looked the ticket up.
 * ticket: what is known of the ticket (see `merged`); null if nothing changed since it was issued.
 * bundle: what the server gave this phone for the event.
 */
export function look(scan, code, ticket, bundle) {
  if (code === null) return refused("invalid");
  if (code !== undefined) {
    if (code.event !== bundle.event_hash) return refused("wrong_event");
    const generation = ticket?.generation ?? 1;
    if (code.generation < generation) return refused("transferred");
    if (code.generation > generation && scan.at - bundle.fetched_at <= FRESH) return refused("invalid");
    if (stale(code, bundle.rules, scan.at)) return refused("invalid", "stale");
  }
  const state = ticket?.state ?? "valid";
  if (state === "cancelled" || state === "unpaid" || state === "blocked") return refused(state);
  if (scan.direction === "exit") return { result: "ok", detail: null };
  if (!rightGate(scan.gate, ticket?.tier, bundle.rules)) return refused("wrong_gate");
  if (!rightTime(scan.at, bundle.rules)) return refused("wrong_time");
  if (state === "used" && (ticket.inside || !bundle.rules.reentry)) return refused("already_used");
  return { result: "ok", detail: null };
}

/** What the server said of a ticket, with what this phone did since and has not sent yet (oldest first). */
export function merged(ticket, unsent) {
  return unsent.filter(({ result }) => result === "ok").reduce(after, ticket ?? null);
}

/** What is known of a ticket after a scan that let somebody in or out. */
export function after(ticket, scan) {
  const known = ticket ?? { generation: 1, state: "valid", inside: false, entered_at: null, seat_number: scan.seat_number };
  const generation = Math.max(known.generation, scan.generation ?? 1);
  if (scan.direction === "exit") return { ...known, generation, inside: false };
  const state = known.state === "valid" ? "used" : known.state;
  return { ...known, generation, state, inside: true, entered_at: known.entered_at ?? scan.scanned_at };
}

function refused(result, detail = null) {
  return { result, detail };
}

function stale(code, rules, at) {
  if (!rules.rotating_qr) return false;
  const now = Math.floor(at / MINUTE);
  return code.minute === null || code.minute < now - OLDEST_MINUTES || code.minute > now + NEWEST_MINUTES;
}

function rightGate(named, tier, rules) {
  const staff = rules.gates ?? [];
  const gate = named ?? (staff.length === 1 ? staff[0] : null);
  if (gate === null) return staff.length === 0;
  return (staff.length === 0 || staff.includes(gate)) && tierTakes(gate, tier, rules.tiers ?? {});
}

// A code does not say its tier, so of a ticket that nothing is known of only a gate that is no tier's is refused.
function tierTakes(gate, tier, tiers) {
  const lists = tier === undefined || tier === null ? Object.values(tiers) : [tiers[tier] ?? []];
  return lists.length === 0 || lists.some((gates) => !gates?.length || gates.includes(gate));
}

function rightTime(at, rules) {
  if (rules.opens_at && at < Date.parse(rules.opens_at)) return false;
  return !rules.closes_at || at < Date.parse(rules.closes_at);
}
