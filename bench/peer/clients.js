// The clients that all functions share: made once for each instance.
import { initializeApp } from 'firebase-admin/app';
import { getFirestore } from 'firebase-admin/firestore';
import { HttpsError } from 'firebase-functions/https';
import { defineSecret } from 'firebase-functions/params';
import Stripe from 'stripe';

initializeApp();

export const db = getFirestore();

export const stripeSecretKey = defineSecret('STRIPE_SECRET_KEY');

let client;

/** Stripe's client. Secrets are known only while a function runs, so it is made at the first use. */
export function stripe() {
  client ??= new Stripe(stripeSecretKey.value(), stripeAddress());
  return client;
}

/** Stripe itself, unless STRIPE_API_BASE names a simulator. */
function stripeAddress() {
  if (!process.env.STRIPE_API_BASE) {
    return {};
  }
  const { hostname, port, protocol } = new URL(process.env.STRIPE_API_BASE);
  return { host: hostname, port, protocol: protocol.slice(0, -1) };
}

/** The caller's uid. */
export function signedIn(request) {
  if (!request.auth) {
    throw new HttpsError('unauthenticated', 'ユーザー認証が必要です');
  }
  return request.auth.uid;
}
