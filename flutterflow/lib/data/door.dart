// Written by `make docs` from the functions: change those, not this.
// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.

/// Gives what a door needs without a network: keys, rules, and each ticket that changed since it was issued.
/// Answered with [GetDoorBundleAnswer].
class GetDoorBundleRequest {
  const GetDoorBundleRequest({
    this.inlineErrors,
    required this.eventId,
    this.since,
    this.cursor,
  });

  static const String functionName = 'getDoorBundle';

  final bool? inlineErrors;
  final String eventId;
  final DateTime? since;
  final String? cursor;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (since != null) 'since': since!.toUtc().toIso8601String(),
        if (cursor != null && cursor != '') 'cursor': cursor,
      };
}

/// A key that codes are verified with.
class KeyView {
  const KeyView({
    required this.kid,
    required this.publicKey,
  });

  final String kid;
  final String publicKey;

  static KeyView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return KeyView(
      kid: '${data['kid'] ?? ''}',
      publicKey: '${data['public_key'] ?? ''}',
    );
  }
}

/// What the event's organiser says of its doors.
class RulesView {
  const RulesView({
    required this.opensAt,
    required this.closesAt,
    required this.reentry,
    required this.rotatingQr,
    required this.gates,
    required this.tiers,
  });

  final DateTime? opensAt;
  final DateTime? closesAt;
  final bool reentry;
  final bool rotatingQr;
  final List<String> gates;
  /// A map of List<String>.
  final dynamic tiers;

  static RulesView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return RulesView(
      opensAt: DateTime.tryParse('${data['opens_at']}'),
      closesAt: DateTime.tryParse('${data['closes_at']}'),
      reentry: data['reentry'] == true,
      rotatingQr: data['rotating_qr'] == true,
      gates: [for (final item in data['gates'] is List ? data['gates'] : const []) '${item ?? ''}'],
      tiers: data['tiers'] is Map
          ? {
              for (final entry in data['tiers'].entries)
                '${entry.key}': [for (final item in entry.value is List ? entry.value : const []) '${item ?? ''}'],
            }
          : const {},
    );
  }
}

/// A ticket that is no more as it was issued.
class DoorTicketView {
  const DoorTicketView({
    required this.ticketId,
    required this.generation,
    required this.state,
    required this.inside,
    required this.enteredAt,
    required this.tier,
    required this.seatNumber,
  });

  final String ticketId;
  final int generation;
  final String state;
  final bool inside;
  final DateTime? enteredAt;
  final String tier;
  final String seatNumber;

  static DoorTicketView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return DoorTicketView(
      ticketId: '${data['ticket_id'] ?? ''}',
      generation: int.tryParse('${data['generation']}'.split('.').first) ?? 0,
      state: '${data['state'] ?? ''}',
      inside: data['inside'] == true,
      enteredAt: DateTime.tryParse('${data['entered_at']}'),
      tier: '${data['tier'] ?? ''}',
      seatNumber: '${data['seat_number'] ?? ''}',
    );
  }
}

/// How many there are now.
class CountsView {
  const CountsView({
    required this.sold,
    required this.entered,
    required this.inside,
    required this.duplicates,
  });

  final int sold;
  final int entered;
  final int inside;
  final int duplicates;

  static CountsView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return CountsView(
      sold: int.tryParse('${data['sold']}'.split('.').first) ?? 0,
      entered: int.tryParse('${data['entered']}'.split('.').first) ?? 0,
      inside: int.tryParse('${data['inside']}'.split('.').first) ?? 0,
      duplicates: int.tryParse('${data['duplicates']}'.split('.').first) ?? 0,
    );
  }
}

/// A page of what a door must know.
class GetDoorBundleAnswer {
  const GetDoorBundleAnswer({
    required this.ok,
    required this.eventId,
    required this.title,
    required this.eventHash,
    required this.keys,
    required this.rules,
    required this.tickets,
    required this.next,
    required this.since,
    required this.counts,
    required this.serverTime,
  });

  final bool ok;
  final String eventId;
  final String title;
  final String eventHash;
  final List<KeyView> keys;
  final RulesView rules;
  final List<DoorTicketView> tickets;
  final String? next;
  final DateTime? since;
  final CountsView counts;
  final DateTime? serverTime;

