// One signed-in user of the app, built on the Firebase JS SDK as the real app is, and the card form's part.

import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInWithCustomToken } from "firebase/auth";
import { connectFirestoreEmulator, getFirestore } from "firebase/firestore";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";

const at = JSON.parse(process.env.KIPPU_E2E);

/**
 * Sign in as `uid` with a custom token; the auth emulator takes its claims as plain JSON.
 * Returns `db` (Firestore under the rules), `call(name, data)` (a callable's data), `stillSignedIn()`, which rejects for
 * a user that is gone, and `close()`.
 */
export async function signIn(uid) {
  const app = initializeApp({ projectId: at.project, apiKey: "local" }, uid);
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${at.auth.host}:${at.auth.port}`, { disableWarnings: true });
  const db = getFirestore(app);
  connectFirestoreEmulator(db, at.firestore.host, at.firestore.port);
  const functions = getFunctions(app, at.region);
  connectFunctionsEmulator(functions, at.functions.host, at.functions.port);
  await signInWithCustomToken(auth, JSON.stringify({ uid }));
  return {
    uid,
    db,
    call: async (name, data) => (await httpsCallable(functions, name)(data)).data,
    stillSignedIn: () => auth.currentUser.reload(),
    close: () => deleteApp(app),
  };
}

/** Confirm a PaymentIntent as PaymentSheet does: with its client secret and no secret key. */
export async function payWithCard(clientSecret, paymentMethod = "pm_card_visa") {
  const id = clientSecret.split("_secret_")[0];
  return stripe("POST", `/v1/payment_intents/${id}/confirm`, "pk_test_local", {
    client_secret: clientSecret,
    payment_method: paymentMethod,
  });
}

/** The PaymentIntent as Stripe has it. */
export async function paymentIntent(id) {
  return stripe("GET", `/v1/payment_intents/${id}`, at.stripeKey);
}

async function stripe(method, path, key, form) {
  const answer = await fetch(at.stripe + path, {
    method,
    headers: { Authorization: `Bearer ${key}` },
    body: form && new URLSearchParams(form),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}
