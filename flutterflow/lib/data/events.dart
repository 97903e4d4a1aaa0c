// Written by `make docs` from the functions: change those, not this.
// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.

/// Until when a ticket may be given back, and what is kept of its price then.
class CancelTerms {
  const CancelTerms({
    this.untilHours,
    this.feePercent,
    this.feeJpy,
  });

  final int? untilHours;
  final int? feePercent;
  final int? feeJpy;

  dynamic toJson() => {
        if (untilHours != null) 'untilHours': untilHours,
        if (feePercent != null) 'feePercent': feePercent,
        if (feeJpy != null) 'feeJpy': feeJpy,
      };
}

/// A kind of place: so many of them, or rows of seats.
class TierFields {
  const TierFields({
    required this.tier,
    required this.name,
    required this.price,
    this.size,
    this.rows,
    this.heldBack,
    this.heldBackSeats,
    this.gates,
  });

  final String tier;
  final String name;
  final int price;
  final int? size;
  final List<RowFields>? rows;
  final int? heldBack;
  final List<String>? heldBackSeats;
  final List<String>? gates;

  dynamic toJson() => {
        'tier': tier,
        'name': name,
        'price': price,
        if (size != null) 'size': size,
        if (rows != null) 'rows': [for (final item in rows!) item.toJson()],
        if (heldBack != null) 'heldBack': heldBack,
        if (heldBackSeats != null) 'heldBackSeats': heldBackSeats,
        if (gates != null) 'gates': gates,
      };
}

/// A row of seats, `A-1` to `A-10`.
class RowFields {
  const RowFields({
    required this.row,
    required this.seats,
  });

  final String row;
  final int seats;

  dynamic toJson() => {
        'row': row,
        'seats': seats,
      };
}

/// Writes down an event, which only its organiser sees until it is published. Answered with [EventAnswer].
class CreateEventRequest {
  const CreateEventRequest({
    this.inlineErrors,
    this.description,
    this.venueAddress,
    this.doorsOpenAt,
    this.endsAt,
    this.category,
    this.timezone,
    this.salesStartAt,
    this.salesEndAt,
    this.maxPerPerson,
    this.cancelTerms,
    this.transferable,
    this.reentry,
    this.rotatingQr,
    required this.organizerId,
    required this.title,
    required this.venueName,
    required this.eventDate,
    required this.tiers,
  });

  static const String functionName = 'createEvent';

  final bool? inlineErrors;
  final String? description;
  final String? venueAddress;
  final DateTime? doorsOpenAt;
  final DateTime? endsAt;
  final String? category;
  final String? timezone;
  final DateTime? salesStartAt;
  final DateTime? salesEndAt;
  final int? maxPerPerson;
  final CancelTerms? cancelTerms;
  final bool? transferable;
  final bool? reentry;
  final bool? rotatingQr;
  final String organizerId;
  final String title;
  final String venueName;
  final DateTime eventDate;
  final List<TierFields> tiers;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (description != null && description != '') 'description': description,
        if (venueAddress != null && venueAddress != '') 'venueAddress': venueAddress,
        if (doorsOpenAt != null) 'doorsOpenAt': doorsOpenAt!.toUtc().toIso8601String(),
        if (endsAt != null) 'endsAt': endsAt!.toUtc().toIso8601String(),
        if (category != null && category != '') 'category': category,
        if (timezone != null && timezone != '') 'timezone': timezone,
        if (salesStartAt != null) 'salesStartAt': salesStartAt!.toUtc().toIso8601String(),
        if (salesEndAt != null) 'salesEndAt': salesEndAt!.toUtc().toIso8601String(),
        if (maxPerPerson != null) 'maxPerPerson': maxPerPerson,
        if (cancelTerms != null) 'cancelTerms': cancelTerms!.toJson(),
        if (transferable != null) 'transferable': transferable,
        if (reentry != null) 'reentry': reentry,
        if (rotatingQr != null) 'rotatingQr': rotatingQr,
        'organizerId': organizerId,
        'title': title,
        'venueName': venueName,
        'eventDate': eventDate.toUtc().toIso8601String(),
        'tiers': [for (final item in tiers) item.toJson()],
      };
}

