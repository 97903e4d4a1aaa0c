import 'package:kippu_flutter/actions/index.dart';

/// What became of a purchase: by the token of the address that opened the app, or else by its id.
///
/// Returns the device's view. A purchase that is not paid answers `status` `open`, which is no error.
Future<dynamic> confirmCheckout(
  String deviceId,
  String? purchaseToken,
  String? purchaseId,
) =>
    callKippu('confirmCheckout', {
      'deviceId': deviceId,
      'purchaseToken': purchaseToken,
      'purchaseId': purchaseId,
    });