  static GetDoorBundleAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return GetDoorBundleAnswer(
      ok: data['ok'] == true,
      eventId: '${data['event_id'] ?? ''}',
      title: '${data['title'] ?? ''}',
      eventHash: '${data['event_hash'] ?? ''}',
      keys: [for (final item in data['keys'] is List ? data['keys'] : const []) KeyView.fromJson(item)],
      rules: RulesView.fromJson(data['rules']),
      tickets: [
        for (final item in data['tickets'] is List ? data['tickets'] : const [])
          DoorTicketView.fromJson(item),
      ],
      next: data['next'] == null || data['next'] == '' ? null : '${data['next']}',
      since: DateTime.tryParse('${data['since']}'),
      counts: CountsView.fromJson(data['counts']),
      serverTime: DateTime.tryParse('${data['server_time']}'),
    );
  }
}

/// A scan as a phone decided on it.
class ScanFields {
  const ScanFields({
    required this.scanId,
    this.token,
    this.ticketId,
    required this.scannedAt,
    this.direction,
    this.gate,
    required this.result,
  });

  final String scanId;
  final String? token;
  final String? ticketId;
  final DateTime scannedAt;
  final String? direction;
  final String? gate;
  final String result;

  dynamic toJson() => {
        'scanId': scanId,
        if (token != null && token != '') 'token': token,
        if (ticketId != null && ticketId != '') 'ticketId': ticketId,
        'scannedAt': scannedAt.toUtc().toIso8601String(),
        if (direction != null && direction != '') 'direction': direction,
        if (gate != null && gate != '') 'gate': gate,
        'result': result,
      };
}

/// Records what a phone did without a network, all of a batch or nothing of it. Answered with [SyncScansAnswer].
class SyncScansRequest {
  const SyncScansRequest({
    this.inlineErrors,
    required this.eventId,
    required this.scans,
  });

  static const String functionName = 'syncScans';

  final bool? inlineErrors;
  final String eventId;
  final List<ScanFields> scans;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        'scans': [for (final item in scans) item.toJson()],
      };
}

/// What became of a scan.
class ScanView {
  const ScanView({
    required this.scanId,
    required this.recorded,
    required this.result,
    required this.detail,
    required this.duplicate,
    required this.problem,
    required this.direction,
    required this.ticketId,
    required this.seatNumber,
    required this.tier,
    required this.holderName,
    required this.enteredAt,
  });

  final String scanId;
  final bool recorded;
  final String result;
  final String? detail;
  final bool duplicate;
  final String? problem;
  final String direction;
  final String? ticketId;
  final String? seatNumber;
  final String? tier;
  final String? holderName;
  final DateTime? enteredAt;

  static ScanView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return ScanView(
      scanId: '${data['scan_id'] ?? ''}',
      recorded: data['recorded'] == true,
      result: '${data['result'] ?? ''}',
      detail: data['detail'] == null || data['detail'] == '' ? null : '${data['detail']}',
      duplicate: data['duplicate'] == true,
      problem: data['problem'] == null || data['problem'] == '' ? null : '${data['problem']}',
      direction: '${data['direction'] ?? ''}',
      ticketId: data['ticket_id'] == null || data['ticket_id'] == '' ? null : '${data['ticket_id']}',
      seatNumber: data['seat_number'] == null || data['seat_number'] == '' ? null : '${data['seat_number']}',
      tier: data['tier'] == null || data['tier'] == '' ? null : '${data['tier']}',
      holderName: data['holder_name'] == null || data['holder_name'] == '' ? null : '${data['holder_name']}',
      enteredAt: DateTime.tryParse('${data['entered_at']}'),
    );
  }
}

/// What became of each scan, in the order of the request.
class SyncScansAnswer {
  const SyncScansAnswer({
    required this.ok,
    required this.scans,
  });

  final bool ok;
  final List<ScanView> scans;

  static SyncScansAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return SyncScansAnswer(
      ok: data['ok'] == true,
      scans: [for (final item in data['scans'] is List ? data['scans'] : const []) ScanView.fromJson(item)],
    );
  }
}

/// Offers a valid ticket to whoever gets the token, for seven days, but until the event begins at most. Answered
/// with [OfferTransferAnswer].
class OfferTransferRequest {
  const OfferTransferRequest({
    this.inlineErrors,
    required this.ticketId,
    this.withdraw,
  });

  static const String functionName = 'offerTransfer';

  final bool? inlineErrors;
  final String ticketId;
  final bool? withdraw;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'ticketId': ticketId,
        if (withdraw != null) 'withdraw': withdraw,
      };
}

/// What to give to whoever shall have the ticket.
class OfferTransferAnswer {
  const OfferTransferAnswer({
    required this.ok,
    required this.transferToken,
    required this.expiresAt,
    required this.status,
  });

  final bool ok;
  final String? transferToken;
  final DateTime? expiresAt;
  final String status;

