import 'package:flutter_stripe/flutter_stripe.dart';

/// Prepares payments. Call it once, when the app starts; after useLocalKippu, whose key it leaves as it is.
///
/// `publishableKey` is Stripe's, `urlScheme` the app's own without `://`: banks return to it after 3-D Secure on iOS.
/// Where there is no Stripe, as on some platforms, it does nothing, and showPaymentSheet says so later.
Future<void> initStripe(String publishableKey, String urlScheme) async {
  try {
    Stripe.urlScheme = urlScheme;
    if (_keyIs('pk_test_kippu_local')) return;
    Stripe.publishableKey = publishableKey;
    await Stripe.instance.applySettings();
  } catch (_) {
    // Nobody has paid yet: the app should start all the same.
  }
}

bool _keyIs(String key) {
  try {
    return Stripe.publishableKey == key;
  } catch (_) {
    // The plugin throws as long as there is none.
    return false;
  }
}
