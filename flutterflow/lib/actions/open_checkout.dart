import 'package:flutter/services.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:url_launcher/url_launcher.dart';

/// Opens Stripe's page for a licence (`license`) or a day pass (`daypass`) of this device.
///
/// `unlockCount` and `shownAmount` (JPY) are what the screen shows, or null. If they have changed, it is refused.
/// Returns `outcome` (`page`, `settled` or `failed`) and, where there is one, `purchaseId`, `reason` and `message`.
Future<dynamic> openCheckout(
  String deviceId,
  String productType,
  int? unlockCount,
  int? shownAmount,
) async {
  final order = await callKippu('createCheckoutSession', {
    'deviceId': deviceId,
    'productType': productType,
    'unlockCount': unlockCount,
    'amount': shownAmount,
  });
  if (order['ok'] != true) {
    return {
      'outcome': 'failed',
      'reason': order['error']['reason'],
      'message': order['error']['message'],
    };
  }
  final url = order['checkout_url'] as String?;
  // Paid already, by an earlier tap: confirmCheckout with the purchase's id shows what became of it.
  if (url == null) {
    return {'outcome': 'settled', 'purchaseId': order['purchase_id']};
  }
  // Custom Tabs on Android. Never a WebView: Google Pay and some banks do not work there.
  if (await _opened(Uri.parse(url))) {
    return {'outcome': 'page', 'purchaseId': order['purchase_id']};
  }
  return {
    'outcome': 'failed',
    'purchaseId': order['purchase_id'],
    'reason': 'NO_BROWSER',
    'message': 'ブラウザーを開けませんでした',
  };
}

Future<bool> _opened(Uri page) async {
  try {
    return await launchUrl(page, mode: LaunchMode.inAppBrowserView);
  } on PlatformException {
    return false;
  }
}