  static OfferTransferAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return OfferTransferAnswer(
      ok: data['ok'] == true,
      transferToken: data['transfer_token'] == null || data['transfer_token'] == ''
          ? null
          : '${data['transfer_token']}',
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
      status: '${data['status'] ?? ''}',
    );
  }
}

/// Takes a ticket that is offered. The first who does has it, and codes that were shown of it before are void.
/// Answered with [AcceptTransferAnswer].
class AcceptTransferRequest {
  const AcceptTransferRequest({
    this.inlineErrors,
    required this.transferToken,
    this.holderName,
  });

  static const String functionName = 'acceptTransfer';

  final bool? inlineErrors;
  final String transferToken;
  final String? holderName;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'transferToken': transferToken,
        if (holderName != null && holderName != '') 'holderName': holderName,
      };
}

/// The ticket, which is the caller's.
class AcceptTransferAnswer {
  const AcceptTransferAnswer({
    required this.ok,
    required this.ticketId,
    required this.eventId,
    required this.tier,
    required this.seatNumber,
    required this.price,
    required this.status,
    required this.holderName,
    required this.eventTitle,
    required this.eventDate,
    required this.venueName,
    required this.purchaseDate,
  });

  final bool ok;
  final String ticketId;
  final String eventId;
  final String tier;
  final String seatNumber;
  final int price;
  final String status;
  final String? holderName;
  final String eventTitle;
  final DateTime? eventDate;
  final String venueName;
  final DateTime? purchaseDate;

  static AcceptTransferAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return AcceptTransferAnswer(
      ok: data['ok'] == true,
      ticketId: '${data['ticket_id'] ?? ''}',
      eventId: '${data['event_id'] ?? ''}',
      tier: '${data['tier'] ?? ''}',
      seatNumber: '${data['seat_number'] ?? ''}',
      price: int.tryParse('${data['price']}'.split('.').first) ?? 0,
      status: '${data['status'] ?? ''}',
      holderName: data['holder_name'] == null || data['holder_name'] == '' ? null : '${data['holder_name']}',
      eventTitle: '${data['event_title'] ?? ''}',
      eventDate: DateTime.tryParse('${data['event_date']}'),
      venueName: '${data['venue_name'] ?? ''}',
      purchaseDate: DateTime.tryParse('${data['purchase_date']}'),
    );
  }
}

/// Gives a ticket's code, as text and as an image. It can be printed, unless the event has rotating codes.
/// Answered with [GetTicketQRAnswer].
class GetTicketQRRequest {
  const GetTicketQRRequest({
    this.inlineErrors,
    required this.ticketId,
  });

  static const String functionName = 'getTicketQR';

  final bool? inlineErrors;
  final String ticketId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'ticketId': ticketId,
      };
}

/// What the door scans.
class GetTicketQRAnswer {
  const GetTicketQRAnswer({
    required this.ok,
    required this.ticketId,
    required this.token,
    required this.qrCode,
    required this.expiresAt,
    required this.refreshAfterSeconds,
  });

  final bool ok;
  final String ticketId;
  final String token;
  final String qrCode;
  final DateTime? expiresAt;
  final int? refreshAfterSeconds;

  static GetTicketQRAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return GetTicketQRAnswer(
      ok: data['ok'] == true,
      ticketId: '${data['ticket_id'] ?? ''}',
      token: '${data['token'] ?? ''}',
      qrCode: '${data['qr_code'] ?? ''}',
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
      refreshAfterSeconds: int.tryParse('${data['refresh_after_seconds']}'.split('.').first),
    );
  }
}

/// Says whether somebody is let in with a ticket, and writes it down. Of many scans at once one lets somebody in.
/// Answered with [ValidateTicketAnswer].
class ValidateTicketRequest {
  const ValidateTicketRequest({
    this.inlineErrors,
    required this.eventId,
    this.token,
    this.ticketId,
    required this.scanId,
    this.gate,
    this.direction,
  });

  static const String functionName = 'validateTicket';

  final bool? inlineErrors;
  final String eventId;
  final String? token;
  final String? ticketId;
  final String scanId;
  final String? gate;
  /// One of entry, exit.
  final String? direction;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (token != null && token != '') 'token': token,
        if (ticketId != null && ticketId != '') 'ticketId': ticketId,
        'scanId': scanId,
        if (gate != null && gate != '') 'gate': gate,
        if (direction != null && direction != '') 'direction': direction,
      };
}

/// What to say to them.
class ValidateTicketAnswer {
  const ValidateTicketAnswer({
    required this.ok,
    required this.scanId,
    required this.result,
    required this.detail,
    required this.direction,
    required this.ticketId,
    required this.tier,
    required this.seatNumber,
    required this.holderName,
    required this.enteredAt,
    required this.duplicate,
  });