/// Until when a ticket may be given back, and what is kept then.
class TermsView {
  const TermsView({
    required this.untilHours,
    required this.feePercent,
    required this.feeJpy,
  });

  final int untilHours;
  final int feePercent;
  final int feeJpy;

  static TermsView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return TermsView(
      untilHours: int.tryParse('${data['until_hours']}'.split('.').first) ?? 0,
      feePercent: int.tryParse('${data['fee_percent']}'.split('.').first) ?? 0,
      feeJpy: int.tryParse('${data['fee_jpy']}'.split('.').first) ?? 0,
    );
  }
}

/// A kind of place.
class TierView {
  const TierView({
    required this.tier,
    required this.name,
    required this.price,
    required this.size,
    required this.rows,
    required this.gates,
    required this.left,
    required this.heldBack,
    required this.heldBackSeats,
  });

  final String tier;
  final String name;
  final int price;
  final int size;
  final List<RowView> rows;
  final List<String> gates;
  final int? left;
  final int? heldBack;
  final List<String>? heldBackSeats;

  static TierView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return TierView(
      tier: '${data['tier'] ?? ''}',
      name: '${data['name'] ?? ''}',
      price: int.tryParse('${data['price']}'.split('.').first) ?? 0,
      size: int.tryParse('${data['size']}'.split('.').first) ?? 0,
      rows: [for (final item in data['rows'] is List ? data['rows'] : const []) RowView.fromJson(item)],
      gates: [for (final item in data['gates'] is List ? data['gates'] : const []) '${item ?? ''}'],
      left: int.tryParse('${data['left']}'.split('.').first),
      heldBack: int.tryParse('${data['held_back']}'.split('.').first),
      heldBackSeats: data['held_back_seats'] is List
          ? [for (final item in data['held_back_seats']) '${item ?? ''}']
          : null,
    );
  }
}

/// A row of seats.
class RowView {
  const RowView({
    required this.row,
    required this.seats,
  });

  final String row;
  final int seats;

  static RowView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return RowView(
      row: '${data['row'] ?? ''}',
      seats: int.tryParse('${data['seats']}'.split('.').first) ?? 0,
    );
  }
}

/// An event.
class EventAnswer {
  const EventAnswer({
    required this.ok,
    required this.eventId,
    required this.organizerId,
    required this.organizerName,
    required this.title,
    required this.description,
    required this.venueName,
    required this.venueAddress,
    required this.eventDate,
    required this.doorsOpenAt,
    required this.endsAt,
    required this.category,
    required this.timezone,
    required this.salesStartAt,
    required this.salesEndAt,
    required this.maxPerPerson,
    required this.cancelTerms,
    required this.transferable,
    required this.reentry,
    required this.rotatingQr,
    required this.status,
    required this.version,
    required this.totalSeats,
    required this.availableSeats,
    required this.basePrice,
    required this.tiers,
  });

  final bool ok;
  final String eventId;
  final String organizerId;
  final String organizerName;
  final String title;
  final String? description;
  final String venueName;
  final String? venueAddress;
  final DateTime? eventDate;
  final DateTime? doorsOpenAt;
  final DateTime? endsAt;
  final String? category;
  final String timezone;
  final DateTime? salesStartAt;
  final DateTime? salesEndAt;
  final int maxPerPerson;
  final TermsView cancelTerms;
  final bool transferable;
  final bool reentry;
  final bool rotatingQr;
  final String status;
  final int version;
  final int totalSeats;
  final int availableSeats;
  final int basePrice;
  final List<TierView> tiers;

