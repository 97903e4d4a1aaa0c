import 'package:kippu_flutter/actions/index.dart';
import 'package:url_launcher/url_launcher.dart';

final _underWay = <String, Future<Map<String, dynamic>>>{};

/// Opens Stripe's page for a licence (`license`) or a day pass (`daypass`) of this device.
///
/// `unlockCount` and `shownAmount` (JPY) are what the screen shows, or null. If they have changed, it is refused.
/// Returns `outcome` (`page`, `settled` or `failed`) and, where there is one, `purchaseId`, `reason` and `message`. A second
/// tap meanwhile gets the same outcome, and opens no second page.
Future<dynamic> openCheckout(
  String deviceId,
  String productType,
  int? unlockCount,
  int? shownAmount,
) {
  final product = '$deviceId $productType';
  return _underWay[product] ??= _opened(deviceId, productType, unlockCount, shownAmount).whenComplete(() {
    _underWay.remove(product);
  });
}

Future<Map<String, dynamic>> _opened(
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
    return {'outcome': 'failed', 'reason': order['error']['reason'], 'message': order['error']['message']};
  }
  final url = order['checkout_url'];
  // Paid already, by an earlier tap: confirmCheckout with the purchase's id shows what became of it.
  if (url == null) return {'outcome': 'settled', 'purchaseId': order['purchase_id']};
  if (await _isShown('$url')) return {'outcome': 'page', 'purchaseId': order['purchase_id']};
  return {
    'outcome': 'failed',
    'purchaseId': order['purchase_id'],
    'reason': 'NO_BROWSER',
    'message': 'ブラウザーを開けませんでした',
  };
}

Future<bool> _isShown(String url) async {
  try {
    // Custom Tabs on Android. Never a WebView: Google Pay and some banks do not work there. iOS answers when the page
    // has loaded, and may never do so where it was closed before.
    return await launchUrl(Uri.parse(url), mode: LaunchMode.inAppBrowserView)
        .timeout(const Duration(seconds: 15), onTimeout: () => true);
  } catch (_) {
    return false;
  }
}
