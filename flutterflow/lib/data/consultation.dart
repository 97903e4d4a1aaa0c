// Written by `make docs` from the functions: change those, not this.
// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.

/// Places a hold on the buyer's card for one consultation, to be paid with PaymentSheet. Answered with
/// [CreatePaymentIntentAnswer].
class CreatePaymentIntentRequest {
  const CreatePaymentIntentRequest({
    this.inlineErrors,
    required this.imeconId,
    this.ticketType,
    this.amount,
    this.currency,
    this.captureMethod,
    this.sessionId,
    this.metadata,
    this.chatRoomId,
  });

  static const String functionName = 'createPaymentIntent';

  final bool? inlineErrors;
  final String imeconId;
  final String? ticketType;
  final int? amount;
  final String? currency;
  final String? captureMethod;
  final String? sessionId;
  /// A map of String.
  final dynamic metadata;
  final String? chatRoomId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'imeconId': imeconId,
        if (ticketType != null && ticketType != '') 'ticketType': ticketType,
        if (amount != null) 'amount': amount,
        if (currency != null && currency != '') 'currency': currency,
        if (captureMethod != null && captureMethod != '') 'captureMethod': captureMethod,
        if (sessionId != null && sessionId != '') 'sessionId': sessionId,
        if (metadata != null) 'metadata': metadata,
        if (chatRoomId != null && chatRoomId != '') 'chatRoomId': chatRoomId,
      };
}

/// The live ticket of this buyer and consultant, new or already there.
class CreatePaymentIntentAnswer {
  const CreatePaymentIntentAnswer({
    required this.ok,
    required this.clientSecret,
    required this.paymentIntentId,
    required this.ticketId,
    required this.status,
    required this.amount,
    required this.currency,
    required this.expiresAt,
    required this.chatRoomId,
  });

  final bool ok;
  final String? clientSecret;
  final String? paymentIntentId;
  final String ticketId;
  /// One of pending_payment, authorized, used, active, completed, cancelled.
  final String status;
  final int amount;
  final String currency;
  final DateTime? expiresAt;
  final String? chatRoomId;

  static CreatePaymentIntentAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return CreatePaymentIntentAnswer(
      ok: data['ok'] == true,
      clientSecret: data['client_secret'] == null || data['client_secret'] == ''
          ? null
          : '${data['client_secret']}',
      paymentIntentId: data['payment_intent_id'] == null || data['payment_intent_id'] == ''
          ? null
          : '${data['payment_intent_id']}',
      ticketId: '${data['ticket_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      currency: '${data['currency'] ?? ''}',
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
      chatRoomId: data['chat_room_id'] == null || data['chat_room_id'] == ''
          ? null
          : '${data['chat_room_id']}',
    );
  }
}

/// Brings the ticket in step with its payment right after PaymentSheet. Answered with [ConfirmTicketAnswer].
class ConfirmTicketRequest {
  const ConfirmTicketRequest({
    this.inlineErrors,
    required this.paymentIntentId,
  });

  static const String functionName = 'confirmTicket';

  final bool? inlineErrors;
  final String paymentIntentId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'paymentIntentId': paymentIntentId,
      };
}

/// A ticket, for its buyer.
class ConfirmTicketAnswer {
  const ConfirmTicketAnswer({
    required this.ok,
    required this.ticketId,
    required this.status,
    required this.ticketCode,
    required this.paymentIntentId,
    required this.amount,
    required this.currency,
    required this.expiresAt,
    required this.cancelReason,
    required this.chatRoomId,
  });

  final bool ok;
  final String ticketId;
  /// One of pending_payment, authorized, used, active, completed, cancelled.
  final String status;
  final String? ticketCode;
  final String? paymentIntentId;
  final int amount;
  final String currency;
  final DateTime? expiresAt;
  final String? cancelReason;
  final String? chatRoomId;

  static ConfirmTicketAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return ConfirmTicketAnswer(
      ok: data['ok'] == true,
      ticketId: '${data['ticket_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      ticketCode: data['ticket_code'] == null || data['ticket_code'] == '' ? null : '${data['ticket_code']}',
      paymentIntentId: data['payment_intent_id'] == null || data['payment_intent_id'] == ''
          ? null
          : '${data['payment_intent_id']}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      currency: '${data['currency'] ?? ''}',
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
      cancelReason: data['cancel_reason'] == null || data['cancel_reason'] == ''
          ? null
          : '${data['cancel_reason']}',
      chatRoomId: data['chat_room_id'] == null || data['chat_room_id'] == ''
          ? null
          : '${data['chat_room_id']}',
    );
  }
}

/// Opens the chat room of a ticket. It waits (`pending`) until the consultant accepts. Answered with
/// [RoomAnswer].
class RedeemTicketCodeRequest {
  const RedeemTicketCodeRequest({
    this.inlineErrors,
    required this.ticketCode,
    this.imeconId,
  });

