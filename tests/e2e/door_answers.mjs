// What the door page answers without a network: reads a JSON object a line, as tests/support/ticket_forgeries.py writes
// them, and writes the result of each on a line.

import { createInterface } from "node:readline";
import { look } from "../../hosting/door/check.js";
import { verify } from "../../hosting/door/token.js";

for await (const line of createInterface({ input: process.stdin })) console.log(await answer(JSON.parse(line)));

async function answer({ token, event, keys, tickets, now }) {
  const at = Date.parse(now);
  const rules = { opens_at: null, closes_at: null, reentry: false, rotating_qr: event.rotating_qr, gates: [], tiers: {} };
  const code = await verify(token, keys);
  const ticket = tickets.find(({ ticket_id }) => ticket_id === code?.ticket_id) ?? null;
  return look({ direction: "entry", gate: null, at }, code, ticket, { ...event, rules, fetched_at: at }).result;
}
