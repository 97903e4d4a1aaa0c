// Written by `make docs` from the functions: change those, not this.
// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.

/// Issues the code that a customer shows to earn points, or that a store shows to be paid in points. Answered
/// with [IssueSecureQRAnswer].
class IssueSecureQRRequest {
  const IssueSecureQRRequest({
    this.inlineErrors,
    required this.type,
    this.storeId,
  });

  static const String functionName = 'issueSecureQR';

  final bool? inlineErrors;
  /// One of user_point_earn, store_point_use.
  final String type;
  final String? storeId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'type': type,
        if (storeId != null && storeId != '') 'storeId': storeId,
      };
}

/// A code for one minute.
class IssueSecureQRAnswer {
  const IssueSecureQRAnswer({
    required this.ok,
    required this.token,
    required this.expiresAt,
    required this.refreshAfterSeconds,
  });

  final bool ok;
  final String token;
  final DateTime? expiresAt;
  final int refreshAfterSeconds;

  static IssueSecureQRAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return IssueSecureQRAnswer(
      ok: data['ok'] == true,
      token: '${data['token'] ?? ''}',
      expiresAt: DateTime.tryParse('${data['expiresAt']}'),
      refreshAfterSeconds: int.tryParse('${data['refreshAfterSeconds']}'.split('.').first) ?? 0,
    );
  }
}

/// Verifies a scanned code and claims it for its reader. Answered with [VerifySecureQRAnswer].
class VerifySecureQRRequest {
  const VerifySecureQRRequest({
    this.inlineErrors,
    required this.token,
    this.readerId,
  });

  static const String functionName = 'verifySecureQR';

  final bool? inlineErrors;
  final String token;
  final String? readerId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'token': token,
        if (readerId != null && readerId != '') 'readerId': readerId,
      };
}

/// The code's meaning. It is now this reader's alone.
class VerifySecureQRAnswer {
  const VerifySecureQRAnswer({
    required this.ok,
    required this.valid,
    required this.type,
    required this.targetId,
    required this.nonce,
  });

  final bool ok;
  final bool valid;
  /// One of user_point_earn, store_point_use.
  final String type;
  final String targetId;
  final String nonce;

  static VerifySecureQRAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return VerifySecureQRAnswer(
      ok: data['ok'] == true,
      valid: data['valid'] == true,
      type: '${data['type'] ?? ''}',
      targetId: '${data['targetId'] ?? ''}',
      nonce: '${data['nonce'] ?? ''}',
    );
  }
}

/// Records that a verified code was used, once, by the reader who verified it. Answered with
/// [RecordQRUsageAnswer].
class RecordQRUsageRequest {
  const RecordQRUsageRequest({
    this.inlineErrors,
    required this.nonce,
    this.readerId,
    required this.targetId,
    this.timestamp,
  });

  static const String functionName = 'recordQRUsage';

  final bool? inlineErrors;
  final String nonce;
  final String? readerId;
  final String targetId;
  final int? timestamp;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'nonce': nonce,
        if (readerId != null && readerId != '') 'readerId': readerId,
        'targetId': targetId,
        if (timestamp != null) 'timestamp': timestamp,
      };
}

/// The reading is on record.
class RecordQRUsageAnswer {
  const RecordQRUsageAnswer({
    required this.ok,
    required this.success,
  });

  final bool ok;
  final bool success;

  static RecordQRUsageAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return RecordQRUsageAnswer(
      ok: data['ok'] == true,
      success: data['success'] == true,
    );
  }
}

/// Says whether a code is used up: recorded, or claimed by another reader. Answered with [CheckQRUsageAnswer].
class CheckQRUsageRequest {
  const CheckQRUsageRequest({
    this.inlineErrors,
    required this.nonce,
    this.readerId,
  });

  static const String functionName = 'checkQRUsage';

  final bool? inlineErrors;
  final String nonce;
  final String? readerId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'nonce': nonce,
        if (readerId != null && readerId != '') 'readerId': readerId,
      };
}

/// Whether the code is used up for this reader.
class CheckQRUsageAnswer {
  const CheckQRUsageAnswer({
    required this.ok,
    required this.used,
  });

  final bool ok;
  final bool used;

  static CheckQRUsageAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return CheckQRUsageAnswer(
      ok: data['ok'] == true,
      used: data['used'] == true,
    );
  }
}

/// Offers the customer one point for each full 100 JPY, for ten minutes. The customer is notified. Answered with
/// [AwardAnswer].
class RequestPointAwardRequest {
  const RequestPointAwardRequest({
    this.inlineErrors,
    required this.nonce,
    required this.storeId,
    required this.amount,
  });

  static const String functionName = 'requestPointAward';

  final bool? inlineErrors;
  final String nonce;
  final String storeId;
  final int amount;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'nonce': nonce,
        'storeId': storeId,
        'amount': amount,
      };
}

/// An award the customer is asked to accept.
class AwardAnswer {
  const AwardAnswer({
    required this.ok,
    required this.awardId,
    required this.storeId,
    required this.storeName,
    required this.userId,
    required this.amount,
    required this.points,
    required this.status,
    required this.expiresAt,
  });

