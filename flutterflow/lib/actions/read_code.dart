import 'package:kippu_flutter/actions/index.dart';

/// Reads a scanned code of points: a customer's for a store, a store's for a customer.
///
/// `storeId` is the store for which its staff read, empty for a customer. Returns `ok: true` with `targetId` (whose code it is)
/// and `nonce`, which is good for ten minutes and for one offer or payment; or `ok: false` with `error`.
Future<dynamic> readCode(String token, String? storeId) async {
  final reading = await callKippu('verifySecureQR', {
    'token': token,
    'readerId': storeId,
  });
  final wanted = (storeId ?? '').isEmpty ? 'store_point_use' : 'user_point_earn';
  if (reading['ok'] != true || reading['type'] == wanted) return reading;
  // Staff who point the store's camera at the code of a store.
  return {
    'ok': false,
    'error': {
      'status': 'INVALID_ARGUMENT',
      'reason': 'QR_TYPE_UNKNOWN',
      'message': '未知のQRコードタイプです',
      'details': <String, dynamic>{},
    },
  };
}
