// checkQRUsage, recordQRUsage and verifySecureQR: rotating codes, as the points document has them, with callables v2.
import { FieldValue } from 'firebase-admin/firestore';
import { HttpsError, onCall } from 'firebase-functions/https';
import { defineSecret } from 'firebase-functions/params';
import jwt from 'jsonwebtoken';
import { db, signedIn } from './clients.js';

const jwtSecret = defineSecret('JWT_SECRET');

function usage(nonce, readerId) {
  return db.collection('qr_usage_history').doc(`${nonce}_${readerId}`);
}

export const checkQRUsage = onCall(async (request) => {
  signedIn(request);
  const { nonce, readerId } = request.data;
  try {
    const usageDoc = await usage(nonce, readerId).get();
    return { used: usageDoc.exists };
  } catch (error) {
    console.error('QR使用履歴チェックエラー:', error);
    throw new HttpsError('internal', 'サーバーエラーが発生しました');
  }
});

export const recordQRUsage = onCall(async (request) => {
  const uid = signedIn(request);
  const { nonce, readerId, targetId, timestamp } = request.data;
  try {
    await usage(nonce, readerId).set({
      nonce,
      readerId,
      targetId,
      timestamp,
      userId: uid,
      createdAt: FieldValue.serverTimestamp(),
    });
    return { success: true };
  } catch (error) {
    console.error('QR使用履歴記録エラー:', error);
    throw new HttpsError('internal', 'サーバーエラーが発生しました');
  }
});

export const verifySecureQR = onCall({ secrets: [jwtSecret] }, async (request) => {
  const { token, readerId } = request.data;
  try {
    const decoded = jwt.verify(token, jwtSecret.value());

    const currentTime = Math.floor(Date.now() / 1000);
    if (currentTime > decoded.exp) {
      throw new Error('QRコードの有効期限が切れています');
    }
    // This minute's codes count, and those of the minute before.
    const currentTimeWindow = Math.floor(currentTime / 60);
    if (decoded.timeWindow !== currentTimeWindow && decoded.timeWindow !== currentTimeWindow - 1) {
      throw new Error('QRコードの有効期限が切れています');
    }

    const usageDoc = await usage(decoded.nonce, readerId).get();
    if (usageDoc.exists) {
      throw new Error('既に使用されたQRコードです');
    }
    return {
      valid: true,
      type: decoded.type,
      targetId: decoded.type === 'user_point_earn' ? decoded.userId : decoded.storeId,
      nonce: decoded.nonce,
    };
  } catch (error) {
    console.error('QR検証エラー:', error);
    throw new HttpsError('invalid-argument', error.message || 'QRコードが無効です');
  }
});
