import 'package:kippu_flutter/actions/index.dart';

/// Cancels a consultation that has not begun: 「キャンセルする」. Nothing is charged.
///
/// `paymentIntentId` is the ticket's; one from a perk code has none, and goes by its `chatRoomId`. Returns what became of the
/// payment, or `ok: false` with `error`.
Future<dynamic> cancelConsultation(String? paymentIntentId, String? chatRoomId) => callKippu(
      'cancelPaymentIntent',
      {
        'paymentIntentId': paymentIntentId,
        'chatRoomId': (paymentIntentId ?? '').isEmpty ? chatRoomId : null,
        'reason': 'requested_by_customer',
      },
    );
