import 'package:kippu_flutter/actions/index.dart';

/// Offers a ticket to somebody else. Until they accept, it stays its holder's and lets them in.
///
/// Returns the answer with `transfer_token`, which whoever is to have the ticket needs, and `expires_at`. Offering again
/// gives another token; the first person who accepts with one of them has the ticket.
Future<dynamic> offerTransfer(String ticketId) => callKippu('offerTransfer', {'ticketId': ticketId});
