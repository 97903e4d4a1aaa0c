// redeemTicketCode: a ticket's code becomes a chat room that waits for the consultant.
import { FieldValue } from 'firebase-admin/firestore';
import { HttpsError, onCall } from 'firebase-functions/https';
import { db, signedIn } from './clients.js';

export const redeemTicketCode = onCall(async (request) => {
  const uid = signedIn(request);
  const { ticketCode } = request.data;
  if (!ticketCode) {
    throw new HttpsError('invalid-argument', 'ticketCode が必要です');
  }

  const userRef = db.doc(`users/${uid}`);
  const found = await db.collection('tickets').where('ticket_code', '==', ticketCode).limit(1).get();
  if (found.empty) {
    throw new HttpsError('not-found', 'チケットコードが無効です');
  }
  const room = db.collection('chat_rooms').doc();
  const expiresAt = await db.runTransaction(async (transaction) => {
    const ticket = await transaction.get(found.docs[0].ref);
    if (!ticket.get('user_ref').isEqual(userRef)) {
      throw new HttpsError('not-found', 'チケットコードが無効です');
    }
    if (ticket.get('status') !== 'authorized' || ticket.get('expires_at').toMillis() <= Date.now()) {
      throw new HttpsError('failed-precondition', 'このチケットは使用できません');
    }
    transaction.update(ticket.ref, { status: 'used', used_at: FieldValue.serverTimestamp() });
    transaction.create(room, {
      status: 'pending',
      user_ref: userRef,
      imecon_ref: ticket.get('imecon_ref'),
      ticket_ref: ticket.ref,
      created_at: FieldValue.serverTimestamp(),
      expires_at: ticket.get('expires_at'),
    });
    transaction.update(userRef, { available_ticket_codes: FieldValue.arrayRemove(ticketCode) });
    return ticket.get('expires_at');
  });
  return { chat_room_id: room.id, status: 'pending', expires_at: expiresAt.toDate().toISOString() };
});
