// Who is signed in, and what their account's claims let them do.

import {
  onIdTokenChanged,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
  signOut,
} from "./vendor/firebase/firebase-auth.js";
import { firebase } from "./firebase.js";
import { makeState } from "./state.js";

/** `undefined` until it is known, `null` if nobody is signed in, else `{uid, email, sees, acts}`. */
export const account = makeState(undefined);

/** Must come after `prepareFirebase`. The claims are read again whenever the token is made anew. */
export function watchAccount() {
  onIdTokenChanged(firebase.auth, async (user) => {
    const now = user && (await read(user));
    // Another sign-in may have come while the claims were read.
    if ((firebase.auth.currentUser?.uid ?? null) === (now?.uid ?? null) && !same(account.get(), now)) account.set(now);
  });
}

async function read(user) {
  const { claims } = await user.getIdTokenResult();
  const acts = claims.admin === true;
  return { uid: user.uid, email: user.email, acts, sees: acts || claims.support === true };
}

function same(before, now) {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now);
}

export const signIn = (mail, password) => signInWithEmailAndPassword(firebase.auth, mail, password);

/** Read the claims again: an administrator may have given them a moment ago. */
export const readClaimsAgain = () => firebase.auth.currentUser.getIdToken(true);

export const leave = () => signOut(firebase.auth);

/** Whether there is such an account is nobody's business, so an unknown one is no failure. */
export async function resetPassword(mail) {
  try {
    await sendPasswordResetEmail(firebase.auth, mail);
  } catch (error) {
    if (error.code !== "auth/user-not-found") throw error;
  }
}
