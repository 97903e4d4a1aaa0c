// Written by `make docs` from the functions: change those, not this.
// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.

/// Opens Stripe's page for a licence or a day pass of a device. Answered with [CreateCheckoutSessionAnswer].
class CreateCheckoutSessionRequest {
  const CreateCheckoutSessionRequest({
    this.inlineErrors,
    required this.deviceId,
    required this.productType,
    this.unlockCount,
    this.amount,
    this.currency,
    this.locale,
  });

  static const String functionName = 'createCheckoutSession';

  final bool? inlineErrors;
  final String deviceId;
  /// One of license, daypass.
  final String productType;
  final int? unlockCount;
  final int? amount;
  final String? currency;
  final String? locale;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'deviceId': deviceId,
        'productType': productType,
        if (unlockCount != null) 'unlockCount': unlockCount,
        if (amount != null) 'amount': amount,
        if (currency != null && currency != '') 'currency': currency,
        if (locale != null && locale != '') 'locale': locale,
      };
}

/// The purchase that waits for its payment, new or already there.
class CreateCheckoutSessionAnswer {
  const CreateCheckoutSessionAnswer({
    required this.ok,
    required this.purchaseId,
    required this.checkoutUrl,
    required this.status,
    required this.amount,
    required this.currency,
    required this.unlockCount,
    required this.expiresAt,
  });

  final bool ok;
  final String purchaseId;
  final String? checkoutUrl;
  /// One of open, processing, fulfilled, closed, refunded, revoked.
  final String status;
  final int amount;
  final String currency;
  final int unlockCount;
  final DateTime? expiresAt;

  static CreateCheckoutSessionAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return CreateCheckoutSessionAnswer(
      ok: data['ok'] == true,
      purchaseId: '${data['purchase_id'] ?? ''}',
      checkoutUrl: data['checkout_url'] == null || data['checkout_url'] == ''
          ? null
          : '${data['checkout_url']}',
      status: '${data['status'] ?? ''}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      currency: '${data['currency'] ?? ''}',
      unlockCount: int.tryParse('${data['unlock_count']}'.split('.').first) ?? 0,
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
    );
  }
}

/// Brings a purchase in step with its payment right after the page, and answers with its device. Answered with
/// [DeviceAnswer].
class ConfirmCheckoutRequest {
  const ConfirmCheckoutRequest({
    this.inlineErrors,
    required this.deviceId,
    this.purchaseToken,
    this.purchaseId,
  });

  static const String functionName = 'confirmCheckout';

  final bool? inlineErrors;
  final String deviceId;
  final String? purchaseToken;
  final String? purchaseId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'deviceId': deviceId,
        if (purchaseToken != null && purchaseToken != '') 'purchaseToken': purchaseToken,
        if (purchaseId != null && purchaseId != '') 'purchaseId': purchaseId,
      };
}

/// A device, for its owner, and the purchase that the call was about.
class DeviceAnswer {
  const DeviceAnswer({
    required this.ok,
    required this.deviceId,
    required this.purchaseId,
    required this.productType,
    required this.status,
    required this.guidance,
    required this.amount,
    required this.currency,
    required this.paidAt,
    required this.receiptUrl,
    required this.licensePurchased,
    required this.licensePurchasedAt,
    required this.licenseCode,
    required this.unlockCount,
    required this.lastUnlockDate,
    required this.passEndsAt,
  });

  final bool ok;
  final String deviceId;
  final String? purchaseId;
  /// One of license, daypass.
  final String? productType;
  /// One of open, processing, fulfilled, closed, refunded, revoked.
  final String? status;
  /// One of pay, closing, pay_at_store, ready, start_again, refunding, refunded, revoked.
  final String? guidance;
  final int? amount;
  final String? currency;
  final DateTime? paidAt;
  final String? receiptUrl;
  final bool licensePurchased;
  final DateTime? licensePurchasedAt;
  final String? licenseCode;
  final int unlockCount;
  final String? lastUnlockDate;
  final DateTime? passEndsAt;

  static DeviceAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return DeviceAnswer(
      ok: data['ok'] == true,
      deviceId: '${data['device_id'] ?? ''}',
      purchaseId: data['purchase_id'] == null || data['purchase_id'] == '' ? null : '${data['purchase_id']}',
      productType: data['product_type'] == null || data['product_type'] == ''
          ? null
          : '${data['product_type']}',
      status: data['status'] == null || data['status'] == '' ? null : '${data['status']}',
      guidance: data['guidance'] == null || data['guidance'] == '' ? null : '${data['guidance']}',
      amount: int.tryParse('${data['amount']}'.split('.').first),
      currency: data['currency'] == null || data['currency'] == '' ? null : '${data['currency']}',
      paidAt: DateTime.tryParse('${data['paid_at']}'),
      receiptUrl: data['receipt_url'] == null || data['receipt_url'] == '' ? null : '${data['receipt_url']}',
      licensePurchased: data['license_purchased'] == true,
      licensePurchasedAt: DateTime.tryParse('${data['license_purchased_at']}'),
      licenseCode: data['license_code'] == null || data['license_code'] == ''
          ? null
          : '${data['license_code']}',
      unlockCount: int.tryParse('${data['unlock_count']}'.split('.').first) ?? 0,
      lastUnlockDate: data['last_unlock_date'] == null || data['last_unlock_date'] == ''
          ? null
          : '${data['last_unlock_date']}',
      passEndsAt: DateTime.tryParse('${data['pass_ends_at']}'),
    );
  }
}

/// Closes the page of an unpaid purchase. If it was paid meanwhile, that stands, and the answer shows it.
/// Answered with [DeviceAnswer].
class CancelCheckoutRequest {
  const CancelCheckoutRequest({
    this.inlineErrors,
    required this.deviceId,
    required this.purchaseId,
  });