  static EventAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return EventAnswer(
      ok: data['ok'] == true,
      eventId: '${data['event_id'] ?? ''}',
      organizerId: '${data['organizer_id'] ?? ''}',
      organizerName: '${data['organizer_name'] ?? ''}',
      title: '${data['title'] ?? ''}',
      description: data['description'] == null || data['description'] == '' ? null : '${data['description']}',
      venueName: '${data['venue_name'] ?? ''}',
      venueAddress: data['venue_address'] == null || data['venue_address'] == ''
          ? null
          : '${data['venue_address']}',
      eventDate: DateTime.tryParse('${data['event_date']}'),
      doorsOpenAt: DateTime.tryParse('${data['doors_open_at']}'),
      endsAt: DateTime.tryParse('${data['ends_at']}'),
      category: data['category'] == null || data['category'] == '' ? null : '${data['category']}',
      timezone: '${data['timezone'] ?? ''}',
      salesStartAt: DateTime.tryParse('${data['sales_start_at']}'),
      salesEndAt: DateTime.tryParse('${data['sales_end_at']}'),
      maxPerPerson: int.tryParse('${data['max_per_person']}'.split('.').first) ?? 0,
      cancelTerms: TermsView.fromJson(data['cancel_terms']),
      transferable: data['transferable'] == true,
      reentry: data['reentry'] == true,
      rotatingQr: data['rotating_qr'] == true,
      status: '${data['status'] ?? ''}',
      version: int.tryParse('${data['version']}'.split('.').first) ?? 0,
      totalSeats: int.tryParse('${data['total_seats']}'.split('.').first) ?? 0,
      availableSeats: int.tryParse('${data['available_seats']}'.split('.').first) ?? 0,
      basePrice: int.tryParse('${data['base_price']}'.split('.').first) ?? 0,
      tiers: [for (final item in data['tiers'] is List ? data['tiers'] : const []) TierView.fromJson(item)],
    );
  }
}

/// Changes what is given of an event. Orders keep the price and the terms that they were made with. Answered with
/// [EventAnswer].
class UpdateEventRequest {
  const UpdateEventRequest({
    this.inlineErrors,
    this.description,
    this.venueAddress,
    this.doorsOpenAt,
    this.endsAt,
    this.category,
    this.timezone,
    this.salesStartAt,
    this.salesEndAt,
    this.maxPerPerson,
    this.cancelTerms,
    this.transferable,
    this.reentry,
    this.rotatingQr,
    required this.eventId,
    this.version,
    this.title,
    this.venueName,
    this.eventDate,
    this.tiers,
  });

  static const String functionName = 'updateEvent';

  final bool? inlineErrors;
  final String? description;
  final String? venueAddress;
  final DateTime? doorsOpenAt;
  final DateTime? endsAt;
  final String? category;
  final String? timezone;
  final DateTime? salesStartAt;
  final DateTime? salesEndAt;
  final int? maxPerPerson;
  final CancelTerms? cancelTerms;
  final bool? transferable;
  final bool? reentry;
  final bool? rotatingQr;
  final String eventId;
  final int? version;
  final String? title;
  final String? venueName;
  final DateTime? eventDate;
  final List<TierFields>? tiers;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (description != null && description != '') 'description': description,
        if (venueAddress != null && venueAddress != '') 'venueAddress': venueAddress,
        if (doorsOpenAt != null) 'doorsOpenAt': doorsOpenAt!.toUtc().toIso8601String(),
        if (endsAt != null) 'endsAt': endsAt!.toUtc().toIso8601String(),
        if (category != null && category != '') 'category': category,
        if (timezone != null && timezone != '') 'timezone': timezone,
        if (salesStartAt != null) 'salesStartAt': salesStartAt!.toUtc().toIso8601String(),
        if (salesEndAt != null) 'salesEndAt': salesEndAt!.toUtc().toIso8601String(),
        if (maxPerPerson != null) 'maxPerPerson': maxPerPerson,
        if (cancelTerms != null) 'cancelTerms': cancelTerms!.toJson(),
        if (transferable != null) 'transferable': transferable,
        if (reentry != null) 'reentry': reentry,
        if (rotatingQr != null) 'rotatingQr': rotatingQr,
        'eventId': eventId,
        if (version != null) 'version': version,
        if (title != null && title != '') 'title': title,
        if (venueName != null && venueName != '') 'venueName': venueName,
        if (eventDate != null) 'eventDate': eventDate!.toUtc().toIso8601String(),
        if (tiers != null) 'tiers': [for (final item in tiers!) item.toJson()],
      };
}

