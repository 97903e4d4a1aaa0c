import 'package:kippu_flutter/actions/index.dart';

/// Lets somebody in or out by hand, whom findTickets found. As scanTicket, with the ticket's id instead of its code.
Future<dynamic> admitTicket(
  String eventId,
  String ticketId,
  String scanId,
  String? gate,
  String? direction,
) =>
    callKippu('validateTicket', {
      'eventId': eventId,
      'ticketId': ticketId,
      'scanId': scanId,
      'gate': gate,
      'direction': direction,
    });