  static const String functionName = 'cancelCheckout';

  final bool? inlineErrors;
  final String deviceId;
  final String purchaseId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'deviceId': deviceId,
        'purchaseId': purchaseId,
      };
}

/// Answers with a device's licence and day pass, today's prices, and its open purchases brought up to date.
/// Answered with [GetDeviceAnswer].
class GetDeviceRequest {
  const GetDeviceRequest({
    this.inlineErrors,
    required this.deviceId,
  });

  static const String functionName = 'getDevice';

  final bool? inlineErrors;
  final String deviceId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'deviceId': deviceId,
      };
}

/// What a product costs this device now.
class PriceView {
  const PriceView({
    required this.productType,
    required this.amount,
    required this.currency,
  });

  final String productType;
  final int amount;
  final String currency;

  static PriceView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return PriceView(
      productType: '${data['product_type'] ?? ''}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      currency: '${data['currency'] ?? ''}',
    );
  }
}

/// A purchase that waits for its payment, or for what was decided about it.
class OpenPurchaseView {
  const OpenPurchaseView({
    required this.purchaseId,
    required this.productType,
    required this.status,
    required this.guidance,
    required this.amount,
    required this.expiresAt,
  });

  final String purchaseId;
  final String productType;
  /// One of open, processing, fulfilled, closed, refunded, revoked.
  final String status;
  /// One of pay, closing, pay_at_store, ready, start_again, refunding, refunded, revoked.
  final String guidance;
  final int amount;
  final DateTime? expiresAt;

  static OpenPurchaseView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return OpenPurchaseView(
      purchaseId: '${data['purchase_id'] ?? ''}',
      productType: '${data['product_type'] ?? ''}',
      status: '${data['status'] ?? ''}',
      guidance: '${data['guidance'] ?? ''}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
    );
  }
}

/// The device with today's prices.
class GetDeviceAnswer {
  const GetDeviceAnswer({
    required this.ok,
    required this.deviceId,
    required this.purchaseId,
    required this.productType,
    required this.status,
    required this.guidance,
    required this.amount,
    required this.currency,
    required this.paidAt,
    required this.receiptUrl,
    required this.licensePurchased,
    required this.licensePurchasedAt,
    required this.licenseCode,
    required this.unlockCount,
    required this.lastUnlockDate,
    required this.passEndsAt,
    required this.prices,
    required this.openPurchases,
    required this.serverTime,
  });

  final bool ok;
  final String deviceId;
  final String? purchaseId;
  /// One of license, daypass.
  final String? productType;
  /// One of open, processing, fulfilled, closed, refunded, revoked.
  final String? status;
  /// One of pay, closing, pay_at_store, ready, start_again, refunding, refunded, revoked.
  final String? guidance;
  final int? amount;
  final String? currency;
  final DateTime? paidAt;
  final String? receiptUrl;
  final bool licensePurchased;
  final DateTime? licensePurchasedAt;
  final String? licenseCode;
  final int unlockCount;
  final String? lastUnlockDate;
  final DateTime? passEndsAt;
  final List<PriceView> prices;
  final List<OpenPurchaseView> openPurchases;
  final DateTime? serverTime;

  static GetDeviceAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return GetDeviceAnswer(
      ok: data['ok'] == true,
      deviceId: '${data['device_id'] ?? ''}',
      purchaseId: data['purchase_id'] == null || data['purchase_id'] == '' ? null : '${data['purchase_id']}',
      productType: data['product_type'] == null || data['product_type'] == ''
          ? null
          : '${data['product_type']}',
      status: data['status'] == null || data['status'] == '' ? null : '${data['status']}',
      guidance: data['guidance'] == null || data['guidance'] == '' ? null : '${data['guidance']}',
      amount: int.tryParse('${data['amount']}'.split('.').first),
      currency: data['currency'] == null || data['currency'] == '' ? null : '${data['currency']}',
      paidAt: DateTime.tryParse('${data['paid_at']}'),
      receiptUrl: data['receipt_url'] == null || data['receipt_url'] == '' ? null : '${data['receipt_url']}',
      licensePurchased: data['license_purchased'] == true,
      licensePurchasedAt: DateTime.tryParse('${data['license_purchased_at']}'),
      licenseCode: data['license_code'] == null || data['license_code'] == ''
          ? null
          : '${data['license_code']}',
      unlockCount: int.tryParse('${data['unlock_count']}'.split('.').first) ?? 0,
      lastUnlockDate: data['last_unlock_date'] == null || data['last_unlock_date'] == ''
          ? null
          : '${data['last_unlock_date']}',
      passEndsAt: DateTime.tryParse('${data['pass_ends_at']}'),
      prices: [
        for (final item in data['prices'] is List ? data['prices'] : const [])
          PriceView.fromJson(item),
      ],
      openPurchases: [
        for (final item in data['open_purchases'] is List ? data['open_purchases'] : const [])
          OpenPurchaseView.fromJson(item),
      ],
      serverTime: DateTime.tryParse('${data['server_time']}'),
    );
  }
}

/// Moves a licence to this device. The device that had it loses it, and the code is used up; the answer has
/// another. Answered with [DeviceAnswer].
class RestoreLicenseRequest {
  const RestoreLicenseRequest({
    this.inlineErrors,
    required this.deviceId,
    required this.licenseCode,
  });

  static const String functionName = 'restoreLicense';

  final bool? inlineErrors;
  final String deviceId;
  final String licenseCode;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'deviceId': deviceId,
        'licenseCode': licenseCode,
      };
}