/// Lets everybody see an event and buy its tickets, also again after it was closed. Repeating it changes nothing.
/// Answered with [EventAnswer].
class PublishEventRequest {
  const PublishEventRequest({
    this.inlineErrors,
    required this.eventId,
    this.version,
  });

  static const String functionName = 'publishEvent';

  final bool? inlineErrors;
  final String eventId;
  final int? version;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (version != null) 'version': version,
      };
}

/// Ends the sale at once. What is held may still be paid; what is sold stays. Repeating it changes nothing.
/// Answered with [EventAnswer].
class CloseEventRequest {
  const CloseEventRequest({
    this.inlineErrors,
    required this.eventId,
    this.version,
  });

  static const String functionName = 'closeEvent';

  final bool? inlineErrors;
  final String eventId;
  final int? version;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (version != null) 'version': version,
      };
}

/// Deletes a draft. What was ever published stays, because somebody may have bought it. Answered with
/// [DeleteEventAnswer].
class DeleteEventRequest {
  const DeleteEventRequest({
    this.inlineErrors,
    required this.eventId,
    this.version,
  });

  static const String functionName = 'deleteEvent';

  final bool? inlineErrors;
  final String eventId;
  final int? version;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (version != null) 'version': version,
      };
}

/// The event that is gone.
class DeleteEventAnswer {
  const DeleteEventAnswer({
    required this.ok,
    required this.eventId,
  });

  final bool ok;
  final String eventId;

  static DeleteEventAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return DeleteEventAnswer(
      ok: data['ok'] == true,
      eventId: '${data['event_id'] ?? ''}',
    );
  }
}

/// Says who works for an organiser, and as what. An administrator makes a new one by this. Answered with
/// [SetOrganizerMembersAnswer].
class SetOrganizerMembersRequest {
  const SetOrganizerMembersRequest({
    this.inlineErrors,
    this.note,
    required this.organizerId,
    this.name,
    required this.members,
  });

  static const String functionName = 'setOrganizerMembers';

  final bool? inlineErrors;
  final String? note;
  final String organizerId;
  final String? name;
  /// A map of String.
  final dynamic members;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (note != null && note != '') 'note': note,
        'organizerId': organizerId,
        if (name != null && name != '') 'name': name,
        'members': members,
      };
}

/// The organiser as it now is.
class SetOrganizerMembersAnswer {
  const SetOrganizerMembersAnswer({
    required this.ok,
    required this.organizerId,
    required this.members,
  });

  final bool ok;
  final String organizerId;
  /// A map of String.
  final dynamic members;

  static SetOrganizerMembersAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return SetOrganizerMembersAnswer(
      ok: data['ok'] == true,
      organizerId: '${data['organizer_id'] ?? ''}',
      members: data['members'] is Map
          ? {
              for (final entry in data['members'].entries)
                '${entry.key}': '${entry.value ?? ''}',
            }
          : const {},
    );
  }
}

/// Somebody at the door.
class StaffFields {
  const StaffFields({
    required this.gates,
    this.until,
  });

  final List<String> gates;
  final DateTime? until;

  dynamic toJson() => {
        'gates': gates,
        if (until != null) 'until': until!.toUtc().toIso8601String(),
      };
}

/// Says who lets people into an event, at which gates, and until when. Answered with [SetEventStaffAnswer].
class SetEventStaffRequest {
  const SetEventStaffRequest({
    this.inlineErrors,
    this.note,
    required this.eventId,
    required this.uids,
  });

  static const String functionName = 'setEventStaff';

  final bool? inlineErrors;
  final String? note;
  final String eventId;
  /// A map of StaffFields.
  final dynamic uids;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (note != null && note != '') 'note': note,
        'eventId': eventId,
        'uids': {
          for (final entry in uids.entries)
            entry.key: entry.value is StaffFields ? entry.value.toJson() : entry.value,
        },
      };
}

/// Somebody at the door.
class StaffView {
  const StaffView({
    required this.gates,
    required this.until,
  });

  final List<String> gates;
  final DateTime? until;

  static StaffView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return StaffView(
      gates: [for (final item in data['gates'] is List ? data['gates'] : const []) '${item ?? ''}'],
      until: DateTime.tryParse('${data['until']}'),
    );
  }
}