  static const String functionName = 'redeemTicketCode';

  final bool? inlineErrors;
  final String ticketCode;
  final String? imeconId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'ticketCode': ticketCode,
        if (imeconId != null && imeconId != '') 'imeconId': imeconId,
      };
}

/// A chat room and where its session stands.
class RoomAnswer {
  const RoomAnswer({
    required this.ok,
    required this.chatRoomId,
    required this.ticketId,
    required this.status,
    required this.ticketStatus,
    required this.startedAt,
    required this.endsAt,
    required this.expiresAt,
  });

  final bool ok;
  final String chatRoomId;
  final String ticketId;
  /// One of pending, active, ended, cancelled.
  final String status;
  /// One of pending_payment, authorized, used, active, completed, cancelled.
  final String ticketStatus;
  final DateTime? startedAt;
  final DateTime? endsAt;
  final DateTime? expiresAt;

  static RoomAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return RoomAnswer(
      ok: data['ok'] == true,
      chatRoomId: '${data['chat_room_id'] ?? ''}',
      ticketId: '${data['ticket_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      ticketStatus: '${data['ticket_status'] ?? ''}',
      startedAt: DateTime.tryParse('${data['started_at']}'),
      endsAt: DateTime.tryParse('${data['ends_at']}'),
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
    );
  }
}

/// Accepts or declines a consultation whose code was redeemed. Answered with [RoomAnswer].
class AnswerConsultationRequest {
  const AnswerConsultationRequest({
    this.inlineErrors,
    required this.chatRoomId,
    required this.accept,
  });

  static const String functionName = 'answerConsultation';

  final bool? inlineErrors;
  final String chatRoomId;
  final bool accept;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'chatRoomId': chatRoomId,
        'accept': accept,
      };
}

/// Ends the session and captures the money. Answered with [RoomAnswer].
class EndConsultationRequest {
  const EndConsultationRequest({
    this.inlineErrors,
    required this.chatRoomId,
  });

  static const String functionName = 'endConsultation';

  final bool? inlineErrors;
  final String chatRoomId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'chatRoomId': chatRoomId,
      };
}

/// Ends the session and captures all or part of what is held. Answered with [PaymentAnswer].
class CapturePaymentIntentRequest {
  const CapturePaymentIntentRequest({
    this.inlineErrors,
    this.note,
    required this.paymentIntentId,
    this.amount,
  });

  static const String functionName = 'capturePaymentIntent';

  final bool? inlineErrors;
  final String? note;
  final String paymentIntentId;
  final int? amount;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (note != null && note != '') 'note': note,
        'paymentIntentId': paymentIntentId,
        if (amount != null) 'amount': amount,
      };
}

/// What became of a payment.
class PaymentAnswer {
  const PaymentAnswer({
    required this.ok,
    required this.paymentIntentId,
    required this.ticketId,
    required this.status,
    required this.decision,
    required this.amount,
    required this.amountCaptured,
    required this.currency,
    required this.cancelReason,
  });

  final bool ok;
  final String? paymentIntentId;
  final String ticketId;
  /// One of created, requires_capture, captured, canceled.
  final String status;
  /// One of capture, void.
  final String? decision;
  final int amount;
  final int amountCaptured;
  final String currency;
  final String? cancelReason;

  static PaymentAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return PaymentAnswer(
      ok: data['ok'] == true,
      paymentIntentId: data['payment_intent_id'] == null || data['payment_intent_id'] == ''
          ? null
          : '${data['payment_intent_id']}',
      ticketId: '${data['ticket_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      decision: data['decision'] == null || data['decision'] == '' ? null : '${data['decision']}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      amountCaptured: int.tryParse('${data['amount_captured']}'.split('.').first) ?? 0,
      currency: '${data['currency'] ?? ''}',
      cancelReason: data['cancel_reason'] == null || data['cancel_reason'] == ''
          ? null
          : '${data['cancel_reason']}',
    );
  }
}

/// Voids a hold whose session has not started, or gives up an unpaid purchase. Answered with [PaymentAnswer].
class CancelPaymentIntentRequest {
  const CancelPaymentIntentRequest({
    this.inlineErrors,
    this.note,
    this.paymentIntentId,
    this.chatRoomId,
    this.reason,
  });

  static const String functionName = 'cancelPaymentIntent';

  final bool? inlineErrors;
  final String? note;
  final String? paymentIntentId;
  final String? chatRoomId;
  /// One of requested_by_customer, duplicate, fraudulent, abandoned.
  final String? reason;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (note != null && note != '') 'note': note,
        if (paymentIntentId != null && paymentIntentId != '') 'paymentIntentId': paymentIntentId,
        if (chatRoomId != null && chatRoomId != '') 'chatRoomId': chatRoomId,
        if (reason != null && reason != '') 'reason': reason,
      };
}