  final bool ok;
  final String awardId;
  final String storeId;
  final String storeName;
  final String userId;
  final int amount;
  final int points;
  /// One of pending, expired, accepted, reversed, declined.
  final String status;
  final DateTime? expiresAt;

  static AwardAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return AwardAnswer(
      ok: data['ok'] == true,
      awardId: '${data['awardId'] ?? ''}',
      storeId: '${data['storeId'] ?? ''}',
      storeName: '${data['storeName'] ?? ''}',
      userId: '${data['userId'] ?? ''}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      points: int.tryParse('${data['points']}'.split('.').first) ?? 0,
      status: '${data['status'] ?? ''}',
      expiresAt: DateTime.tryParse('${data['expiresAt']}'),
    );
  }
}

/// Accepts an award: the points, the stamp and the badges won, in one step. Answered with [AwardPointsAnswer].
class AwardPointsRequest {
  const AwardPointsRequest({
    this.inlineErrors,
    required this.awardId,
  });

  static const String functionName = 'awardPoints';

  final bool? inlineErrors;
  final String awardId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'awardId': awardId,
      };
}

/// The stamp card of the store.
class StampView {
  const StampView({
    required this.storeId,
    required this.storeName,
    required this.count,
  });

  final String storeId;
  final String storeName;
  final int count;

  static StampView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return StampView(
      storeId: '${data['storeId'] ?? ''}',
      storeName: '${data['storeName'] ?? ''}',
      count: int.tryParse('${data['count']}'.split('.').first) ?? 0,
    );
  }
}

/// A badge.
class BadgeView {
  const BadgeView({
    required this.type,
    required this.name,
    required this.description,
  });

  /// One of first_visit, regular_customer, point_collector, explorer.
  final String type;
  final String name;
  final String description;

  static BadgeView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return BadgeView(
      type: '${data['type'] ?? ''}',
      name: '${data['name'] ?? ''}',
      description: '${data['description'] ?? ''}',
    );
  }
}

/// Everything the three animation screens show: the points, the stamp, the new badges.
class AwardPointsAnswer {
  const AwardPointsAnswer({
    required this.ok,
    required this.awardId,
    required this.points,
    required this.previousTotalPoints,
    required this.newTotalPoints,
    required this.availablePoints,
    required this.stamp,
    required this.badges,
    required this.status,
  });

  final bool ok;
  final String awardId;
  final int points;
  final int previousTotalPoints;
  final int newTotalPoints;
  final int availablePoints;
  final StampView stamp;
  final List<BadgeView> badges;
  /// One of accepted, reversed.
  final String status;

  static AwardPointsAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return AwardPointsAnswer(
      ok: data['ok'] == true,
      awardId: '${data['awardId'] ?? ''}',
      points: int.tryParse('${data['points']}'.split('.').first) ?? 0,
      previousTotalPoints: int.tryParse('${data['previousTotalPoints']}'.split('.').first) ?? 0,
      newTotalPoints: int.tryParse('${data['newTotalPoints']}'.split('.').first) ?? 0,
      availablePoints: int.tryParse('${data['availablePoints']}'.split('.').first) ?? 0,
      stamp: StampView.fromJson(data['stamp']),
      badges: [
        for (final item in data['badges'] is List ? data['badges'] : const [])
          BadgeView.fromJson(item),
      ],
      status: '${data['status'] ?? ''}',
    );
  }
}

/// Declines an award. It cannot be accepted afterwards. Answered with [AwardAnswer].
class DeclinePointAwardRequest {
  const DeclinePointAwardRequest({
    this.inlineErrors,
    required this.awardId,
  });

  static const String functionName = 'declinePointAward';

  final bool? inlineErrors;
  final String awardId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'awardId': awardId,
      };
}

/// Pays with points. The balance never falls below zero. Answered with [UsePointsAnswer].
class UsePointsRequest {
  const UsePointsRequest({
    this.inlineErrors,
    required this.nonce,
    required this.storeId,
    required this.points,
  });

  static const String functionName = 'usePoints';

  final bool? inlineErrors;
  final String nonce;
  final String storeId;
  final int points;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'nonce': nonce,
        'storeId': storeId,
        'points': points,
      };
}

/// A payment in points.
class UsePointsAnswer {
  const UsePointsAnswer({
    required this.ok,
    required this.usageId,
    required this.storeId,
    required this.pointsUsed,
    required this.equivalentAmount,
    required this.availablePoints,
    required this.usedAt,
    required this.status,
  });

  final bool ok;
  final String usageId;
  final String storeId;
  final int pointsUsed;
  final int equivalentAmount;
  final int availablePoints;
  final DateTime? usedAt;
  /// One of completed, reversed.
  final String status;

  static UsePointsAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return UsePointsAnswer(
      ok: data['ok'] == true,
      usageId: '${data['usageId'] ?? ''}',
      storeId: '${data['storeId'] ?? ''}',
      pointsUsed: int.tryParse('${data['pointsUsed']}'.split('.').first) ?? 0,
      equivalentAmount: int.tryParse('${data['equivalentAmount']}'.split('.').first) ?? 0,
      availablePoints: int.tryParse('${data['availablePoints']}'.split('.').first) ?? 0,
      usedAt: DateTime.tryParse('${data['usedAt']}'),
      status: '${data['status'] ?? ''}',
    );
  }
}
