// The code that a ticket's QR shows: read, and its signature verified, as functions/admission/door/tokens.py does it.

import { verifyAsync } from "./vendor/@noble/ed25519/index.js";

const MAX_LENGTH = 280;
const LONGEST_SEAT = 12;
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]$/;
const TICKET = /^([A-Za-z0-9_-]{27})\.(0|[1-9][0-9]?)$/;
const EVENT = /^[A-Za-z0-9_-]{11}$/;

/** Whether a text may be a ticket's code at all: nothing else that a camera reads is sent anywhere. */
export function looksLikeToken(token) {
  return token.length <= MAX_LENGTH && TOKEN.test(token);
}

/** Which ticket a code is of, unverified: to tell the codes before the camera apart, never to let anybody in. */
export function subjectOf(token) {
  try {
    return String(JSON.parse(utf8(decode(token.split(".")[1]))).t ?? token);
  } catch {
    return token;
  }
}

/**
 * What a code says: `{ticket_id, generation, event, seat, minute}`, or null if it is none of ours.
 * `keys` are those of the bundle: `[{kid, public_key}]`.
 */
export async function verify(token, keys) {
  if (!looksLikeToken(token)) return null;
  const [head, body, signature] = token.split(".");
  const header = json(head);
  const key = keys.find(({ kid }) => kid === header?.kid);
  if (!key || head !== spelled({ alg: "EdDSA", kid: key.kid, typ: "JWT" })) return null;
  const signed = new TextEncoder().encode(`${head}.${body}`);
  // As RFC 8032 has it, in every browser alike; ZIP 215 would take encodings that the server refuses.
  const genuine = await verifyAsync(decode(signature), signed, decode(key.public_key), { zip215: false }).catch(
    () => false,
  );
  return genuine ? read(json(body), body) : null;
}

// A code has one spelling, so whatever is missing, more, or written in another way is none of ours.
function read(claims, body) {
  if (claims === null || typeof claims !== "object" || Array.isArray(claims)) return null;
  const { t, g, e, s, w } = claims;
  const ticket = typeof t === "string" && TICKET.exec(t);
  if (!ticket || encode(decode(ticket[1])) !== ticket[1]) return null;
  if (!Number.isInteger(g) || g < 1 || typeof e !== "string" || !EVENT.test(e)) return null;
  if (s !== undefined && (typeof s !== "string" || [...s].length > LONGEST_SEAT || w !== undefined)) return null;
  if (w !== undefined && !Number.isInteger(w)) return null;
  if (body !== spelled({ t, g, e, s, w })) return null;
  const id = [...decode(ticket[1])].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { ticket_id: `${id}.${ticket[2]}`, generation: g, event: e, seat: s ?? null, minute: w ?? null };
}

function json(part) {
  try {
    return JSON.parse(utf8(decode(part)));
  } catch {
    return null;
  }
}

// As it is signed: compact, in this order, and what is not ASCII escaped.
function spelled(value) {
  const escape = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const ascii = JSON.stringify(value).replace(/[\u007f-\uffff]/g, escape);
  return encode(new TextEncoder().encode(ascii));
}

function utf8(bytes) {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function decode(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function encode(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
