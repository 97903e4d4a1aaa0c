/// A stand-in of flutter_stripe: PaymentSheet, with somebody before it who does what they are told.
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:flutter/foundation.dart';
import 'package:surroundings/surroundings.dart';

/// Of a payment method. Its name is also that of a widget.
class Card {
  const Card({this.brand, this.last4});

  final String? brand;
  final String? last4;
}

class Address {
  const Address({required this.country});

  final String? country;
}

// The plugin writes them so.
// ignore: constant_identifier_names
enum FailureCode { Failed, Canceled, Timeout, Unknown }

class LocalizedErrorMessage {
  const LocalizedErrorMessage({
    required this.code,
    this.localizedMessage,
    this.message,
    this.stripeErrorCode,
    this.declineCode,
    this.type,
  });

  final FailureCode code;
  final String? localizedMessage;
  final String? message;
  final String? stripeErrorCode;
  final String? declineCode;
  final String? type;
}

class StripeException implements Exception {
  const StripeException({required this.error});

  final LocalizedErrorMessage error;
}

class StripeError<T> implements Exception {
  const StripeError({this.message = 'Unknown error', required this.code});

  final String message;
  final T code;
}

enum PaymentSheetError { unknown }

class StripeConfigException implements Exception {
  const StripeConfigException(this.message);

  final String message;
}

class WebUnsupportedError extends Error implements UnsupportedError {
  WebUnsupportedError.method(String method) : message = '$method is not supported for Web';

  @override
  final String? message;

  @override
  String toString() => 'WebUnsupportedError: $message';
}

class SetupPaymentSheetParameters {
  const SetupPaymentSheetParameters({
    this.paymentIntentClientSecret,
    this.merchantDisplayName,
    this.returnURL,
    this.allowsDelayedPaymentMethods = false,
  });

  final String? paymentIntentClientSecret;
  final String? merchantDisplayName;
  final String? returnURL;
  final bool allowsDelayedPaymentMethods;
}

class PaymentSheetPresentOptions {
  const PaymentSheetPresentOptions({this.timeout});

  final int? timeout;
}

class PaymentSheetPaymentOption {
  const PaymentSheetPaymentOption({required this.label});

  final String label;
}

class Stripe {
  Stripe._();

  static final Stripe instance = Stripe._();

  static String? _key;

  static String get publishableKey => _key ?? (throw const StripeConfigException('Publishable key is not set'));

  static set publishableKey(String value) {
    if (value != _key) instance._needsSettings = true;
    _key = value;
  }

  static String? _scheme;

  static String? get urlScheme => _scheme;

  static set urlScheme(String? value) {
    if (value != _scheme) instance._needsSettings = true;
    _scheme = value;
  }

  static String? merchantIdentifier;

  bool _needsSettings = true;
  bool _applied = false;
  Future<void>? _settings;
  SetupPaymentSheetParameters? _ready;
  bool _open = false;

  Future<void> applySettings() async {
    publishableKey;
    _needsSettings = false;
    _applied = false;
    await Orders.take('applySettings');
    _applied = true;
  }

  /// What failed once is not tried again until a setting changes.
  Future<void> _awaitSettings() async {
    if (_needsSettings) _settings = applySettings();
    await _settings;
    if (!_applied) throw _exception(FailureCode.Failed, 'Stripe is not initialized');
  }

  Future<PaymentSheetPaymentOption?> initPaymentSheet({
    required SetupPaymentSheetParameters paymentSheetParameters,
  }) async {
    await _awaitSettings();
    if (kIsWeb) throw WebUnsupportedError.method('initPaymentSheet');
    await Orders.take('initPaymentSheet');
    _ready = paymentSheetParameters;
    return null;
  }

  Future<PaymentSheetPaymentOption?> presentPaymentSheet({PaymentSheetPresentOptions? options}) async {
    await _awaitSettings();
    if (kIsWeb) throw WebUnsupportedError.method('presentPaymentSheet');
    await Orders.take('presentPaymentSheet');
    final ready = _ready;
    if (ready == null) throw _exception(FailureCode.Failed, 'No payment sheet has been initialized yet.');
    final sheet = _Sheet(ready);
    Seen.sheets.add({
      'merchant': ready.merchantDisplayName,
      'returnURL': ready.returnURL,
      'payment': sheet._payment,
      'overAnother': _open,
    });
    _open = true;
    try {
      await sheet.stay();
    } finally {
      _open = false;
    }
    return null;
  }
}

/// The sheet while it is open. Declined cards and given-up banks leave it so.
class _Sheet {
  _Sheet(SetupPaymentSheetParameters parameters) : _secret = parameters.paymentIntentClientSecret!;

  static const _confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

  final String _secret;
  late final String _payment = _secret.split('_secret').first;
  bool _paid = false;

  Future<void> stay() async {
    await _load();
    while (Person.steps.isNotEmpty) {
      await _do(Person.steps.removeAt(0));
    }
    if (!_paid) throw _exception(FailureCode.Canceled, 'The payment flow has been canceled');
  }

  /// What cannot be paid any more is no payment to show a sheet for.
  Future<void> _load() async {
    final intent = (await _stripe('GET', '?client_secret=$_secret')).json;
    if (!_confirmable.contains(intent['status'])) {
      throw _exception(FailureCode.Failed, 'PaymentSheet cannot set up a PaymentIntent in status "${intent['status']}"');
    }
  }

  Future<void> _do(String step) async {
    switch (step) {
      case 'close':
        throw _exception(FailureCode.Canceled, 'The payment flow has been canceled');
      case 'wait':
        await Person.wait();
      case 'offline':
        Network.up = false;
      case 'killed':
        exit(0);
      case 'never':
        await Completer<void>().future;
      case 'pass' || 'fail':
        final body = jsonEncode({'outcome': step});
        final intent = await Network.send('POST', _url('_sim', '/authenticate'), body: body);
        _paid = _isPaid(intent.json);
      case _ when step.startsWith('pm_'):
        final answer = await _stripe('POST', '/confirm', {
          'client_secret': _secret,
          'payment_method': step,
          'return_url': 'kippu://stripe-redirect',
          'use_stripe_sdk': 'true',
        });
        _paid = answer.status == 200 && _isPaid(answer.json);
      default:
        throw _exception(FailureCode.values.byName(step), 'The sheet says $step');
    }
  }

  bool _isPaid(dynamic intent) => const ['requires_capture', 'succeeded', 'processing'].contains(intent['status']);

  Uri _url(String api, String end) => Uri.parse('https://api.stripe.com/$api/payment_intents/$_payment$end');

  Future<Answer> _stripe(String method, String end, [Map<String, String>? form]) async {
    try {
      return await Network.send(
        method,
        _url('v1', end),
        headers: {
          'Authorization': 'Bearer ${Stripe.publishableKey}',
          if (form != null) 'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: form == null ? null : Uri(queryParameters: form).query,
      );
    } on IOException {
      throw _exception(FailureCode.Failed, 'Unable to reach Stripe');
    }
  }
}

StripeException _exception(FailureCode code, String message) =>
    StripeException(error: LocalizedErrorMessage(code: code, message: message, localizedMessage: message));
