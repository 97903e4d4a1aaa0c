import 'package:kippu_flutter/actions/index.dart';

/// Closes the page of a purchase that nobody paid. If it was paid meanwhile, the device's view shows that.
Future<dynamic> cancelCheckout(String deviceId, String purchaseId) => callKippu(
      'cancelCheckout',
      {'deviceId': deviceId, 'purchaseId': purchaseId},
    );
