import 'package:kippu_flutter/actions/index.dart';

/// Takes all offers of a ticket back that nobody has accepted. If somebody has, it is refused and the ticket is theirs.
Future<dynamic> withdrawTransfer(String ticketId) => callKippu(
      'offerTransfer',
      {'ticketId': ticketId, 'withdraw': true},
    );
