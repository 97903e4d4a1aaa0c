/// A stand-in of flutter_stripe.
library;

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

class StripeConfigException implements Exception {
  const StripeConfigException(this.message);

  final String message;
}

class PaymentSheetPaymentOption {
  const PaymentSheetPaymentOption({required this.label, this.image});

  final String label;
  final String? image;
}

class PaymentSheetPresentOptions {
  const PaymentSheetPresentOptions({this.timeout});

  final int? timeout;
}

class SetupPaymentSheetParameters {
  const SetupPaymentSheetParameters({
    this.customFlow = false,
    this.paymentIntentClientSecret,
    this.setupIntentClientSecret,
    this.merchantDisplayName,
    this.allowsDelayedPaymentMethods = false,
    this.returnURL,
  });

  final bool customFlow;
  final String? paymentIntentClientSecret;
  final String? setupIntentClientSecret;
  final String? merchantDisplayName;
  final bool allowsDelayedPaymentMethods;
  final String? returnURL;
}

class Stripe {
  Stripe._();

  static final Stripe instance = Stripe._();
  static String? urlScheme;
  static String? merchantIdentifier;
  static String? _publishableKey;

  static String get publishableKey =>
      _publishableKey ?? (throw const StripeConfigException('Publishable key is not set'));
  static set publishableKey(String value) => _publishableKey = value;

  Future<void> applySettings() async {}
  Future<PaymentSheetPaymentOption?> initPaymentSheet({
    required SetupPaymentSheetParameters paymentSheetParameters,
  }) async => null;
  Future<PaymentSheetPaymentOption?> presentPaymentSheet({PaymentSheetPresentOptions? options}) async => null;
}
