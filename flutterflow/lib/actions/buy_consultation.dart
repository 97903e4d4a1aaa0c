import 'package:kippu_flutter/actions/index.dart';

final _underWay = <String, Future<Map<String, dynamic>>>{};

/// Buys a consultation: places the hold by PaymentSheet, and opens the room. After a restart it goes on where it was.
///
/// `shownAmount` is the price on the screen in JPY: if it has changed meanwhile, it is refused. `reopenRoomId` is the ended
/// room to go on in, empty for a new one. Returns `outcome`, `ticketId` and `chatRoomId` where there are any, and `reason`
/// and `message` of what went wrong. While it is under way, calls for the same consultant get its outcome.
Future<dynamic> buyConsultation(
  String imeconId,
  int shownAmount,
  String? reopenRoomId,
) =>
    _underWay[imeconId] ??= _bought(imeconId, shownAmount, reopenRoomId).whenComplete(() {
      _underWay.remove(imeconId);
    });

Future<Map<String, dynamic>> _bought(String imeconId, int shownAmount, String? reopenRoomId) async {
  final order = await callKippu('createPaymentIntent', {
    'imeconId': imeconId,
    'amount': shownAmount,
    'chatRoomId': reopenRoomId,
  });
  if (order['ok'] != true) {
    return {'outcome': 'failed', 'reason': order['error']['reason'], 'message': order['error']['message']};
  }
  // After a restart the ticket may be further on: then its room is there already.
  if (order['status'] == 'used' || order['status'] == 'active') return _room(order);
  final sheet = order['status'] == 'pending_payment' ? await _sheet(order) : {'outcome': 'done'};
  if (sheet['outcome'] == 'unsupported') return {...sheet, 'ticketId': order['ticket_id']};
  return _settled(order, sheet);
}

Future<dynamic> _sheet(dynamic order) async {
  final clientSecret = order['client_secret'];
  return clientSecret is String ? showPaymentSheet(clientSecret, null) : {'outcome': 'done'};
}

/// Whatever the sheet said, the server knows: the card may be held although the app saw an error.
Future<Map<String, dynamic>> _settled(dynamic order, dynamic sheet) async {
  final ticket = await callKippu('confirmTicket', {'paymentIntentId': order['payment_intent_id']});
  final status = ticket['ok'] == true ? ticket['status'] : 'pending_payment';
  switch (status) {
    case 'authorized':
      return _redeemed(ticket);
    case 'used':
    case 'active':
      return _room(ticket);
    case 'pending_payment':
      // Where the server cannot be asked, what failed may be paid.
      final unknown = sheet['outcome'] == 'failed' && ticket['ok'] != true;
      return sheet['outcome'] == 'done' || unknown
          ? _checking(order)
          : {...sheet, 'ticketId': order['ticket_id']};
    default:
      return {
        'outcome': 'failed',
        'ticketId': order['ticket_id'],
        'message': 'このチケットはご利用いただけません。もう一度ご購入ください',
      };
  }
}

Future<Map<String, dynamic>> _redeemed(dynamic ticket) async {
  final room = await redeemCode('${ticket['ticket_code']}', null);
  // It is paid for: the ticket on the screen has its code, to be redeemed when there is a network.
  if (room['reason'] == 'UNREACHABLE' || room['reason'] == 'BUSY') return _checking(ticket);
  return {...room, 'ticketId': ticket['ticket_id']};
}

/// No app can open a room without an id.
Map<String, dynamic> _room(dynamic ticket) => ticket['chat_room_id'] is! String
    ? _checking(ticket)
    : {'outcome': 'room', 'ticketId': ticket['ticket_id'], 'chatRoomId': ticket['chat_room_id']};

Map<String, dynamic> _checking(dynamic ticket) => {
      'outcome': 'checking',
      'ticketId': ticket['ticket_id'],
      'message': 'お支払いを確認しています。しばらくお待ちください',
    };
