import 'dart:async';

import 'package:flutter/foundation.dart';
import 'package:flutter/services.dart';
import 'package:flutter_stripe/flutter_stripe.dart';
import 'package:kippu_flutter/actions/index.dart';

const _unsupported = <String, dynamic>{
  'outcome': 'unsupported',
  'message': 'この環境ではお支払いできません。アプリからお手続きください',
};
String _openSecret = '';
Future<Map<String, dynamic>>? _open;

/// Lets the user pay by Stripe's PaymentSheet. It never throws; ask the server what became of the payment in any case.
///
/// `clientSecret` is the payment's; `merchantName` stands in the sheet, イメコン if it is empty. Returns `outcome`: `done`,
/// `closed` by the user, `failed` or `unsupported` (there is none on the web), both with `message`. One sheet is open at a
/// time: for the same payment again its outcome is returned, another payment fails.
Future<dynamic> showPaymentSheet(String clientSecret, String? merchantName) async {
  final open = _open;
  if (open != null) {
    return _openSecret == clientSecret ? open : _failed('別のお支払いの手続き中です');
  }
  _openSecret = clientSecret;
  return _open = _paid(clientSecret, (merchantName ?? '').isEmpty ? 'イメコン' : merchantName!)
      // A sheet may get lost with its screen, and must not keep its user from paying ever after.
      .timeout(const Duration(minutes: 15), onTimeout: () => _failed(null))
      .whenComplete(() {
    _open = null;
  });
}

Future<Map<String, dynamic>> _paid(String clientSecret, String merchantName) async {
  try {
    if (_isLocal) return await _paidLocally(clientSecret);
    if (kIsWeb) return _unsupported;
    final scheme = Stripe.urlScheme ?? '';
    // Where that failed when the app started, the plugin does not try it again.
    await Stripe.instance.applySettings();
    await Stripe.instance.initPaymentSheet(
      paymentSheetParameters: SetupPaymentSheetParameters(
        paymentIntentClientSecret: clientSecret,
        merchantDisplayName: merchantName,
        returnURL: scheme.isEmpty ? null : '$scheme://stripe-redirect',
      ),
    );
    // 3-D Secure and declined cards happen inside the sheet: it stays open for another card.
    await Stripe.instance.presentPaymentSheet();
    return {'outcome': 'done'};
  } on StripeException catch (error) {
    if (error.error.code == FailureCode.Canceled) return {'outcome': 'closed'};
    return _failed(error.error.localizedMessage);
  } on UnsupportedError {
    return _unsupported;
  } on MissingPluginException {
    return _unsupported;
  } catch (_) {
    return _failed(null);
  }
}

/// Whether useLocalKippu was called.
bool get _isLocal {
  try {
    return Stripe.publishableKey == 'pk_test_kippu_local';
  } catch (_) {
    return false;
  }
}

/// The local stack pays with a test card.
Future<Map<String, dynamic>> _paidLocally(String clientSecret) async {
  final paid = await callKippu('payLocally', {'clientSecret': clientSecret});
  return paid['ok'] == true ? {'outcome': 'done'} : _failed(paid['error']['message']);
}

Map<String, dynamic> _failed(String? message) => {
      'outcome': 'failed',
      'message': (message ?? '').isEmpty ? 'お支払いを完了できませんでした' : message,
    };