/// Everybody at the door.
class SetEventStaffAnswer {
  const SetEventStaffAnswer({
    required this.ok,
    required this.eventId,
    required this.uids,
  });

  final bool ok;
  final String eventId;
  /// A map of StaffView.
  final dynamic uids;

  static SetEventStaffAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return SetEventStaffAnswer(
      ok: data['ok'] == true,
      eventId: '${data['event_id'] ?? ''}',
      uids: data['uids'] is Map
          ? {
              for (final entry in data['uids'].entries)
                '${entry.key}': StaffView.fromJson(entry.value),
            }
          : const {},
    );
  }
}

/// Shows an event, its tiers, and how many places are left, as they were a few seconds ago. Answered with
/// [EventAnswer].
class GetEventDetailsRequest {
  const GetEventDetailsRequest({
    this.inlineErrors,
    required this.eventId,
  });

  static const String functionName = 'getEventDetails';

  final bool? inlineErrors;
  final String eventId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
      };
}

/// Shows which seats are free, as they were a few seconds ago. Answered with [GetSeatMapAnswer].
class GetSeatMapRequest {
  const GetSeatMapRequest({
    this.inlineErrors,
    required this.eventId,
  });

  static const String functionName = 'getSeatMap';

  final bool? inlineErrors;
  final String eventId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
      };
}

/// A seat.
class SeatView {
  const SeatView({
    required this.seatNumber,
    required this.tier,
    required this.free,
    required this.heldBack,
  });

  final String seatNumber;
  final String tier;
  final bool free;
  final bool heldBack;

  static SeatView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return SeatView(
      seatNumber: '${data['seat_number'] ?? ''}',
      tier: '${data['tier'] ?? ''}',
      free: data['free'] == true,
      heldBack: data['held_back'] == true,
    );
  }
}

/// All seats of an event, and what is left of its places.
class GetSeatMapAnswer {
  const GetSeatMapAnswer({
    required this.ok,
    required this.eventId,
    required this.seats,
    required this.left,
  });

  final bool ok;
  final String eventId;
  final List<SeatView> seats;
  /// A map of int.
  final dynamic left;

  static GetSeatMapAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return GetSeatMapAnswer(
      ok: data['ok'] == true,
      eventId: '${data['event_id'] ?? ''}',
      seats: [for (final item in data['seats'] is List ? data['seats'] : const []) SeatView.fromJson(item)],
      left: data['left'] is Map
          ? {
              for (final entry in data['left'].entries)
                '${entry.key}': int.tryParse('${entry.value}'.split('.').first) ?? 0,
            }
          : const {},
    );
  }
}

/// So many places of a tier, or one seat of it.
class ItemFields {
  const ItemFields({
    required this.tier,
    this.quantity,
    this.seatNumber,
    this.adjacent,
  });

  final String tier;
  final int? quantity;
  final String? seatNumber;
  final bool? adjacent;

  dynamic toJson() => {
        'tier': tier,
        if (quantity != null) 'quantity': quantity,
        if (seatNumber != null && seatNumber != '') 'seatNumber': seatNumber,
        if (adjacent != null) 'adjacent': adjacent,
      };
}

/// Holds places for ten minutes, to be paid with PaymentSheet. What is free is given at once. Answered with
/// [OrderAnswer].
class PurchaseTicketRequest {
  const PurchaseTicketRequest({
    this.inlineErrors,
    required this.eventId,
    required this.requestId,
    required this.items,
    this.amount,
    this.names,
  });

  static const String functionName = 'purchaseTicket';

  final bool? inlineErrors;
  final String eventId;
  final String requestId;
  final List<ItemFields> items;
  final int? amount;
  final List<String>? names;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        'requestId': requestId,
        'items': [for (final item in items) item.toJson()],
        if (amount != null) 'amount': amount,
        if (names != null) 'names': names,
      };
}

