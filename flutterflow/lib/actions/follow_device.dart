import 'dart:async';

import 'package:app_links/app_links.dart';
import 'package:flutter/widgets.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:url_launcher/url_launcher.dart';

StreamSubscription<Uri>? _addresses;
AppLifecycleListener? _lifecycle;

/// Keeps the app in step with what is bought for this device. Call it once, when the app starts.
///
/// `onDevice` gets the device's view now, each time the app comes to the foreground, and when Stripe's page leads back to
/// the app. While there is no network it is not called: keep showing what was last known.
Future<void> followDevice(
  String deviceId,
  Future Function(dynamic device) onDevice,
) async {
  Future<void> look([String? purchaseToken]) async {
    var device = purchaseToken == null
        ? await getDevice(deviceId)
        : await confirmCheckout(deviceId, purchaseToken, null);
    // A token of an old page, or of another device: what this device has is true all the same.
    if (purchaseToken != null && device['ok'] != true) {
      device = await getDevice(deviceId);
    }
    if (device['ok'] == true) {
      await onDevice(device);
    }
  }

  await _addresses?.cancel();
  _lifecycle?.dispose();
  // Its first address is the one that started the app, if one did.
  _addresses = AppLinks().uriLinkStream.listen((address) async {
    final token = address.queryParameters['purchase_token'];
    if (token == null || token.isEmpty) return;
    // iOS keeps the page above the app; Android has it behind already.
    if (await supportsCloseForLaunchMode(LaunchMode.inAppBrowserView)) {
      await closeInAppWebView();
    }
    await look(token);
  });
  _lifecycle = AppLifecycleListener(onResume: look);
  await look();
}
