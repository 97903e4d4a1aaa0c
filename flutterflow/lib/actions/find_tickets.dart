import 'package:kippu_flutter/actions/index.dart';

/// Finds tickets of people without a code, for the staff of an event: by a part of the holder's name, or the whole seat.
///
/// `cursor` is `next` of the page before, empty for the first. Returns `tickets` and `next`; or `ok: false` with `error`.
Future<dynamic> findTickets(
  String eventId,
  String? name,
  String? seatNumber,
  String? cursor,
) =>
    callKippu('findTickets', {
      'eventId': eventId,
      'name': name,
      'seatNumber': seatNumber,
      'cursor': cursor,
    });
