import 'dart:async';

import 'package:app_links/app_links.dart';
import 'package:flutter/widgets.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:url_launcher/url_launcher.dart';

typedef _Look = Future<void> Function(String? purchaseToken);

/// One for as long as the app runs: the plugin ends its stream for good some time after nobody listens.
StreamSubscription<Uri>? _addresses;
_Look? _look;
AppLifecycleListener? _lifecycle;
int _calls = 0;
int _looks = 0;
int _shown = 0;

/// Keeps the app in step with what is bought for this device. Call it once, when the app starts; again for another device.
///
/// `onDevice` gets the device's view now, each time the app comes to the foreground, and when Stripe's page leads back to
/// the app. While there is no network it is not called: keep showing what was last known.
Future<void> followDevice(
  String deviceId,
  Future Function(dynamic device) onDevice,
) async {
  final call = ++_calls;

  Future<void> look(String? purchaseToken) async {
    final paid = purchaseToken == null ? null : await confirmCheckout(deviceId, purchaseToken, null);
    final number = ++_looks;
    final device = await getDevice(deviceId);
    // Two answers may overtake each other, and what was asked for earlier must not stay.
    if (device['ok'] != true || call != _calls || number < _shown) return;
    _shown = number;
    try {
      await onDevice(_together(paid, device));
    } catch (error) {
      // The next view may go better.
      debugPrint('followDevice: $error');
    }
  }

  _look = look;
  _lifecycle?.dispose();
  _lifecycle = AppLifecycleListener(onResume: () => look(null));
  _followAddresses();
  await look(null);
}

/// What this device has, and after the way back from a page also what became of its purchase.
///
/// A token of an old page, or of another device, is refused: what this device has is true all the same.
dynamic _together(dynamic paid, dynamic device) {
  if (paid == null || paid['ok'] != true) return device;
  return <String, dynamic>{...paid, for (final name in device.keys) if (device[name] != null) name: device[name]};
}

/// The first address is the one that started the app, if one did.
void _followAddresses() {
  try {
    _addresses ??= AppLinks().uriLinkStream.listen(_openedBy, onError: (Object _) {});
  } catch (_) {
    // Nothing leads back into the app here: it looks when it comes to the foreground.
  }
}

Future<void> _openedBy(Uri address) async {
  final token = _tokenOf(address);
  if (token.isEmpty) return;
  await _closePage();
  await _look?.call(token);
}

String _tokenOf(Uri address) {
  try {
    return address.queryParameters['purchase_token'] ?? '';
  } catch (_) {
    // Anybody may open the app, by a text that cannot be decoded.
    return '';
  }
}

/// iOS keeps the page above the app; Android has it behind already.
Future<void> _closePage() async {
  try {
    if (await supportsCloseForLaunchMode(LaunchMode.inAppBrowserView)) {
      await closeInAppWebView();
    }
  } catch (_) {
    // It stays, and the user closes it.
  }
}
