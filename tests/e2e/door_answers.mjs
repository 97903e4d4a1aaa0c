// The door page's answers without a network: reads a line of JSON for each scan, and writes its result.
//
// The first line is the bundle that a phone has of each event: `{event id: bundle}`, as getDoorBundle answers it. The others
// are scans: `{token, event, now, gate?, direction?, bundle?}`, `now` in ISO 8601; a scan's own bundle replaces its event's.

import { createInterface } from "node:readline";
import { look, merged } from "../../hosting/door/check.js";
import { verify } from "../../hosting/door/token.js";

let bundles = null;
const results = [];
for await (const line of createInterface({ input: process.stdin })) {
  const read = JSON.parse(line);
  if (bundles === null) bundles = read;
  else results.push(await answer(read));
}
process.stdout.write(`${results.join("\n")}\n`);

async function answer({ token, event, now, gate = null, direction = "entry", bundle = bundles[event] }) {
  const kept = { ...bundle, fetched_at: Date.parse(bundle.server_time ?? now) };
  const code = await verify(token, kept.keys);
  const ticket = kept.tickets.find(({ ticket_id }) => ticket_id === code?.ticket_id);
  return look({ direction, gate, at: Date.parse(now) }, code, merged(ticket, []), kept).result;
}
