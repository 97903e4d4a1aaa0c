import 'package:kippu_flutter/actions/index.dart';

/// Lets somebody in or out by the code of their ticket, for the staff of an event.
///
/// `scanId` is a new one for each scan, of 8 to 64 letters and digits. After no answer, ask with the same one again: then
/// nobody counts twice. `gate` is where they stand, or null; `direction` is `entry`, `exit`, or null for `entry`.
/// Returns the answer with `result`, or `ok: false` with `error.message`.
Future<dynamic> scanTicket(
  String eventId,
  String token,
  String scanId,
  String? gate,
  String? direction,
) =>
    callKippu('validateTicket', {
      'eventId': eventId,
      'token': token,
      'scanId': scanId,
      'gate': gate,
      'direction': direction,
    });
