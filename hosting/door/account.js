// Signing in and out by Firebase Auth. Who was signed in is kept, so that the page opens without a network.

import {
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
  onAuthStateChanged,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
  signOut,
} from "./vendor/firebase/firebase-auth.js";
import { change, countAgain, door } from "./door.js";
import { keep, kept } from "./store.js";
import { synchronize } from "./sync.js";
import { language, text } from "./texts.js";
import { ask, byId, show } from "./screens.js";

// Milliseconds that signing out waits for what is unsent.
const TRY_TO_SEND = 3_000;

let auth;

/** Must come before the first call: Auth itself. */
export function prepareAuth(app, config) {
  auth = initializeAuth(app, { persistence: indexedDBLocalPersistence });
  auth.languageCode = language;
  if (config.emulators) connectAuthEmulator(auth, config.emulators.auth, { disableWarnings: true });
}

/** Have a valid ID token, from the server if need be; raises Firebase's own errors. */
export async function freshToken() {
  await auth.authStateReady();
  await auth.currentUser?.getIdToken();
}

/** Calls `arrived` when somebody is signed in, `left` when nobody is. */
export async function prepareAccount({ arrived, left }) {
  byId("sign-in").addEventListener("submit", signIn);
  byId("forgotten").addEventListener("click", reset);
  byId("sign-out").addEventListener("click", leave);
  // Firebase asks the server whether the account still is one, and a weak network makes that long.
  const before = await kept("user");
  if (before) {
    change({ user: before });
    arrived();
  }
  onAuthStateChanged(auth, async (user) => {
    const now = user && { uid: user.uid, email: user.email };
    const news = now?.uid !== door.user?.uid;
    await keep("user", now ?? undefined);
    change({ user: now });
    if (now && news) await arrived();
    if (!now) await left();
  });
}

async function signIn(event) {
  event.preventDefault();
  const { mail, password } = event.target.elements;
  say("");
  try {
    await signInWithEmailAndPassword(auth, mail.value.trim(), password.value);
    password.value = "";
    change({ signedOut: false });
  } catch (error) {
    say(whatWentWrong(error));
  }
}

async function reset() {
  const mail = byId("sign-in").elements.mail.value.trim();
  if (!mail) return say(text("resetNeedsMail"));
  try {
    await sendPasswordResetEmail(auth, mail);
  } catch (error) {
    // Whether there is such an account is nobody's business.
    if (error.code !== "auth/user-not-found") return say(whatWentWrong(error));
  }
  say(text("resetSent"));
}

async function leave() {
  await countAgain();
  if (door.unsent.length > 0) await Promise.race([synchronize(), new Promise((resolve) => setTimeout(resolve, TRY_TO_SEND))]);
  const why = door.unsent.length ? text("askSignOutUnsent", { n: door.unsent.length }) : "";
  if (await ask(text("askSignOut"), why, text("signOut"))) await signOut(auth);
}

function whatWentWrong({ code }) {
  if (code === "auth/network-request-failed") return text("noNetwork");
  if (code === "auth/too-many-requests") return text("tooMany");
  const wrong = ["auth/invalid-credential", "auth/wrong-password", "auth/user-not-found", "auth/invalid-email", "auth/user-disabled"];
  return text(wrong.includes(code) ? "wrongPassword" : "failed");
}

function say(words) {
  byId("sign-in-says").textContent = words;
}

/** The sign-in screen, with why it is shown. */
export function showSignIn() {
  show("sign-in");
  if (door.signedOut) say(text("signInAgain"));
}
