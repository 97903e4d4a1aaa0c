import 'package:kippu_flutter/actions/index.dart';

/// The seats of an event, as they were some seconds ago: `seats` with `free` each, and `left` by tier. Or `ok: false`.
Future<dynamic> getSeats(String eventId) => callKippu('getSeatMap', {'eventId': eventId});
