import 'package:kippu_flutter/actions/index.dart';

/// Takes over a ticket that was offered: from then on only the code that its new holder sees lets anybody in.
///
/// `holderName` is who will come, or null. Returns the ticket.
Future<dynamic> acceptTransfer(String transferToken, String? holderName) => callKippu(
      'acceptTransfer',
      {'transferToken': transferToken, 'holderName': holderName},
    );
