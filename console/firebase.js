// The Firebase project that the page works with: App Check, Auth, Firestore and Functions, made once.

import { initializeApp } from "./vendor/firebase/firebase-app.js";
import { initializeAppCheck, ReCaptchaEnterpriseProvider } from "./vendor/firebase/firebase-app-check.js";
import { connectAuthEmulator, indexedDBLocalPersistence, initializeAuth } from "./vendor/firebase/firebase-auth.js";
import { connectFirestoreEmulator, initializeFirestore, memoryLocalCache } from "./vendor/firebase/firebase-firestore.js";
import { connectFunctionsEmulator, getFunctions } from "./vendor/firebase/firebase-functions.js";
import { language } from "./texts.js";
import { trustRecaptcha } from "./trusted.js";

/** `auth`, `db` and `functions`: filled by `prepareFirebase`, before any screen is shown. */
export const firebase = { auth: null, db: null, functions: null };

export function prepareFirebase(config) {
  const app = initializeApp(config.firebase);
  if (config.recaptcha_site_key) {
    trustRecaptcha();
    const provider = new ReCaptchaEnterpriseProvider(config.recaptcha_site_key);
    initializeAppCheck(app, { provider, isTokenAutoRefreshEnabled: true });
  }
  firebase.auth = initializeAuth(app, { persistence: indexedDBLocalPersistence });
  firebase.auth.languageCode = language;
  // What customers wrote is kept in memory only: the computer may be somebody else's tomorrow.
  firebase.db = initializeFirestore(app, { localCache: memoryLocalCache() });
  firebase.functions = getFunctions(app, config.region);
  if (config.emulators) connectEmulators(config.emulators);
}

function connectEmulators({ auth, firestore, functions }) {
  connectAuthEmulator(firebase.auth, auth, { disableWarnings: true });
  connectFirestoreEmulator(firebase.db, ...hostAndPort(firestore));
  connectFunctionsEmulator(firebase.functions, ...hostAndPort(functions));
}

function hostAndPort(address) {
  const { hostname, port } = new URL(address);
  return [hostname, Number(port)];
}
