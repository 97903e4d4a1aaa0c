// Written by `make docs` from the functions: change those, not this.

/// Why a call failed.
enum Reason {
  /// ACCOUNT_DELETED: このアカウントは削除されています
  accountDeleted,
  /// AMOUNT_MISMATCH: 金額が変更されています。画面を更新してください
  amountMismatch,
  /// AWARD_ACCEPTED: このポイントは獲得済みです
  awardAccepted,
  /// AWARD_DECLINED: このポイントは辞退されています
  awardDeclined,
  /// AWARD_EXPIRED: ポイント獲得の有効期限が切れています
  awardExpired,
  /// AWARD_LIMIT: 付与できる上限を超えています
  awardLimit,
  /// AWARD_NOT_FOUND: ポイント付与が見つかりません
  awardNotFound,
  /// BUSY: 混み合っています。もう一度お試しください
  busy,
  /// CAPTURE_ALREADY_DECIDED: 別の金額で決済が確定しています
  captureAlreadyDecided,
  /// CAPTURE_AMOUNT_INVALID: 確定金額が正しくありません
  captureAmountInvalid,
  /// CODE_ALREADY_REDEEMED: このチケットコードは使用済みです
  codeAlreadyRedeemed,
  /// CODE_EXHAUSTED: このチケットコードは上限まで使用されています
  codeExhausted,
  /// CODE_EXPIRED: チケットコードの有効期限が切れています
  codeExpired,
  /// CODE_INVALID: コードが正しくありません
  codeInvalid,
  /// CONSULTATION_IN_PROGRESS: このコンサルタントとの相談が進行中です
  consultationInProgress,
  /// CURRENCY_MISMATCH: 通貨が正しくありません
  currencyMismatch,
  /// DEVICE_NOT_YOURS: この端末は別のユーザーに登録されています。ライセンスコードで復元してください
  deviceNotYours,
  /// EVENT_NOT_CHANGEABLE: 現在の状態ではこのイベントを変更できません
  eventNotChangeable,
  /// EVENT_NOT_FOUND: イベントが見つかりません
  eventNotFound,
  /// EVENT_NOT_ON_SALE: このイベントは現在販売していません
  eventNotOnSale,
  /// IDEMPOTENCY_MISMATCH: このQRコードでは別の内容が処理されています
  idempotencyMismatch,
  /// IMECON_REQUIRED: 相談するコンサルタントを選択してください
  imeconRequired,
  /// IMECON_UNAVAILABLE: このコンサルタントは現在受付していません
  imeconUnavailable,
  /// INTERNAL: サーバーエラーが発生しました
  internal,
  /// INVALID_ARGUMENT: 入力内容が正しくありません
  invalidArgument,
  /// LAST_OWNER: 主催者には少なくとも一人の所有者が必要です
  lastOwner,
  /// LICENSE_OWNED: この端末はライセンス購入済みです
  licenseOwned,
  /// LICENSE_REVOKED: このライセンスは取り消されています
  licenseRevoked,
  /// LIMIT_PER_PERSON: お一人様の購入上限枚数を超えています
  limitPerPerson,
  /// NOT_CANCELLABLE: このチケットはキャンセルできません
  notCancellable,
  /// NOT_CONFIGURED: サーバーの設定に問題があります
  notConfigured,
  /// NOT_TRANSFERABLE: このイベントのチケットは譲渡できません
  notTransferable,
  /// NOT_WAITING: キャンセル待ちに登録されていません
  notWaiting,
  /// NO_BROWSER: ブラウザーを開けませんでした
  noBrowser,
  /// ORDER_CANCELLED: この注文はキャンセルされました
  orderCancelled,
  /// ORDER_EXPIRED: お支払いの期限が過ぎました。もう一度お求めください
  orderExpired,
  /// ORDER_NOT_FOUND: 注文が見つかりません
  orderNotFound,
  /// ORGANIZER_NOT_FOUND: 主催者が見つかりません
  organizerNotFound,
  /// PASS_ACTIVE: この端末のデイパスは有効期間中です
  passActive,
  /// PAYMENT_NOT_FOUND: 決済が見つかりません
  paymentNotFound,
  /// PAYMENT_REJECTED: 決済を開始できませんでした
  paymentRejected,
  /// PAYMENT_UNAVAILABLE: 決済サービスに接続できません。もう一度お試しください
  paymentUnavailable,
  /// PERMISSION_DENIED: この操作を行う権限がありません
  permissionDenied,
  /// PLACES_LEFT: まだ席があります。このままお求めください
  placesLeft,
  /// PLACES_SOLD: 販売済みの席数より少なくすることはできません
  placesSold,
  /// POINTS_INSUFFICIENT: 利用可能ポイントが不足しています
  pointsInsufficient,
  /// PRODUCT_UNAVAILABLE: この商品は現在販売していません
  productUnavailable,
  /// PURCHASE_NOT_FOUND: 購入が見つかりません
  purchaseNotFound,
  /// QR_ALREADY_USED: 既に使用されたQRコードです
  qrAlreadyUsed,
  /// QR_EXPIRED: QRコードの有効期限が切れています
  qrExpired,
  /// QR_INVALID: 無効なQRコードです
  qrInvalid,
  /// QR_NOT_VERIFIED: QRコードを読み取ってください
  qrNotVerified,
  /// QR_OWN: ご自身のQRコードは読み取れません
  qrOwn,
  /// QR_TYPE_UNKNOWN: 未知のQRコードタイプです
  qrTypeUnknown,
  /// QR_WRONG_READER: このQRコードはポイント利用に使用できません
  qrWrongReader,
  /// REQUEST_ID_USED: この注文番号は別の内容で使用されています
  requestIdUsed,
  /// ROOM_NOT_FOUND: チャットルームが見つかりません
  roomNotFound,
  /// ROOM_NOT_REOPENABLE: このチャットルームは再開できません
  roomNotReopenable,
  /// SCAN_ID_USED: この読み取り番号は別のチケットで使用されています
  scanIdUsed,
  /// SEAT_TAKEN: この席は既に取られています
  seatTaken,
  /// SELF_PURCHASE: ご自身の相談チケットは購入できません
  selfPurchase,
  /// SESSION_IN_PROGRESS: 進行中の相談があるため、アカウントを削除できません。終了してからお試しください
  sessionInProgress,
  /// SESSION_NOT_STARTED: 相談はまだ開始されていません
  sessionNotStarted,
  /// SESSION_STARTED: 相談が開始されているため取り消せません
  sessionStarted,
  /// SOLD_OUT: 売り切れました
  soldOut,
  /// STORE_UNAVAILABLE: この店舗は現在ご利用いただけません
  storeUnavailable,
  /// TICKET_ALREADY_USED: このチケットは使用済みです
  ticketAlreadyUsed,
  /// TICKET_CANCELLED: このチケットはキャンセルされています
  ticketCancelled,
  /// TICKET_COMPLETED: この相談は終了しています
  ticketCompleted,
  /// TICKET_EXPIRED: チケットの有効期限が切れています
  ticketExpired,
  /// TICKET_NOT_FOUND: チケットが見つかりません
  ticketNotFound,
  /// TICKET_NOT_USABLE: このチケットは現在使用できません
  ticketNotUsable,
  /// TICKET_TYPE_UNAVAILABLE: このチケットは現在販売していません
  ticketTypeUnavailable,
  /// TICKET_UNPAID: お支払いが完了していません
  ticketUnpaid,
  /// TOKEN_EXPIRED: 購入確認のリンクの有効期限が切れています
  tokenExpired,
  /// TOKEN_INVALID: 購入確認のリンクが正しくありません
  tokenInvalid,
  /// TOO_MANY_ATTEMPTS: 入力回数が上限に達しました。しばらくしてからお試しください
  tooManyAttempts,
  /// TOO_MANY_PURCHASES: 購入手続きの回数が上限に達しました。しばらくしてからお試しください
  tooManyPurchases,
  /// TRANSFER_LIMIT: 端末の移行回数が上限に達しました。しばらくしてからお試しください
  transferLimit,
  /// TRANSFER_NOT_FOUND: 譲渡の案内が見つかりません
  transferNotFound,
  /// TRANSFER_OVER: この譲渡はすでに終了しています
  transferOver,
  /// UNAUTHENTICATED: ユーザー認証が必要です
  unauthenticated,
  /// UNLOCK_COUNT_MISMATCH: 利用回数が変更されています。画面を更新してください
  unlockCountMismatch,
  /// UNREACHABLE: 通信できませんでした
  unreachable,
  /// VERSION_CONFLICT: イベントが他の人によって変更されています。画面を更新してください
  versionConflict,
  /// One that this version of the app does not know.
  unknown,
}

class Reasons {
  /// The reason of this name on the wire, such as SOLD_OUT.
  static Reason named(dynamic name) {
    final wanted = '$name'.replaceAll('_', '').toLowerCase();
    for (final reason in Reason.values) {
      if (reason.name.toLowerCase() == wanted) return reason;
    }
    return Reason.unknown;
  }
}

/// Why a call failed. [message] is for people, [reason] for the app to decide by.
class KippuError {
  const KippuError({
    required this.status,
    required this.reason,
    required this.message,
    required this.details,
  });

  final String status;
  final Reason reason;
  final String message;
  final dynamic details;

  /// From an answer with ok: false, or its error.
  static KippuError fromJson(dynamic json) {
    final answer = json is Map ? json : const {};
    final error = answer['error'] is Map ? answer['error'] : answer;
    final details = error['details'] is Map ? error['details'] : const {};
    return KippuError(
      status: '${error['status'] ?? ''}',
      reason: Reasons.named(error['reason'] ?? details['reason']),
      message: '${error['message'] ?? ''}',
      details: details,
    );
  }
}