  final bool ok;
  final String scanId;
  /// One of ok, already_used, invalid, wrong_event, wrong_gate, wrong_time, cancelled, unpaid, blocked,
  /// transferred.
  final String result;
  final String? detail;
  /// One of entry, exit.
  final String direction;
  final String? ticketId;
  final String? tier;
  final String? seatNumber;
  final String? holderName;
  final DateTime? enteredAt;
  final bool duplicate;

  static ValidateTicketAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return ValidateTicketAnswer(
      ok: data['ok'] == true,
      scanId: '${data['scan_id'] ?? ''}',
      result: '${data['result'] ?? ''}',
      detail: data['detail'] == null || data['detail'] == '' ? null : '${data['detail']}',
      direction: '${data['direction'] ?? ''}',
      ticketId: data['ticket_id'] == null || data['ticket_id'] == '' ? null : '${data['ticket_id']}',
      tier: data['tier'] == null || data['tier'] == '' ? null : '${data['tier']}',
      seatNumber: data['seat_number'] == null || data['seat_number'] == '' ? null : '${data['seat_number']}',
      holderName: data['holder_name'] == null || data['holder_name'] == '' ? null : '${data['holder_name']}',
      enteredAt: DateTime.tryParse('${data['entered_at']}'),
      duplicate: data['duplicate'] == true,
    );
  }
}

/// Takes the latest entry with a ticket back; who did it, when and why stays written on the entry. Answered with
/// [UndoEntryAnswer].
class UndoEntryRequest {
  const UndoEntryRequest({
    this.inlineErrors,
    required this.eventId,
    required this.ticketId,
    this.note,
  });

  static const String functionName = 'undoEntry';

  final bool? inlineErrors;
  final String eventId;
  final String ticketId;
  final String? note;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        'ticketId': ticketId,
        if (note != null && note != '') 'note': note,
      };
}

/// The ticket as it now is.
class UndoEntryAnswer {
  const UndoEntryAnswer({
    required this.ok,
    required this.ticketId,
    required this.status,
    required this.undone,
  });

  final bool ok;
  final String ticketId;
  final String status;
  final bool undone;

  static UndoEntryAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return UndoEntryAnswer(
      ok: data['ok'] == true,
      ticketId: '${data['ticket_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      undone: data['undone'] == true,
    );
  }
}

/// Finds tickets of an event by their holder's name or their seat, 20 a page and 1,000 looked through at most.
/// Answered with [FindTicketsAnswer].
class FindTicketsRequest {
  const FindTicketsRequest({
    this.inlineErrors,
    required this.eventId,
    this.name,
    this.seatNumber,
    this.cursor,
  });

  static const String functionName = 'findTickets';

  final bool? inlineErrors;
  final String eventId;
  final String? name;
  final String? seatNumber;
  final String? cursor;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (name != null && name != '') 'name': name,
        if (seatNumber != null && seatNumber != '') 'seatNumber': seatNumber,
        if (cursor != null && cursor != '') 'cursor': cursor,
      };
}

/// A ticket, for the door.
class FoundTicket {
  const FoundTicket({
    required this.ticketId,
    required this.tier,
    required this.seatNumber,
    required this.holderName,
    required this.status,
    required this.inside,
    required this.enteredAt,
  });

  final String ticketId;
  final String tier;
  final String seatNumber;
  final String? holderName;
  final String status;
  final bool inside;
  final DateTime? enteredAt;

  static FoundTicket fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return FoundTicket(
      ticketId: '${data['ticket_id'] ?? ''}',
      tier: '${data['tier'] ?? ''}',
      seatNumber: '${data['seat_number'] ?? ''}',
      holderName: data['holder_name'] == null || data['holder_name'] == '' ? null : '${data['holder_name']}',
      status: '${data['status'] ?? ''}',
      inside: data['inside'] == true,
      enteredAt: DateTime.tryParse('${data['entered_at']}'),
    );
  }
}

/// A page of the tickets that were found, in no order that means anything.
class FindTicketsAnswer {
  const FindTicketsAnswer({
    required this.ok,
    required this.tickets,
    required this.next,
  });

  final bool ok;
  final List<FoundTicket> tickets;
  final String? next;

  static FindTicketsAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return FindTicketsAnswer(
      ok: data['ok'] == true,
      tickets: [
        for (final item in data['tickets'] is List ? data['tickets'] : const [])
          FoundTicket.fromJson(item),
      ],
      next: data['next'] == null || data['next'] == '' ? null : '${data['next']}',
    );
  }
}