/// A ticket as it is answered.
class TicketView {
  const TicketView({
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

  static TicketView fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return TicketView(
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

/// An order, and what PaymentSheet needs while it is unpaid.
class OrderAnswer {
  const OrderAnswer({
    required this.ok,
    required this.orderId,
    required this.status,
    required this.expiresAt,
    required this.clientSecret,
    required this.paymentId,
    required this.amount,
    required this.retryAfterSeconds,
    required this.tickets,
  });

  final bool ok;
  final String orderId;
  final String status;
  final DateTime? expiresAt;
  final String? clientSecret;
  final String? paymentId;
  final int amount;
  final int? retryAfterSeconds;
  final List<TicketView> tickets;

  static OrderAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return OrderAnswer(
      ok: data['ok'] == true,
      orderId: '${data['order_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
      clientSecret: data['client_secret'] == null || data['client_secret'] == ''
          ? null
          : '${data['client_secret']}',
      paymentId: data['payment_id'] == null || data['payment_id'] == '' ? null : '${data['payment_id']}',
      amount: int.tryParse('${data['amount']}'.split('.').first) ?? 0,
      retryAfterSeconds: int.tryParse('${data['retry_after_seconds']}'.split('.').first),
      tickets: [
        for (final item in data['tickets'] is List ? data['tickets'] : const [])
          TicketView.fromJson(item),
      ],
    );
  }
}

/// Gives the client secret of an order that waits for its payment, or says when to ask again. Answered with
/// [OrderAnswer].
class PayOrderRequest {
  const PayOrderRequest({
    this.inlineErrors,
    required this.orderId,
  });

  static const String functionName = 'payOrder';

  final bool? inlineErrors;
  final String orderId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'orderId': orderId,
      };
}

/// Brings an order in step with its payment right after PaymentSheet, and answers with its tickets. Answered with
/// [ConfirmOrderAnswer].
class ConfirmOrderRequest {
  const ConfirmOrderRequest({
    this.inlineErrors,
    required this.orderId,
  });

  static const String functionName = 'confirmOrder';

  final bool? inlineErrors;
  final String orderId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'orderId': orderId,
      };
}

/// The order, and its tickets once it is paid.
class ConfirmOrderAnswer {
  const ConfirmOrderAnswer({
    required this.ok,
    required this.orderId,
    required this.status,
    required this.tickets,
  });

  final bool ok;
  final String orderId;
  final String status;
  final List<TicketView> tickets;

  static ConfirmOrderAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return ConfirmOrderAnswer(
      ok: data['ok'] == true,
      orderId: '${data['order_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
      tickets: [
        for (final item in data['tickets'] is List ? data['tickets'] : const [])
          TicketView.fromJson(item),
      ],
    );
  }
}

/// Gives an unpaid order up: its places are free at once. If it was paid meanwhile, that stands. Answered with
/// [AbandonOrderAnswer].
class AbandonOrderRequest {
  const AbandonOrderRequest({
    this.inlineErrors,
    required this.orderId,
  });

  static const String functionName = 'abandonOrder';

  final bool? inlineErrors;
  final String orderId;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'orderId': orderId,
      };
}

/// The order.
class AbandonOrderAnswer {
  const AbandonOrderAnswer({
    required this.ok,
    required this.orderId,
    required this.status,
  });

  final bool ok;
  final String orderId;
  final String status;

  static AbandonOrderAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return AbandonOrderAnswer(
      ok: data['ok'] == true,
      orderId: '${data['order_id'] ?? ''}',
      status: '${data['status'] ?? ''}',
    );
  }
}

/// Gives a ticket back, until so many hours before the event as its terms said when it was bought. Answered with
/// [CancelTicketAnswer].
class CancelTicketRequest {
  const CancelTicketRequest({
    this.inlineErrors,
    required this.ticketId,
    this.quoteOnly,
  });

  static const String functionName = 'cancelTicket';

  final bool? inlineErrors;
  final String ticketId;
  final bool? quoteOnly;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'ticketId': ticketId,
        if (quoteOnly != null) 'quoteOnly': quoteOnly,
      };
}

/// What comes back, or would.
class CancelTicketAnswer {
  const CancelTicketAnswer({
    required this.ok,
    required this.ticketId,
    required this.refundAmount,
    required this.status,
  });

  final bool ok;
  final String ticketId;
  final int refundAmount;
  final String status;

