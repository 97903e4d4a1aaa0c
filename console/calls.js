// Calls of the functions, and why one failed.

import { httpsCallable } from "./vendor/firebase/firebase-functions.js";
import { firebase } from "./firebase.js";

// The network, the server or its time limit: what was asked may have happened.
const PASSING = new Set(["unavailable", "internal", "deadline-exceeded", "unknown", "cancelled", "aborted"]);

/** `reason` is the server's stable word, or Firebase's code where it gave none; `details` is all that it said. */
export class CallFailed extends Error {
  constructor(message, { reason, passing, details }) {
    super(message);
    Object.assign(this, { reason, passing, details });
  }
}

/** What the callable `name` answers to `data`; raises CallFailed. */
export async function call(name, data) {
  try {
    return (await httpsCallable(firebase.functions, name, { timeout: 70_000 })(data)).data;
  } catch (error) {
    const code = String(error.code ?? "unknown").replace("functions/", "");
    const details = error.details ?? {};
    // The SDK puts the HTTP status behind what the server says.
    throw new CallFailed(error.message.replace(/ \[\d{3}\]$/, ""), {
      reason: details.reason ?? code,
      passing: PASSING.has(code) && details.reason !== "NOT_CONFIGURED",
      details,
    });
  }
}
