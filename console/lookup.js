// Finding what somebody typed: every place where it may stand is asked at once, each for a few documents.

import { collection, getDoc, getDocs, limit, query, where } from "./vendor/firebase/firebase-firestore.js";
import { ref, rowOf } from "./data.js";
import { firebase } from "./firebase.js";
import { idOf } from "./format.js";
import { kindOf, usable } from "./ids.js";
import { to } from "./router.js";

const MOST = 20;

/**
 * What `text` names: `[{id, kind, data, address}]`. A ticket that several of its ids lead to is there once. Raises what
 * Firestore refuses.
 */
export async function lookUp(text) {
  if (!usable(text)) return [];
  const asked = PLACES[kindOf(text) ?? "any"](text);
  const hits = (await Promise.all(asked)).flat();
  // Stripe may know what our books do not; the screen that asks it tells.
  if (hits.length === 0 && ["payment", "session"].includes(kindOf(text))) hits.push(hit({ id: text, data: {} }, "payment"));
  return [...new Map(hits.map((found) => [found.address, found])).values()];
}

const PLACES = {
  payment: (text) => [
    at("payment_intents", text, "payment"),
    having("purchases", "payment_intent_id", text, "purchase"),
    having("event_orders", "payment_id", text, "order"),
  ],
  session: (text) => [having("purchases", "session_id", text, "purchase")],
  purchase: (text) => [at("purchases", text, "purchase"), at("devices", text, "device")],
  order: (text) => [at("event_orders", text, "order"), at("devices", text, "device")],
  event: (text) => [at("events", text, "event"), at("devices", text, "device")],
  ticket: (text) => [at("tickets", text, "ticket"), ofRoom(text), at("event_orders", text.split(".")[0], "order")],
  any: (text) => [
    ofRoom(text),
    at("event_orders", text.replace(/\.\d{1,2}$/, ""), "order"),
    at("devices", text, "device"),
    having("tickets", "user_ref", ref(`users/${text}`), "ticket"),
    having("tickets", "imecon_ref", ref(`users/${text}`), "ticket"),
    having("purchases", "buyer_uid", text, "purchase"),
    having("event_orders", "purchaser_id", text, "order"),
    pointsOf(text),
  ],
};

async function at(name, id, kind) {
  const found = await getDoc(ref(`${name}/${id}`));
  return found.exists() ? [hit(rowOf(found), kind)] : [];
}

async function having(name, field, value, kind) {
  const { docs } = await getDocs(query(collection(firebase.db, name), where(field, "==", value), limit(MOST)));
  return docs.map((found) => hit(rowOf(found), kind));
}

// A room may be another ticket's by now: it leads to the one that it is of.
async function ofRoom(id) {
  const [room] = await at("chat_rooms", id, "room");
  return room?.data.ticket_ref ? [{ ...room, address: to("ticket", idOf(room.data.ticket_ref)) }] : [];
}

async function pointsOf(uid) {
  const entries = await having("transactions", "userId", uid, "points");
  return entries.slice(0, 1).map((entry) => ({ ...entry, id: uid, data: {}, address: to("points", uid) }));
}

function hit({ id, data }, kind) {
  const address = { event: to("events", id), device: to("devices", id), payment: to("ticket", data.ticketId ?? id) }[kind];
  return { id, kind, data, address: address ?? to("ticket", id) };
}
