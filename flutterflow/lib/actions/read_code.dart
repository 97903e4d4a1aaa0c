import 'package:kippu_flutter/actions/index.dart';

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
      'reason': 'QR_TYPE_UNKNOWN',
      'message': '未知のQRコードタイプです',
    },
  };
}
