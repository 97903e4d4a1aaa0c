import 'package:kippu_flutter/actions/index.dart';

/// Gives a ticket back, or with `quoteOnly` says what would come back. Returns `refund_amount` in JPY and `status`.
Future<dynamic> returnEventTicket(String ticketId, bool quoteOnly) => callKippu(
      'cancelTicket',
      {'ticketId': ticketId, 'quoteOnly': quoteOnly},
    );
