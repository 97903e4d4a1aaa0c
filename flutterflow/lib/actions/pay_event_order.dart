import 'package:kippu_flutter/actions/index.dart';

/// Pays an order of event tickets: another try, an offer of the waiting list, or after `wait`.
///
/// Returns `outcome`: `paid` with `tickets`; `closed` by the user, `failed` or `unsupported`; `checking` where it is not known
/// yet; `wait` where to try again after `retryAfterSeconds`. Also `orderId`, `expiresAt` (until when the places are held), `reason`
/// and `message`, where there are any.
Future<dynamic> payEventOrder(String orderId) async => finishEventOrder(await callKippu('payOrder', {'orderId': orderId}));
