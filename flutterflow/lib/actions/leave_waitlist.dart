import 'package:kippu_flutter/actions/index.dart';

/// Waits no more, and gives up what was offered. Returns `status`, which is `bought` if it was paid meanwhile.
Future<dynamic> leaveWaitlist(String eventId, String tier) => callKippu(
      'leaveWaitlist',
      {'eventId': eventId, 'tier': tier},
    );
