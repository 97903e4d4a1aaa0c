import 'package:kippu_flutter/actions/index.dart';

/// An event with its tiers, and how many places each has left. Returns it, or `ok: false` with `error`.
Future<dynamic> getEvent(String eventId) => callKippu('getEventDetails', {'eventId': eventId});
