// createPaymentIntent, capturePaymentIntent and cancelPaymentIntent: a card payment that is held first.
import { FieldValue } from 'firebase-admin/firestore';
import { HttpsError, onCall } from 'firebase-functions/https';
import { db, signedIn, stripe, stripeSecretKey } from './clients.js';

export const createPaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = signedIn(request);
  const { amount, currency = 'jpy', imeconId, sessionId = null } = request.data;
  if (!Number.isInteger(amount) || amount <= 0 || !imeconId) {
    throw new HttpsError('invalid-argument', 'amount と imeconId が必要です');
  }

  // A buyer has one authorized ticket for a consultant at a time.
  const authorized = await db
    .collection('tickets')
    .where('user_ref', '==', db.doc(`users/${uid}`))
    .where('imecon_ref', '==', db.doc(`users/${imeconId}`))
    .where('status', '==', 'authorized')
    .limit(1)
    .get();
  if (!authorized.empty) {
    throw new HttpsError('already-exists', '有効なチケットがあります');
  }

  const metadata = { user_id: uid, imecon_id: imeconId, ticket_type: 'dm_consultation' };
  const intent = await stripe().paymentIntents.create({ amount, currency, capture_method: 'manual', metadata });
  await db.doc(`payment_intents/${intent.id}`).set({
    userId: uid,
    sessionId,
    amount,
    status: 'created',
    createdAt: FieldValue.serverTimestamp(),
    capturedAt: null,
    metadata,
  });
  return { client_secret: intent.client_secret, payment_intent_id: intent.id };
});

export const capturePaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = signedIn(request);
  const { paymentIntentId } = request.data;
  const payment = await readPayment(paymentIntentId);
  if (payment.get('metadata').imecon_id !== uid && !request.auth.token.admin) {
    throw new HttpsError('permission-denied', '権限がありません');
  }

  const intent = await atStripe(() => stripe().paymentIntents.capture(paymentIntentId));
  const batch = db.batch();
  batch.update(payment.ref, { status: 'captured', capturedAt: FieldValue.serverTimestamp() });
  batch.update(db.doc(`chat_rooms/${payment.get('sessionId')}`), { status: 'ended' });
  await batch.commit();
  return { payment_intent_id: intent.id, status: 'captured' };
});

export const cancelPaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = signedIn(request);
  const { paymentIntentId } = request.data;
  const payment = await readPayment(paymentIntentId);
  if (payment.get('userId') !== uid && !request.auth.token.admin) {
    throw new HttpsError('permission-denied', '権限がありません');
  }

  const intent = await atStripe(() => stripe().paymentIntents.cancel(paymentIntentId));
  const tickets = await db.collection('tickets').where('payment_intent_id', '==', paymentIntentId).limit(1).get();
  const batch = db.batch();
  batch.update(payment.ref, { status: 'canceled' });
  for (const ticket of tickets.docs) {
    batch.update(ticket.ref, { status: 'cancelled' });
    batch.update(ticket.get('user_ref'), {
      available_ticket_codes: FieldValue.arrayRemove(ticket.get('ticket_code')),
      has_pending_consultation: false,
    });
  }
  await batch.commit();
  return { payment_intent_id: intent.id, status: 'canceled' };
});

async function readPayment(paymentIntentId) {
  if (!paymentIntentId) {
    throw new HttpsError('invalid-argument', 'paymentIntentId が必要です');
  }
  const payment = await db.doc(`payment_intents/${paymentIntentId}`).get();
  if (!payment.exists) {
    throw new HttpsError('not-found', '決済が見つかりません');
  }
  return payment;
}

async function atStripe(request) {
  try {
    return await request();
  } catch (error) {
    console.error('Stripe error:', error);
    throw new HttpsError('failed-precondition', '決済を処理できませんでした');
  }
}
