import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:flutter_stripe/flutter_stripe.dart';
import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> buyConsultation(
  String imeconId,
  int shownAmount,
  String? reopenRoomId,
) async {
  final order = await callKippu('createPaymentIntent', {
    'imeconId': imeconId,
    'amount': shownAmount,
    'chatRoomId': reopenRoomId,
  });
  if (order['ok'] != true) return _failed(order);
  final ticketId = order['ticket_id'] as String;

  // After a restart the ticket may be further on: then its room is there already.
  if (order['status'] == 'used' || order['status'] == 'active') {
    return _roomOf(ticketId);
  }

  Map<String, dynamic>? sheet;
  if (order['status'] == 'pending_payment') {
    final clientSecret = order['client_secret'] as String?;
    if (clientSecret == null) return _checking(ticketId);
    sheet = await _presentSheet(clientSecret, ticketId);
  }

  // Whatever the sheet said, the server knows: the card may be held although the app saw an error.
  final ticket = await callKippu('confirmTicket', {
    'paymentIntentId': order['payment_intent_id'],
  });
  if (ticket['ok'] != true) return sheet ?? _checking(ticketId);
  switch (ticket['status']) {
    case 'authorized':
      return redeemCode(ticket['ticket_code'] as String, null);
    case 'used':
    case 'active':
      return _roomOf(ticketId);
    case 'pending_payment':
      return sheet ?? _checking(ticketId);
    default:
      return {
        'outcome': 'failed',
        'ticketId': ticketId,
        'message': 'このチケットはご利用いただけません。もう一度ご購入ください',
      };
  }
}

/// Null when the buyer went through with it.
Future<Map<String, dynamic>?> _presentSheet(String clientSecret, String ticketId) async {
  try {
    await Stripe.instance.initPaymentSheet(
      paymentSheetParameters: SetupPaymentSheetParameters(
        paymentIntentClientSecret: clientSecret,
        merchantDisplayName: 'イメコン',
        returnURL: 'imecon://stripe-redirect',
      ),
    );
    // 3-D Secure and declined cards happen inside the sheet: it stays open for another card.
    await Stripe.instance.presentPaymentSheet();
    return null;
  } on StripeException catch (error) {
    if (error.error.code == FailureCode.Canceled) {
      return {'outcome': 'closed', 'ticketId': ticketId};
    }
    return {
      'outcome': 'failed',
      'ticketId': ticketId,
      'message': error.error.localizedMessage ?? 'お支払いを完了できませんでした',
    };
  }
}

Future<Map<String, dynamic>> _roomOf(String ticketId) async {
  final ticket =
      await FirebaseFirestore.instance.collection('tickets').doc(ticketId).get();
  final room = ticket.data()?['chat_room_ref'] as DocumentReference?;
  return {
    'outcome': 'room',
    'ticketId': ticketId,
    'chatRoomId': room?.id ?? ticketId,
  };
}

Map<String, dynamic> _checking(String ticketId) => {
      'outcome': 'checking',
      'ticketId': ticketId,
      'message': 'お支払いを確認しています。しばらくお待ちください',
    };

Map<String, dynamic> _failed(dynamic answer) => {
      'outcome': 'failed',
      'reason': answer['error']['reason'],
      'message': answer['error']['message'],
    };
