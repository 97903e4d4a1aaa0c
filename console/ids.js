// What an id says by itself: functions/common/ids.py and its like make them.

const GRAMMARS = [
  ["payment", /^pi_[A-Za-z0-9_]{1,100}$/],
  ["session", /^cs_[A-Za-z0-9_]{1,200}$/],
  ["purchase", /^p_[0-9a-f]{32}$/],
  ["order", /^[0-9a-f]{40}$/],
  ["event", /^ev-.+$/],
  ["ticket", /^.+\.[0-9a-f]{24}$/],
];
const COLLECTIONS = { payment: "payment_intents", purchase: "purchases", order: "event_orders", event: "events", ticket: "tickets" };
// What Firestore takes as a document's id.
const USABLE = /^(?!\.{1,2}$)(?!__.*__$)[^/]{1,400}$/;

/** `payment`, `session`, `purchase`, `order`, `event`, `ticket` (also a chat room's id), or null for any other. */
export const kindOf = (id) => GRAMMARS.find(([, grammar]) => grammar.test(id))?.[0] ?? null;

export const usable = (id) => USABLE.test(id);

/** Where the document with this id is, if the id tells; null otherwise. */
export function pathOf(id) {
  const collection = COLLECTIONS[kindOf(id)];
  return collection ? `${collection}/${id}` : null;
}
