import 'package:kippu_flutter/actions/index.dart';

/// Waits for `quantity` places of a tier that has fewer left. What is offered is paid by payEventOrder.
///
/// Returns `status`, and `order_id` and `expires_at` of an offer; or `ok: false` with `error`: `PLACES_LEFT` where they can be had.
Future<dynamic> joinWaitlist(String eventId, String tier, int quantity) => callKippu(
      'joinWaitlist',
      {'eventId': eventId, 'tier': tier, 'quantity': quantity},
    );
