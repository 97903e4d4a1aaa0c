import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> cancelConsultation(String? paymentIntentId, String? chatRoomId) => callKippu(
      'cancelPaymentIntent',
      {
        'paymentIntentId': paymentIntentId,
        'chatRoomId': (paymentIntentId ?? '').isEmpty ? chatRoomId : null,
        'reason': 'requested_by_customer',
      },
    );
