import 'package:kippu_flutter/actions/index.dart';

/// Takes an answer of purchaseTicket or payOrder to its end. For buyEventTickets and payEventOrder, which say what it returns.
Future<dynamic> finishEventOrder(dynamic order) async {
  if (order['ok'] != true) {
    return {'outcome': 'failed', 'reason': order['error']['reason'], 'message': order['error']['message']};
  }
  final known = {'orderId': order['order_id'], 'expiresAt': order['expires_at']};
  final clientSecret = order['client_secret'];
  if (order['status'] == 'pending_payment' && clientSecret is! String) {
    return {
      ...known,
      'outcome': 'wait',
      'retryAfterSeconds': order['retry_after_seconds'] ?? 5,
      'message': '混み合っています。お席は確保されています。しばらくしてからお支払いください',
    };
  }
  final sheet = clientSecret is String ? await showPaymentSheet(clientSecret, null) : {'outcome': 'done'};
  if (sheet['outcome'] == 'unsupported') return {...known, ...sheet};
  // Whatever the sheet said, the server knows. What was free of charge has its tickets already.
  final tickets = order['tickets'];
  final settled = order['status'] == 'paid' && tickets is List && tickets.isNotEmpty
      ? order
      : await callKippu('confirmOrder', {'orderId': order['order_id']});
  return {...known, ..._outcome(settled, sheet)};
}

Map<String, dynamic> _outcome(dynamic settled, dynamic sheet) {
  final status = settled['ok'] == true ? settled['status'] : 'pending_payment';
  switch (status) {
    case 'paid':
      return {'outcome': 'paid', 'tickets': settled['tickets']};
    case 'pending_payment':
      // Where the server cannot be asked, what failed may be paid: whoever orders anew would pay twice.
      final unknown = sheet['outcome'] == 'failed' && settled['ok'] != true;
      return sheet['outcome'] == 'done' || unknown
          ? {'outcome': 'checking', 'message': 'お支払いを確認しています。しばらくお待ちください'}
          : {...sheet};
    case 'expired':
      return {
        'outcome': 'failed',
        'reason': 'ORDER_EXPIRED',
        'message': 'お支払いの期限が過ぎました。もう一度お求めください',
      };
    default:
      return {
        'outcome': 'failed',
        'reason': 'ORDER_CANCELLED',
        'message': 'この注文はキャンセルされました',
      };
  }
}