  static CancelTicketAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return CancelTicketAnswer(
      ok: data['ok'] == true,
      ticketId: '${data['ticket_id'] ?? ''}',
      refundAmount: int.tryParse('${data['refund_amount']}'.split('.').first) ?? 0,
      status: '${data['status'] ?? ''}',
    );
  }
}

/// Ends an event for good: the sale at once, and every order, with all its money, within minutes. Answered with
/// [EventAnswer].
class CancelEventRequest {
  const CancelEventRequest({
    this.inlineErrors,
    this.note,
    required this.eventId,
    this.version,
    this.reason,
  });

  static const String functionName = 'cancelEvent';

  final bool? inlineErrors;
  final String? note;
  final String eventId;
  final int? version;
  final String? reason;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (note != null && note != '') 'note': note,
        'eventId': eventId,
        if (version != null) 'version': version,
        if (reason != null && reason != '') 'reason': reason,
      };
}

/// Lists tickets that are the caller's, those to coming events apart from those to past ones. Answered with
/// [GetUserTicketsAnswer].
class GetUserTicketsRequest {
  const GetUserTicketsRequest({
    this.inlineErrors,
    this.cursor,
  });

  static const String functionName = 'getUserTickets';

  final bool? inlineErrors;
  final String? cursor;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (cursor != null && cursor != '') 'cursor': cursor,
      };
}

/// A page of the caller's tickets.
class GetUserTicketsAnswer {
  const GetUserTicketsAnswer({
    required this.ok,
    required this.coming,
    required this.past,
    required this.cursor,
  });

  final bool ok;
  final List<TicketView> coming;
  final List<TicketView> past;
  final String? cursor;

  static GetUserTicketsAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return GetUserTicketsAnswer(
      ok: data['ok'] == true,
      coming: [
        for (final item in data['coming'] is List ? data['coming'] : const [])
          TicketView.fromJson(item),
      ],
      past: [for (final item in data['past'] is List ? data['past'] : const []) TicketView.fromJson(item)],
      cursor: data['cursor'] == null || data['cursor'] == '' ? null : '${data['cursor']}',
    );
  }
}

/// Lists the tickets of an event as CSV, in pages. A cell that a spreadsheet would run as a formula is quoted.
/// Answered with [ExportAttendeesAnswer].
class ExportAttendeesRequest {
  const ExportAttendeesRequest({
    this.inlineErrors,
    required this.eventId,
    this.cursor,
  });

  static const String functionName = 'exportAttendees';

  final bool? inlineErrors;
  final String eventId;
  final String? cursor;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        if (cursor != null && cursor != '') 'cursor': cursor,
      };
}

/// A page of the event's tickets.
class ExportAttendeesAnswer {
  const ExportAttendeesAnswer({
    required this.ok,
    required this.csv,
    required this.cursor,
  });

  final bool ok;
  final String csv;
  final String? cursor;

  static ExportAttendeesAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return ExportAttendeesAnswer(
      ok: data['ok'] == true,
      csv: '${data['csv'] ?? ''}',
      cursor: data['cursor'] == null || data['cursor'] == '' ? null : '${data['cursor']}',
    );
  }
}

/// Finds published events that are not over, as they were at most a minute ago. Answered with
/// [SearchEventsAnswer].
class SearchEventsRequest {
  const SearchEventsRequest({
    this.inlineErrors,
    this.text,
    this.category,
    this.from,
    this.to,
    this.minPrice,
    this.maxPrice,
    this.cursor,
  });

  static const String functionName = 'searchEvents';

  final bool? inlineErrors;
  final String? text;
  final String? category;
  final DateTime? from;
  final DateTime? to;
  final int? minPrice;
  final int? maxPrice;
  final String? cursor;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (text != null && text != '') 'text': text,
        if (category != null && category != '') 'category': category,
        if (from != null) 'from': from!.toUtc().toIso8601String(),
        if (to != null) 'to': to!.toUtc().toIso8601String(),
        if (minPrice != null) 'minPrice': minPrice,
        if (maxPrice != null) 'maxPrice': maxPrice,
        if (cursor != null && cursor != '') 'cursor': cursor,
      };
}

