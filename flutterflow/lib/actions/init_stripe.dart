import 'package:flutter_stripe/flutter_stripe.dart';

Future<void> initStripe(String publishableKey) async {
  Stripe.publishableKey = publishableKey;
  Stripe.urlScheme = 'imecon';
  await Stripe.instance.applySettings();
}
