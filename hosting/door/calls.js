// Calls of the server, each with a time limit, and what a failure means at a door.

import { connectFunctionsEmulator, getFunctions, httpsCallable } from "./vendor/firebase/firebase-functions.js";

/** Milliseconds that a person waits for the server before the phone decides alone. */
export const SCAN_LIMIT = 3_000;
const OTHER_LIMIT = 15_000;
// The network, the server or its time limit: it may work in a moment, and what was asked may have happened.
const PASSING = new Set(["unavailable", "internal", "deadline-exceeded", "resource-exhausted", "unknown", "cancelled", "aborted"]);

let functions;
let freshToken;

/** Must come before the first call. `token` gets a valid ID token, as the SDK hides why it has none. */
export function prepareCalls(app, config, token) {
  freshToken = token;
  functions = getFunctions(app, config.region);
  if (config.emulators) {
    const { hostname, port } = new URL(config.emulators.functions);
    connectFunctionsEmulator(functions, hostname, Number(port));
  }
}

/** Why a call failed: `passing` (ask again later), `forbidden`, `signed-out`, or `refused` with the server's `reason`. */
export class CallFailed extends Error {
  constructor(kind, reason, message) {
    super(message);
    this.kind = kind;
    this.reason = reason;
  }
}

/** What the callable `name` answers to `data`; raises CallFailed. */
export async function call(name, data, limit = OTHER_LIMIT) {
  if (globalThis.navigator.onLine === false) throw new CallFailed("passing", null, "no network");
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new CallFailed("passing", null, "time limit")), limit);
  });
  try {
    const asked = freshToken().then(() => httpsCallable(functions, name, { timeout: 60_000 })(data));
    // Whatever it says after the limit has been dealt with: a scan is sent again under the same id.
    asked.catch(() => {});
    return (await Promise.race([asked, tooLate])).data;
  } catch (error) {
    throw error instanceof CallFailed ? error : failure(error);
  } finally {
    clearTimeout(timer);
  }
}

function failure(error) {
  const code = String(error.code ?? "").replace("functions/", "");
  if (code.startsWith("auth/")) {
    return new CallFailed(code === "auth/network-request-failed" ? "passing" : "signed-out", null, error.message);
  }
  const reason = error.details?.reason ?? null;
  // The functions always say why. What does not is somebody else's answer: a proxy's, or of a function being deployed.
  if (reason === null || PASSING.has(code)) return new CallFailed("passing", reason, error.message);
  if (code === "permission-denied") return new CallFailed("forbidden", reason, error.message);
  return new CallFailed(code === "unauthenticated" ? "signed-out" : "refused", reason, error.message);
}