/// An event as a list shows it.
class FoundEvent {
  const FoundEvent({
    required this.eventId,
    required this.organizerId,
    required this.organizerName,
    required this.title,
    required this.description,
    required this.venueName,
    required this.venueAddress,
    required this.eventDate,
    required this.endsAt,
    required this.category,
    required this.timezone,
    required this.basePrice,
  });

  final String eventId;
  final String organizerId;
  final String organizerName;
  final String title;
  final String description;
  final String venueName;
  final String venueAddress;
  final DateTime? eventDate;
  final DateTime? endsAt;
  final String? category;
  final String timezone;
  final int basePrice;

  static FoundEvent fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return FoundEvent(
      eventId: '${data['event_id'] ?? ''}',
      organizerId: '${data['organizer_id'] ?? ''}',
      organizerName: '${data['organizer_name'] ?? ''}',
      title: '${data['title'] ?? ''}',
      description: '${data['description'] ?? ''}',
      venueName: '${data['venue_name'] ?? ''}',
      venueAddress: '${data['venue_address'] ?? ''}',
      eventDate: DateTime.tryParse('${data['event_date']}'),
      endsAt: DateTime.tryParse('${data['ends_at']}'),
      category: data['category'] == null || data['category'] == '' ? null : '${data['category']}',
      timezone: '${data['timezone'] ?? ''}',
      basePrice: int.tryParse('${data['base_price']}'.split('.').first) ?? 0,
    );
  }
}

/// A page of events, those that begin first before the others.
class SearchEventsAnswer {
  const SearchEventsAnswer({
    required this.ok,
    required this.events,
    required this.next,
  });

  final bool ok;
  final List<FoundEvent> events;
  final String? next;

  static SearchEventsAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return SearchEventsAnswer(
      ok: data['ok'] == true,
      events: [
        for (final item in data['events'] is List ? data['events'] : const [])
          FoundEvent.fromJson(item),
      ],
      next: data['next'] == null || data['next'] == '' ? null : '${data['next']}',
    );
  }
}

/// Waits for places of a tier that has fewer left than are wanted. Answered with [WaitlistAnswer].
class JoinWaitlistRequest {
  const JoinWaitlistRequest({
    this.inlineErrors,
    required this.eventId,
    required this.tier,
    this.quantity,
  });

  static const String functionName = 'joinWaitlist';

  final bool? inlineErrors;
  final String eventId;
  final String tier;
  final int? quantity;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        'tier': tier,
        if (quantity != null) 'quantity': quantity,
      };
}

/// Where the caller stands.
class WaitlistAnswer {
  const WaitlistAnswer({
    required this.ok,
    required this.eventId,
    required this.tier,
    required this.quantity,
    required this.status,
    required this.joinedAt,
    required this.orderId,
    required this.expiresAt,
  });

  final bool ok;
  final String eventId;
  final String tier;
  final int quantity;
  final String status;
  final DateTime? joinedAt;
  final String? orderId;
  final DateTime? expiresAt;

  static WaitlistAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return WaitlistAnswer(
      ok: data['ok'] == true,
      eventId: '${data['event_id'] ?? ''}',
      tier: '${data['tier'] ?? ''}',
      quantity: int.tryParse('${data['quantity']}'.split('.').first) ?? 0,
      status: '${data['status'] ?? ''}',
      joinedAt: DateTime.tryParse('${data['joined_at']}'),
      orderId: data['order_id'] == null || data['order_id'] == '' ? null : '${data['order_id']}',
      expiresAt: DateTime.tryParse('${data['expires_at']}'),
    );
  }
}

/// Waits no more. What was offered is given up, for the next who waits; if it was paid meanwhile, that stands.
/// Answered with [WaitlistAnswer].
class LeaveWaitlistRequest {
  const LeaveWaitlistRequest({
    this.inlineErrors,
    required this.eventId,
    required this.tier,
  });

  static const String functionName = 'leaveWaitlist';

  final bool? inlineErrors;
  final String eventId;
  final String tier;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        'eventId': eventId,
        'tier': tier,
      };
}
