// What the door page answers without a network: reads a JSON object a line, as tests/support/ticket_forgeries.py writes
// them, and writes the result of each on a line. `rules`, `gate` and `direction` may be said too.

import { createInterface } from "node:readline";
import { look } from "../../hosting/door/check.js";
import { verify } from "../../hosting/door/token.js";

const ANY = { opens_at: null, closes_at: null, reentry: false, gates: [], tiers: {} };

for await (const line of createInterface({ input: process.stdin })) console.log(await answer(JSON.parse(line)));

async function answer({ token, event, keys, tickets, now, rules = ANY, gate = null, direction = "entry" }) {
  const at = Date.parse(now);
  const bundle = { ...event, rules: { rotating_qr: event.rotating_qr, ...rules }, fetched_at: at };
  const code = await verify(token, keys);
  const ticket = tickets.find(({ ticket_id }) => ticket_id === code?.ticket_id) ?? null;
  return look({ direction, gate, at }, code, ticket, bundle).result;
}
